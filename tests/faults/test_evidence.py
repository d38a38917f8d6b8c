"""A package is there whole or not at all, whatever the disk does."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from violations.errors import EvidenceBroken, EvidenceError, EvidenceKeyError
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import ClockQuality, EvidenceRecord, ModelUsed, Still
from violations.evidence.verify import verify_package
from violations.evidence.verify_ledger import check_folder

RECORD = EvidenceRecord(
    camera="cam-1",
    boot="b000001-test",
    scene_sha256="c" * 64,
    model=ModelUsed(name="small detector", sha256="d" * 64),
    software="ngatu 0.1.0",
    offence="red_light",
    vehicle="car",
    track=1,
    at_s=13.0,
    at_error_s=0.02,
    time=datetime(2026, 11, 21, tzinfo=UTC),
    clock=ClockQuality(synchronised=None, error_s=None),
    measures=(),
    stills=(Still(name="at.jpg", shows="still_at", frame=1, media_s=13.0),),
)


def package_files(size: int) -> list[EvidenceFile]:
    return [
        EvidenceFile("at.jpg", "still_at", "image/jpeg", b"j" * 1000),
        EvidenceFile("clip.mp4", "clip", "video/mp4", b"c" * size),
    ]


def test_a_disk_that_fills_up_leaves_no_half_package_and_the_whole_ones_sound(small_disk: Path):
    root = small_disk / "evidence"
    kept = write_package(root, RECORD, package_files(1_000_000))
    with pytest.raises(EvidenceError, match=r"track 2 of cam-1/b000001-test: no room left on the disk"):
        write_package(root, RECORD.model_copy(update={"track": 2}), package_files(8_000_000))
    assert [path.name for path in root.iterdir()] == [kept.folder.name]
    assert verify_package(kept.folder) == []
    third = write_package(root, RECORD.model_copy(update={"track": 3}), package_files(1_000_000))
    assert verify_package(third.folder) == []


def test_a_disk_that_fills_up_leaves_the_ledger_and_its_packages_in_step(small_disk: Path, tmp_path: Path):
    key = load_or_make_key(tmp_path / "device.key")
    root = small_disk / "evidence"
    ledger = EvidenceLedger.open(root, key)
    kept = write_package(root, RECORD, package_files(1_000_000), ledger)
    with pytest.raises(EvidenceError, match="no room left on the disk"):
        write_package(root, RECORD.model_copy(update={"track": 2}), package_files(8_000_000), ledger)
    assert {path.name for path in root.iterdir()} == {LEDGER, kept.folder.name}
    write_package(root, RECORD.model_copy(update={"track": 3}), package_files(1_000_000), ledger)
    found = check_folder(root, [key.public])
    assert (found.differences, found.signed, len(found.ledger.lines)) == ((), 2, 2)


def test_a_full_disk_leaves_no_half_key(small_disk: Path):
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(EvidenceKeyError, match=r"device\.key: no room left on the disk"):
        load_or_make_key(small_disk / "device.key")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
    filler.unlink()
    assert load_or_make_key(small_disk / "device.key")


FAILING_DISK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_evidence import RECORD, package_files
from violations.errors import EvidenceBroken
from violations.evidence.package import write_package

fail_every_fsync()
try:
    write_package(Path(sys.argv[1]), RECORD, package_files(1000))
except EvidenceBroken as error:
    print(error)
"""


def test_a_failed_fsync_is_fatal_and_leaves_nothing_that_looks_like_proof(
    tmp_path: Path, run_with_failing_fsync: Callable[..., "subprocess.CompletedProcess[str]"]
):
    done = run_with_failing_fsync(FAILING_DISK, tmp_path / "e", Path(__file__).parent)
    assert done.returncode == 0, done.stderr
    assert "the disk failed to keep it" in done.stdout
    assert "the process must stop" in done.stdout
    assert list((tmp_path / "e").iterdir()) == []


def test_a_broken_disk_is_an_evidence_error_too():
    assert issubclass(EvidenceBroken, EvidenceError)
