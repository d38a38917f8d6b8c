"""A dry run of one process of the centre, looked at by another."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from centre.scenes.run_records import BUSY, MOST_KEPT, DryRun, RunRecords

ONE = "00000000000000a1"
CARRY_OUT = f"""
import sys
from pathlib import Path
from centre.scenes.run_records import DryRun, RunRecords
records, one = RunRecords(Path(sys.argv[1])), DryRun("{ONE}", "cam1")
lock = records.begin(one)
one.share = 0.25
records.keep(one)
print("begun", flush=True)
sys.stdin.readline()
picture = Path(sys.argv[1], "picture.jpg")
picture.write_bytes(b"JPEG")
records.keep_picture(one.id, picture)
one.state, one.seen = "done", True
records.keep(one)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a run."""
    command = [sys.executable, "-c", CARRY_OUT, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
        process.kill()


def test_another_process_sees_how_the_run_stands_and_begins_none_of_its_own(tmp_path, other):
    records = RunRecords(tmp_path)
    assert records.get(ONE) == DryRun(ONE, "cam1", share=0.25)
    assert records.begin(DryRun("00000000000000b2", "cam2")) is None
    assert records.get("00000000000000b2") is None
    other.communicate("go on\n", timeout=30)
    assert (records.get(ONE).state, records.picture(ONE)) == ("done", b"JPEG")
    with records.begin(DryRun("00000000000000b2", "cam2")):
        assert records.get("00000000000000b2").state == "running"
        assert records.get(ONE).state == "done"


def test_a_run_whose_process_died_has_failed_and_keeps_nobody_from_the_next(tmp_path, other):
    other.kill()
    other.wait()
    records = RunRecords(tmp_path)
    assert records.get(ONE).state == "failed"
    assert "gone" in records.get(ONE).problem
    with records.begin(DryRun("00000000000000b2", "cam2")):
        assert records.get("00000000000000b2").state == "running"


def test_only_the_newest_runs_are_kept_and_only_their_owner_reads_them(tmp_path):
    records = RunRecords(tmp_path)
    for number in range(MOST_KEPT + 3):
        with records.begin(DryRun(f"{number:016x}", "cam1")):
            pass
    kept = [path for path in (tmp_path / ".dry-runs").iterdir() if path.name != BUSY]
    assert len(kept) == MOST_KEPT
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert records.get(f"{0:016x}") is None
