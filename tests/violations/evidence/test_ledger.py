import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from violations.errors import EvidenceBroken, EvidenceError
from violations.evidence import ledger as ledger_module
from violations.evidence.keys import SigningKey
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import EvidenceRecord
from violations.evidence.seal import NO_RECORD, Seal
from violations.evidence.verify import check_package, verify_package
from violations.evidence.verify_ledger import check_folder

Of = Callable[[int], EvidenceRecord]


@pytest.fixture
def record_of(stated: dict[str, Any]) -> Of:
    return lambda track: EvidenceRecord.model_validate(stated | {"track": track})


def lines(root: Path) -> list[bytes]:
    return (root / LEDGER).read_bytes().splitlines()


def test_a_sealed_package_names_its_device_and_its_seal_travels_before_its_manifest(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile], device: SigningKey
):
    ledger = EvidenceLedger.open(tmp_path, device)
    package = write_package(tmp_path, record, files, ledger)
    assert [file.name for file in package.media] == ["before.jpg", "at.jpg", "clip.mp4", "seal.json", "manifest.json"]
    seal = package.media[-2]
    content = (package.folder / "seal.json").read_bytes()
    assert (seal.shows, seal.sha256, seal.size_bytes) == ("seal", sha256(content).hexdigest(), len(content))
    manifest = json.loads((package.folder / "manifest.json").read_bytes())
    assert (manifest["format"], manifest["device"]) == ("ngatu-evidence-3", device.public.fingerprint)
    assert "seal.json" not in [file["name"] for file in manifest["files"]]
    assert lines(tmp_path) == [content]
    check = check_package(package.folder, package.manifest_sha256, keys=[device.public])
    assert check.differences == ()
    assert check.seal is not None
    assert (check.seal.sequence, check.seal.previous) == (1, NO_RECORD)


def test_each_record_names_the_one_before_and_a_new_start_goes_on_with_them(
    tmp_path: Path, record_of: Of, files: list[EvidenceFile], device: SigningKey
):
    for track in (1, 2, 3):
        write_package(tmp_path, record_of(track), files, EvidenceLedger.open(tmp_path, device))
    seals = [Seal.model_validate_json(line) for line in lines(tmp_path)]
    assert [seal.sequence for seal in seals] == [1, 2, 3]
    assert [seal.previous for seal in seals] == [NO_RECORD, *(sha256(line).hexdigest() for line in lines(tmp_path)[:2])]
    assert check_folder(tmp_path, [device.public]).differences == ()


def test_many_writers_at_once_make_one_chain(
    tmp_path: Path, record_of: Of, files: list[EvidenceFile], device: SigningKey
):
    ledger = EvidenceLedger.open(tmp_path, device)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda track: write_package(tmp_path, record_of(track), files[:3], ledger), range(1, 13)))
    found = check_folder(tmp_path, [device.public])
    assert found.differences == ()
    assert (found.signed, len(found.ledger.lines)) == (12, 12)


def test_writing_the_same_again_makes_no_second_record(
    tmp_path: Path, record: EvidenceRecord, files: list[EvidenceFile], device: SigningKey
):
    ledger = EvidenceLedger.open(tmp_path, device)
    first = write_package(tmp_path, record, files, ledger)
    assert write_package(tmp_path, record, files, ledger) == first
    assert len(lines(tmp_path)) == 1


def test_what_was_written_before_there_were_seals_stays_and_is_called_hashed(
    tmp_path: Path, record_of: Of, files: list[EvidenceFile], device: SigningKey
):
    old = write_package(tmp_path, record_of(1), files)
    assert json.loads((old.folder / "manifest.json").read_bytes())["device"] is None
    write_package(tmp_path, record_of(2), files, EvidenceLedger.open(tmp_path, device))
    found = check_folder(tmp_path)
    assert (found.differences, found.signed, found.hashed) == ((), 1, 1)
    check = check_package(old.folder)
    assert (check.differences, check.seal) == ((), None)
    [difference] = verify_package(old.folder, keys=[device.public])
    assert "none: the package is hashed, not signed" in str(difference)


