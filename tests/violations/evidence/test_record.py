"""Packages of every format verify, and a record claims no plate that it does not show."""

import json
from hashlib import sha256

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from violations.evidence.canonical import canonical_json
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import SINCE_3, EvidenceRecord, Manifest
from violations.evidence.seal import make_seal
from violations.evidence.verify import check_package, verify_package

PLATE = {
    "text": "29B112345",
    "characters": [{"text": one, "confidence": 0.9} for one in "29B112345"],
    "alternatives": [["298112345", 0.2]],
    "lines": 2,
    "ground": "white",
    "views": 3,
    "crop": {
        "name": "plate_crop.png",
        "still": "still_plate.png",
        "rectangle": {"x1": 10, "y1": 20, "x2": 50, "y2": 44},
        "quad": [[12, 22], [48, 23], [47, 42], [13, 41]],
    },
}


def old_record(stated):
    """As agents wrote it before format 3."""
    record = json.loads(EvidenceRecord.model_validate(stated).model_dump_json())
    kept = {name: value for name, value in record.items() if name not in SINCE_3}
    kept["stills"] = [{name: value for name, value in still.items() if name != "kept"} for still in kept["stills"]]
    return kept


def old_package(folder, stated, files, key=None):
    """A package of format 1, or with a key of format 2, as it stands on the disks of earlier agents."""
    folder.mkdir()
    for file in files:
        (folder / file.name).write_bytes(file.data)
    listed = [
        {
            "name": file.name,
            "shows": file.shows,
            "sha256": sha256(file.data).hexdigest(),
            "size_bytes": len(file.data),
            "media_type": file.media_type,
        }
        for file in files
    ]
    manifest = {"format": "ngatu-evidence-1", "record": old_record(stated), "files": listed}
    if key is not None:
        manifest |= {"format": "ngatu-evidence-2", "device": key.public.fingerprint}
    content = canonical_json(manifest)
    (folder / "manifest.json").write_bytes(content)
    if key is not None:
        (folder / "seal.json").write_bytes(make_seal(key, sha256(content).hexdigest(), None).line())
    return folder


def test_hashed_packages_of_the_first_format_verify(tmp_path, stated, files):
    check = check_package(old_package(tmp_path / "old", stated, files))
    assert (check.differences, check.seal) == ((), None)


def test_sealed_packages_of_the_second_format_verify(tmp_path, stated, files, device):
    check = check_package(old_package(tmp_path / "old", stated, files, device), keys=[device.public])
    assert check.differences == ()
    assert check.seal is not None


def test_a_field_of_today_in_a_manifest_of_yesterday_is_found(tmp_path, stated, files):
    folder = old_package(tmp_path / "old", stated, files)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["record"]["plate"] = None
    (folder / "manifest.json").write_bytes(canonical_json(manifest))
    [difference] = verify_package(folder)
    assert "wanted what ngatu-evidence-1 knows, found plate" in str(difference)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"crop": None}, "wanted the picture of a plate whose text is claimed"),
        ({"text": None}, "wanted a reason exactly where text is null"),
        ({"why_abstained": "unsure"}, "wanted a reason exactly where text is null"),
        ({"crop": PLATE["crop"] | {"rectangle": {"x1": 5, "y1": 5, "x2": 5, "y2": 9}}}, "a rectangle with an area"),
    ],
    ids=["no picture", "no text", "text and a reason", "no area"],
)
def test_a_plate_is_claimed_only_with_its_picture(stated, change, told):
    with pytest.raises(ValidationError, match=told):
        EvidenceRecord.model_validate(stated | {"plate": PLATE | change})


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


@pytest.fixture
def plated(tmp_path, stated, files, device):
    """Write a package with a plate cut out of a still of noise; `harm` may change the cut."""

    def write(harm=lambda cut: cut, **change):
        still = np.random.default_rng(5).integers(0, 256, (60, 80, 3), dtype=np.uint8)
        cut = harm(still[20:44, 10:50].copy())
        pictures = [
            EvidenceFile("still_plate.png", "still_plate", "image/png", png(still)),
            EvidenceFile("plate_crop.png", "plate_crop", "image/png", png(cut)),
        ]
        shown = {"name": "still_plate.png", "shows": "still_plate", "frame": 88, "media_s": 12.9}
        record = stated | {"plate": PLATE | change, "stills": [*stated["stills"], shown]}
        ledger = EvidenceLedger.open(tmp_path / "evidence", device)
        return write_package(ledger.path.parent, EvidenceRecord.model_validate(record), [*files, *pictures], ledger)

    return write


def test_a_plate_whose_picture_is_the_place_in_its_still_verifies(plated):
    package = plated()
    assert verify_package(package.folder) == []
    manifest = Manifest.model_validate_json((package.folder / "manifest.json").read_bytes())
    assert manifest.record.plate is not None
    assert manifest.record.plate.alternatives == (("298112345", 0.2),)


def test_one_pixel_that_differs_by_one_is_found(plated):
    def harm(cut):
        cut[11, 17, 1] ^= 1
        return cut

    [difference] = verify_package(plated(harm).folder)
    assert difference.where == "plate_crop.png"
    assert "wanted the very pixels of 10, 20 to 50, 44 of still_plate.png" in str(difference)


def test_a_cut_of_another_size_is_found(plated):
    [difference] = verify_package(plated(lambda cut: cut[1:]).folder)
    assert difference.where == "plate_crop.png"


def test_a_place_outside_of_its_still_is_found(plated):
    crop = PLATE["crop"] | {"rectangle": {"x1": 60, "y1": 20, "x2": 100, "y2": 44}}
    [difference] = verify_package(plated(crop=crop).folder)
    assert "wanted a rectangle inside still_plate.png" in str(difference)


def test_a_still_that_is_none_of_the_record_is_found(plated):
    crop = PLATE["crop"] | {"still": "at.jpg"}
    [difference] = verify_package(plated(crop=crop).folder)
    assert "at.jpg: wanted a PNG whose pixels can be compared, found wanted a PNG" in str(difference)
