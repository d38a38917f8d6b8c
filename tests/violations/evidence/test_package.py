import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json
from violations.evidence.package import EvidenceFile, remove_unfinished, write_package
from violations.evidence.record import EvidenceRecord
from violations.evidence.verify import Difference, verify_package


def test_a_package_holds_every_file_and_a_manifest_that_names_them(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    package = write_package(tmp_path / "evidence", record, files)
    assert {path.name for path in package.folder.iterdir()} == {"before.jpg", "at.jpg", "clip.mp4", "manifest.json"}
    for file, media in zip(files, package.media, strict=False):
        assert (media.name, media.shows, media.media_type) == (file.name, file.shows, file.media_type)
        assert (package.folder / file.name).read_bytes() == file.data
    for media in package.media:
        content = (package.folder / media.name).read_bytes()
        assert (media.sha256, media.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    manifest = package.media[-1]
    assert (manifest.name, manifest.shows, manifest.sha256) == ("manifest.json", "manifest", package.manifest_sha256)
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == [package.folder.name]


def test_the_manifest_is_canonical_and_gives_the_record_back(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    content = (write_package(tmp_path, record, files).folder / "manifest.json").read_bytes()
    manifest = json.loads(content)
    assert canonical_json(manifest) == content
    assert EvidenceRecord.model_validate(manifest["record"]) == record
    assert manifest["record"]["time"] == "2026-11-21T02:32:53.250000Z"
    assert manifest["format"] == "ngatu-evidence-3"
    assert [file["name"] for file in manifest["files"]] == ["before.jpg", "at.jpg", "clip.mp4"]


def test_the_folder_is_named_by_time_camera_offence_and_hash(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    package = write_package(tmp_path, record, files)
    assert package.folder.name == f"20261121T023253Z_nga-tu-1_red_light_{package.manifest_sha256[:12]}"


def test_a_file_on_disk_is_copied_and_the_original_stays(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    original = tmp_path / "segment.mp4"
    original.write_bytes(b"packets" * 500_000)
    package = write_package(tmp_path / "evidence", record, [*files[:2], replace(files[2], data=original)])
    assert (package.folder / "clip.mp4").read_bytes() == original.read_bytes()
    assert verify_package(package.folder) == []


def test_equal_facts_have_equal_hashes_whoever_writes_them(
    tmp_path: Path, stated: dict[str, Any], files: list[EvidenceFile]
):
    turned = EvidenceRecord.model_validate(dict(reversed(stated.items())) | {"time": "2026-11-21T02:32:53.250Z"})
    first = write_package(tmp_path / "a", EvidenceRecord.model_validate(stated), files)
    second = write_package(tmp_path / "b", turned, files)
    assert first.manifest_sha256 == second.manifest_sha256


def test_writing_the_same_again_gives_the_package_that_is_there(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    first = write_package(tmp_path, record, files)
    assert write_package(tmp_path, record, files) == first
    assert [path.name for path in tmp_path.iterdir()] == [first.folder.name]


def test_writing_the_same_over_a_changed_package_is_refused(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    first = write_package(tmp_path, record, files)
    (first.folder / "at.jpg").write_bytes(b"other")
    with pytest.raises(EvidenceError, match=r"has changed since: at\.jpg"):
        write_package(tmp_path, record, files)


@pytest.mark.parametrize("name", ["manifest.json", "../x.jpg", "..", ".hidden", "a/b.jpg", "", "a b.jpg", "a\0b"])
def test_a_name_that_is_no_plain_file_name_is_refused(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile], name: str
):
    with pytest.raises(EvidenceError, match="wanted plain file names"):
        write_package(tmp_path / "e", record, [*files, EvidenceFile(name, "overlay", "image/jpeg", b"x")])
    assert not (tmp_path / "e").exists()


def test_a_name_given_twice_is_refused(tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]):
    with pytest.raises(EvidenceError, match=r"found at\.jpg again"):
        write_package(tmp_path, record, [*files, files[1]])


def test_a_record_that_speaks_of_a_file_nobody_gave_is_refused(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    with pytest.raises(EvidenceError, match=r"the record speaks of clip\.mp4, which was not given"):
        write_package(tmp_path, record, files[:2])


def test_a_file_that_cannot_be_read_leaves_nothing_behind(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    with pytest.raises(EvidenceError, match=r"evidence of red_light by track 7 .*gone\.mp4"):
        write_package(tmp_path / "e", record, [*files[:2], replace(files[2], data=tmp_path / "gone.mp4")])
    assert list((tmp_path / "e").iterdir()) == []


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_measure_that_is_no_number_is_refused(
    tmp_path: Path, stated: dict[str, Any], files: list[EvidenceFile], number: float
):
    stated["measures"][0]["value"] = number
    with pytest.raises((EvidenceError, ValidationError), match="finite"):
        write_package(tmp_path / "e", EvidenceRecord.model_validate(stated), files)


def test_what_a_crash_left_is_removed_and_packages_stay(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    package = write_package(tmp_path, record, files)
    (tmp_path / ".unfinished-0123").mkdir()
    (tmp_path / ".unfinished-0123" / "at.jpg").write_bytes(b"half")
    assert remove_unfinished(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == [package.folder.name]


@pytest.mark.parametrize(
    ("harm", "wanted"),
    [
        ("flip", "clip.mp4: wanted SHA-256"),
        ("cut", "at.jpg: wanted 200 bytes, found 199 bytes"),
        ("delete", "before.jpg: wanted a plain file, found none"),
        ("link", "at.jpg: wanted a plain file, found a link"),
        ("folder", "at.jpg: wanted a plain file, found something that is no file"),
        ("add", "more.jpg: wanted no such file, found one the manifest does not name"),
        ("no manifest", "manifest.json: wanted a plain file, found none"),
        ("edit", "manifest.json: wanted SHA-256"),
        ("space", "manifest.json: wanted SHA-256"),
        ("not json", "manifest.json: wanted SHA-256"),
    ],
)
def test_the_first_thing_that_differs_is_named(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile], harm: str, wanted: str
):
    package = write_package(tmp_path / "e", record, files)
    assert verify_package(package.folder, package.manifest_sha256) == []
    assert verify_package(package.folder) == []
    _harm(package.folder, harm)
    [first, *_] = verify_package(package.folder)
    assert str(first).startswith(wanted)


def _harm(folder: Path, harm: str) -> None:
    manifest, still, clip = folder / "manifest.json", folder / "at.jpg", folder / "clip.mp4"
    match harm:
        case "flip":
            clip.write_bytes(b"x" + clip.read_bytes()[1:])
        case "cut":
            still.write_bytes(still.read_bytes()[:-1])
        case "delete":
            (folder / "before.jpg").unlink()
        case "link":
            still.rename(folder.parent / "elsewhere.jpg")
            still.symlink_to(folder.parent / "elsewhere.jpg")
        case "folder":
            still.unlink()
            still.mkdir()
        case "add":
            (folder / "more.jpg").write_bytes(b"x")
        case "no manifest":
            manifest.unlink()
        case "edit":
            manifest.write_bytes(manifest.read_bytes().replace(b'"at_s":13', b'"at_s":14'))
        case "space":
            manifest.write_bytes(manifest.read_bytes() + b"\n")
        case "not json":
            manifest.write_bytes(b"[" * 100_000)


def test_with_the_manifest_sent_elsewhere_each_changed_field_is_named(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile]
):
    folder = write_package(tmp_path, record, files).folder
    original = (folder / "manifest.json").read_bytes()
    changed = json.loads(original)
    changed["record"]["at_s"] = 14
    changed["record"]["stills"][1]["frame"] = 91
    del changed["record"]["clip"]
    (folder / "manifest.json").write_bytes(canonical_json(changed))
    differences = verify_package(folder, original=original)
    named = [str(one) for one in differences]
    assert differences[0] == Difference("manifest.json: record.at_s", "13", "14")
    assert "manifest.json: record.stills[1].frame: wanted 90, found 91" in named
    assert any(line.startswith("manifest.json: record.clip: wanted {") and "found nothing" in line for line in named)


@pytest.mark.parametrize(("field", "value"), [("track", 0), ("vehicle", "tank"), ("colour", "red"), ("at_s", "13")])
def test_a_field_that_cannot_be_is_named_even_where_the_hash_was_made_to_fit(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile], field: str, value: object
):
    folder = write_package(tmp_path, record, files).folder
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["record"][field] = value
    content = canonical_json(manifest)
    (folder / "manifest.json").write_bytes(content)
    [first, *_] = verify_package(folder, hashlib.sha256(content).hexdigest())
    assert first.where == f"manifest.json: record.{field}"


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(EvidenceError, match="wanted a folder, found none"):
        verify_package(tmp_path / "none")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", "2026-11-21T02:32:53"),
        ("scene_sha256", "C" * 64),
        ("clip", {"name": "clip.mp4", "since_s": 18.0, "until_s": 8.0}),
        ("at_error_s", -0.1),
        ("surprise", 1),
    ],
)
def test_a_record_that_says_what_cannot_be_is_refused(stated: dict[str, Any], field: str, value: object):
    with pytest.raises(ValidationError, match=field):
        EvidenceRecord.model_validate(stated | {field: value})
