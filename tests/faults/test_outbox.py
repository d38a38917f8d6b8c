"""What the outbox keeps when the process, the disk or the file itself fails."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import OutboxBroken, OutboxError, OutboxFull
from edge.outbox.outbox import Outbox
from vision.events.bodies import Health
from vision.events.envelope import EVENT, Event
from vision.events.stream import EventStream

GROUP = 3
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from edge.outbox.outbox import Outbox
from vision.events.bodies import Health
from vision.events.stream import EventStream

outbox = Outbox.open(Path(sys.argv[1]))
stream = EventStream("cam-1", outbox.next_boot(), datetime(2026, 11, 21, tzinfo=UTC))
while True:
    events = [stream.wrap(Health(state="running", frames=0, note="n" * 500), 0.0) for _ in range(3)]
    outbox.commit(events)
    print(*(event.id for event in events), flush=True)
"""


def events(count: int, boot: str = "b1", note: str = "n" * 1000) -> list[Event]:
    stream = EventStream("cam-1", boot, datetime(2026, 11, 21, tzinfo=UTC))
    return [stream.wrap(Health(state="running", frames=n, note=note), float(n)) for n in range(count)]


def ids(rows: Sequence[object]) -> list[str]:
    return [row.id for row in rows]  # type: ignore[attr-defined]  # events and rows both have one


def test_every_commit_that_returned_is_there_after_a_kill(tmp_path: Path):
    path = tmp_path / "o.db"
    told: list[str] = []
    dice = random.Random(20261121)
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(dice.randint(5, 25)):
                told += child.stdout.readline().split()
            child.send_signal(signal.SIGKILL)
            told += child.stdout.read().split()
        assert child.returncode == -signal.SIGKILL
    with Outbox.open(path) as outbox:
        assert outbox.set_aside is None
        rows = outbox.pending(1_000_000)
        kept = ids(rows)
        assert set(told) <= set(kept)
        assert len(set(kept)) == len(kept)
        assert len(kept) % GROUP == 0
        assert [EVENT.validate_json(row.envelope).id for row in rows] == kept
        assert len({event_id.split("/")[1] for event_id in kept}) == 4


def test_a_full_disk_refuses_the_commit_and_keeps_all_earlier_ones(
    small_disk: Path, fill: Callable[[Path], Path], tmp_path: Path
):
    kept = events(20, "before")
    with Outbox.open(small_disk / "o.db") as outbox:
        outbox.commit(kept)
        ballast = fill(small_disk)
        refused = 0
        for event in events(2000, "full"):
            try:
                outbox.commit([event])
                kept.append(event)
            except OutboxFull as error:
                refused += 1
                assert "no room left" in str(error)
        assert refused > 0
        assert ids(outbox.pending(1000)) == ids(kept)
        ballast.unlink()
        late = events(1, "after")
        outbox.commit(late)
    with Outbox.open(small_disk / "o.db") as outbox:
        assert outbox.set_aside is None
        assert ids(outbox.pending(1000)) == ids([*kept, *late])


def test_on_a_full_disk_acknowledged_rows_still_leave(small_disk: Path, fill: Callable[[Path], Path]):
    with Outbox.open(small_disk / "o.db") as outbox:
        for event in events(100, "before"):
            outbox.commit([event])
        fill(small_disk)
        with pytest.raises(OutboxFull):
            for event in events(10_000, "full"):
                outbox.commit([event])
        waiting = ids(outbox.pending(10_000))
        assert outbox.acknowledge(waiting[:-1]) == len(waiting) - 1
        assert outbox.refuse(waiting[-1], "no")
        assert (outbox.depth(), outbox.refused_count()) == (0, 1)
        again = events(20, "again")
        outbox.commit(again)
        assert ids(outbox.pending(100)) == ids(again)


def test_without_a_reserve_a_full_disk_refuses_and_changes_nothing(small_disk: Path, fill: Callable[[Path], Path]):
    with Outbox.open(small_disk / "o.db") as outbox:
        outbox.commit(events(100, "before"))
        waiting = ids(outbox.pending(1000))
        (small_disk / "o.db-reserve").unlink()
        ballast = fill(small_disk)
        with pytest.raises(OutboxFull):
            outbox.acknowledge(waiting)
        assert ids(outbox.pending(1000)) == waiting
        ballast.unlink()
        assert outbox.acknowledge(waiting) == len(waiting)
        assert (small_disk / "o.db-reserve").stat().st_size > 1_000_000