def test_a_line_cut_off_by_a_crash_is_removed_and_the_package_gets_its_line_again(
    sealed: tuple[Path, list[Path]], device: SigningKey, caplog: pytest.LogCaptureFixture
):
    root, _ = sealed
    whole = (root / LEDGER).read_bytes()
    for cut in (1, 40, len(whole) // 8):
        (root / LEDGER).write_bytes(whole[:-cut])
        with caplog.at_level(logging.WARNING):
            EvidenceLedger.open(root, device)
        assert (root / LEDGER).read_bytes() == whole
        assert "that a crash cut off was removed" in caplog.text
        assert "lost in a crash, was written" in caplog.text


def test_a_package_without_its_line_gets_it_when_the_ledger_is_opened(
    sealed: tuple[Path, list[Path]], device: SigningKey
):
    root, _ = sealed
    whole = lines(root)
    for kept in (3, 2, 0):
        (root / LEDGER).write_bytes(b"".join(line + b"\n" for line in whole[:kept]))
        EvidenceLedger.open(root, device)
        assert lines(root) == whole


CRASH = """
import os, sys
from pathlib import Path
from violations.evidence import ledger as module
from violations.evidence.keys import load_key
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import EvidenceRecord

root, key, record, step = sys.argv[1:]
ledger = EvidenceLedger.open(Path(root), load_key(Path(key)))
count = 0

def dying(*_):
    os._exit(9)

if step == "before rename":
    Path.rename = dying
elif step == "before line":
    EvidenceLedger._append = dying
write_package(Path(root), EvidenceRecord.model_validate_json(record), [
    EvidenceFile(name, "x", "image/jpeg", b"x") for name in ("before.jpg", "at.jpg", "clip.mp4")
], ledger)
os._exit(9)
"""


@pytest.mark.parametrize(("step", "packages"), [("before rename", 4), ("before line", 5), ("after all", 5)])
def test_a_crash_at_any_step_leaves_a_folder_that_verifies_after_the_next_start(
    sealed: tuple[Path, list[Path]],
    tmp_path: Path,
    device: SigningKey,
    record_of: Of,
    files: list[EvidenceFile],
    step: str,
    packages: int,
):
    root, _ = sealed
    key = tmp_path / "device.key"
    key.touch(0o600)
    key.write_bytes(device.pem())
    command = [sys.executable, "-c", CRASH, root, key, record_of(9).model_dump_json(), step]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    ledger = EvidenceLedger.open(root, device)
    found = check_folder(root, [device.public])
    assert (found.differences, found.signed) == ((), packages)
    write_package(root, record_of(10), files, ledger)
    assert check_folder(root, [device.public]).differences == ()


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), EvidenceBroken("the disk failed")])
def test_a_line_the_disk_refuses_leaves_no_package_and_no_half_line(
    sealed: tuple[Path, list[Path]],
    device: SigningKey,
    record_of: Of,
    files: list[EvidenceFile],
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
):
    root, folders = sealed
    ledger = EvidenceLedger.open(root, device)
    before = (root / LEDGER).read_bytes()

    def refuse(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(ledger_module, "sync_handle", refuse)
        with pytest.raises(EvidenceError):
            write_package(root, record_of(9), files, ledger)
    assert (root / LEDGER).read_bytes() == before
    assert {path.name for path in root.iterdir()} == {LEDGER, *(folder.name for folder in folders)}
    write_package(root, record_of(9), files, ledger)
    assert check_folder(root, [device.public]).differences == ()


def test_the_ledger_of_another_device_is_refused_and_left_as_it_was(
    sealed: tuple[Path, list[Path]], stranger: SigningKey
):
    root, _ = sealed
    before = (root / LEDGER).read_bytes()
    with pytest.raises(EvidenceError, match=f"wanted the ledger of the device {stranger.public.fingerprint}, found"):
        EvidenceLedger.open(root, stranger)
    assert (root / LEDGER).read_bytes() == before


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda line: b"{}", "last line"),
        (lambda line: line.replace(b'"sequence":4', b'"sequence":5'), "signature does not fit"),
        (lambda line: b"x" * 10_000, "last line"),
    ],
)
def test_a_ledger_whose_last_line_was_changed_is_refused_and_left_as_it_was(
    sealed: tuple[Path, list[Path]], device: SigningKey, harm: Callable[[bytes], bytes], found: str
):
    root, _ = sealed
    *kept, last = lines(root)
    changed = b"\n".join([*kept, harm(last)]) + b"\n"
    (root / LEDGER).write_bytes(changed)
    with pytest.raises(EvidenceError, match=found):
        EvidenceLedger.open(root, device)
    assert (root / LEDGER).read_bytes() == changed


def test_a_ledger_that_is_no_file_of_lines_is_one_sentence(tmp_path: Path, device: SigningKey):
    (tmp_path / LEDGER).write_bytes(b"x" * 10_000)
    with pytest.raises(EvidenceError, match="wanted lines, found none at its end"):
        EvidenceLedger.open(tmp_path, device)
    (tmp_path / LEDGER).unlink()
    (tmp_path / LEDGER).mkdir()
    with pytest.raises(EvidenceError, match="ledger"):
        EvidenceLedger.open(tmp_path, device)


def test_a_package_of_another_folder_does_not_join_the_ledger(
    sealed: tuple[Path, list[Path]], tmp_path: Path, device: SigningKey
):
    _, folders = sealed
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copytree(folders[2], elsewhere / folders[2].name)
    EvidenceLedger.open(elsewhere, device)
    assert lines(elsewhere) == [], "its seal follows a record that is not here"
    [difference] = check_folder(elsewhere).differences
    assert "a record in ledger.jsonl, found none" in str(difference)
