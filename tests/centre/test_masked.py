"""What a citizen sees of a case's pictures: the accused, and nobody else."""

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256

import cv2
import numpy as np
import pytest

from centre.masked import MaskedExports, MaskedPictures
from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json
from violations.evidence.verify_export import check_export
from violations.law.catalogue import fine
from violations.law.fine_range import FineRange
from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ACCUSED, OTHER = (10, 10, 60, 90), (100, 10, 150, 90)


@dataclass
class File:
    name: str
    sha256: str


@dataclass
class Named:
    package: str
    media: tuple[File, ...] = ()


@dataclass
class Life:
    fine: FineRange | None = None


@dataclass
class Case:
    finding: Named
    life: Life = field(default_factory=Life)


def squares(*boxes):
    """Upright stripes, which are told in the accused's region and nowhere else."""
    image = np.full((100, 160, 3), 90, np.uint8)
    for x1, y1, x2, y2 in boxes:
        image[y1:y2, x1:x2] = (np.indices((y2 - y1, x2 - x1))[1] // 5 % 2 * 255).astype(np.uint8)[:, :, None]
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()


def detail(image, box):
    x1, y1, x2, y2 = box
    return float(np.abs(np.diff(image[y1 + 6 : y2 - 6, x1 + 6 : x2 - 6, 0].astype(int), axis=1)).mean())


@pytest.fixture
def shelf(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'db'}")
    yield EvidenceShelf(engine, tmp_path / "evidence")
    engine.dispose()


@pytest.fixture
def put(shelf):
    def receive(content, media_type="image/jpeg"):
        name = sha256(content).hexdigest()
        with shelf.receive(name) as upload:
            upload.write(content)
            upload.finish(media_type, NOW)
        return name

    return receive


@pytest.fixture
def case(put):
    """A package on the shelf, its still with the accused and another vehicle."""

    def make(tracks=True):
        still = squares(ACCUSED, OTHER)
        rows = [[7, 0, *ACCUSED, True], [8, 2, *OTHER, True]]
        believed = canonical_json(
            {
                "format": "ngatu-tracks-1",
                "size_px": [160, 100],
                "kinds": ["motorbike", "bicycle", "car"],
                "frames": [{"frame": 5, "media_s": 2.0, "tracks": rows}],
            }
        )
        files = [
            ("still_at.jpg", "still_at", still, "image/jpeg"),
            ("tracks.json", "tracks", believed, "application/json"),
        ]
        record = {
            "camera": "cam-1",
            "boot": "b1",
            "scene_sha256": "c" * 64,
            "model": {"name": "eyes", "sha256": "d" * 64},
            "software": "ngatu test",
            "offence": "red_light",
            "vehicle": "motorbike",
            "track": 7,
            "at_s": 2.0,
            "at_error_s": 0.02,
            "time": NOW.isoformat(),
            "clock": {"synchronised": None, "error_s": None},
            "measures": [],
            "gate": None,
            "stills": [{"name": "still_at.jpg", "shows": "still_at", "frame": 5, "media_s": 2.0}],
            "tracks": "tracks.json" if tracks else None,
        }
        listed = [
            {"name": name, "shows": shows, "sha256": put(data, kind), "size_bytes": len(data), "media_type": kind}
            for name, shows, data, kind in files
        ]
        manifest = {"format": "ngatu-evidence-3", "record": record, "files": listed, "device": None}
        package = put(canonical_json(manifest), "application/json")
        media = [File(one["name"], one["sha256"]) for one in listed]
        return Case(Named(package, (*media, File("manifest.json", package))))

    return make


def image_of(picture):
    kind, data = picture.url.split(",")
    assert kind == "data:image/jpeg;base64"
    return cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)


def test_a_citizen_sees_the_accused_and_nobody_else(shelf, case, tmp_path):
    [picture] = MaskedPictures(shelf, tmp_path)(case())
    image = image_of(picture)
    assert picture.shows == "still_at"
    assert detail(image, ACCUSED) > 15
    assert detail(image, OTHER) < 4


def test_the_same_is_shown_again_from_the_disk_and_made_anew_where_it_was_deleted(shelf, case, tmp_path):
    import shutil

    masked, asked = MaskedPictures(shelf, tmp_path), case()
    first = masked(asked)
    assert [path.name for path in (tmp_path / "masked-2").iterdir()] == [asked.finding.package]
    assert masked(asked) == first
    shutil.rmtree(tmp_path / "masked-2")
    assert masked(asked) == first


def test_a_package_that_does_not_say_who_was_where_is_shown_wholly_masked(shelf, case, tmp_path):
    [picture] = MaskedPictures(shelf, tmp_path)(case(tracks=False))
    assert detail(image_of(picture), ACCUSED) < 4


def test_of_a_package_that_cannot_be_read_nothing_is_shown(shelf, put, tmp_path):
    masked = MaskedPictures(shelf, tmp_path)
    assert masked(Case(Named("0" * 64))) == ()
    assert masked(Case(Named(put(b"no manifest", "application/json")))) == ()


def test_a_download_is_the_masked_export_that_verifies_and_is_made_once(shelf, case, tmp_path):
    exports, asked = MaskedExports(shelf, tmp_path, lambda: NOW), case()
    asked.life.fine = fine("red_light", "motorbike", date(2026, 9, 1))
    target = exports(asked)
    found = check_export(target)
    assert found.statement is not None
    assert "16824.7.7.c" in str(found.statement.law)
    assert found.package.differences == ()
    assert found.statement is not None and found.statement.masked
    assert [one.original for one in found.statement.derivatives] == ["still_at.jpg"]
    before = target.stat().st_mtime_ns
    assert exports(asked) == target
    assert target.stat().st_mtime_ns == before
    assert sorted(path.name for path in (tmp_path / "masked-2").iterdir()) == [target.name]


def test_a_package_that_is_not_sound_is_not_exported(shelf, case, tmp_path):
    asked = case()
    asked.finding.media = asked.finding.media[1:]
    with pytest.raises(EvidenceError, match="the package is not sound"):
        MaskedExports(shelf, tmp_path, lambda: NOW)(asked)
    assert list((tmp_path / "masked-2").iterdir()) == []