def test_the_log_never_fills_a_disk_that_has_room_for_what_waits(small_disk: Path):
    with Outbox.open(small_disk / "o.db") as outbox:
        for turn in range(100):
            batch = events(20, f"b{turn}")
            outbox.commit(batch)
            assert outbox.acknowledge(ids(batch)) == 20
        assert outbox.depth() == 0


def test_the_limit_of_the_outbox_is_a_full_disk_of_its_own(tmp_path: Path):
    with Outbox.open(tmp_path / "o.db", limit_bytes=200_000) as outbox:
        kept: list[str] = []
        with pytest.raises(OutboxFull):
            for event in events(1000):
                outbox.commit([event])
                kept.append(event.id)
        assert len(kept) > 50
        assert ids(outbox.pending(10_000)) == kept
        outbox.acknowledge(kept)
        outbox.commit(events(20, "again"))
        assert outbox.depth() == 20


FAILING_DISK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from edge.errors import OutboxBroken
from edge.outbox.outbox import Outbox
from vision.events.bodies import Health
from vision.events.stream import EventStream

outbox = Outbox.open(Path(sys.argv[1]))
stream = EventStream("cam-1", "b1", datetime(2026, 11, 21, tzinfo=UTC))
commit = lambda: outbox.commit([stream.wrap(Health(state="running", frames=0), 0.0)])
commit()
fail_every_fsync()
for work in (commit, commit, outbox.depth, lambda: outbox.acknowledge(["x"])):
    try:
        work()
    except OutboxBroken as error:
        print(error)
"""


def test_a_failed_fsync_is_fatal_and_never_tried_again(
    tmp_path: Path, run_with_failing_fsync: Callable[..., "subprocess.CompletedProcess[str]"]
):
    done = run_with_failing_fsync(FAILING_DISK, tmp_path / "o.db")
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert len(told) == 4
    assert set(told) == {told[0]}
    assert "the disk failed (disk I/O error, SQLITE_IOERR_FSYNC); the agent must stop" in told[0]
    with Outbox.open(tmp_path / "o.db") as outbox:
        assert "cam-1/b1/0" in ids(outbox.pending(9))


@pytest.mark.parametrize("harm", ["no database at all", "torn in the middle", "empty pages"])
def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "o.db"
    with Outbox.open(path) as outbox:
        before = outbox.next_boot()
        for event in events(60):
            outbox.commit([event])
    whole = path.read_bytes()
    damaged = {
        "no database at all": b"this is a text file, and a long one at that\n" * 200,
        "torn in the middle": whole[: len(whole) // 2],
        "empty pages": whole[:4096] + bytes(len(whole) - 4096),
    }[harm]
    path.write_bytes(damaged)
    with Outbox.open(path, now=lambda: datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)) as outbox:
        assert outbox.set_aside is not None
        assert outbox.set_aside.file == tmp_path / "o.db.damaged-20261121T030405.000000Z"
        assert outbox.set_aside.file.read_bytes() == damaged
        assert outbox.depth() == 0
        assert outbox.next_boot() != before
        outbox.commit(events(1))
    assert "was damaged" in caplog.text
    with Outbox.open(path) as outbox:
        assert (outbox.set_aside, outbox.depth()) == (None, 1)


def test_damage_found_while_running_ends_the_outbox(tmp_path: Path):
    path = tmp_path / "o.db"
    with Outbox.open(path) as outbox:
        for event in events(300):
            outbox.commit([event])
    with Outbox.open(path) as outbox:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))
        outbox._database.execute("PRAGMA shrink_memory")
        with pytest.raises(OutboxBroken, match="the agent must stop"):
            outbox.pending(10_000)
        with pytest.raises(OutboxBroken):
            outbox.depth()


def test_two_processes_may_share_the_file_and_lose_nothing(tmp_path: Path):
    path = tmp_path / "o.db"
    with Outbox.open(path) as first, Outbox.open(path) as second:
        first.commit(events(3, first.next_boot()))
        second.commit(events(3, second.next_boot()))
        assert first.depth() == second.depth() == 6


def test_a_locked_database_is_one_sentence(tmp_path: Path):
    path = tmp_path / "o.db"
    with Outbox.open(path) as outbox, closing(sqlite3.connect(path)) as other:
        outbox._database.execute("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxError, match="found it locked by another"):
            outbox.commit(events(1))
        other.execute("ROLLBACK")
        outbox.commit(events(1))
