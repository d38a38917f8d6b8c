"""Events as lines of a file: whole lines or none, whatever the disk does."""

import subprocess
import sys

import pytest

from edge.agent.json_lines import JsonLines
from edge.errors import LedgerError, OutboxBroken, OutboxFull
from vision.events.envelope import EVENT


def events_of(path):
    return [EVENT.validate_json(line) for line in path.read_bytes().splitlines()]


def test_what_was_committed_reads_back_as_the_same_events(tmp_path, crossing_event):
    events = [crossing_event() for _ in range(3)]
    with JsonLines(tmp_path / "new" / "o.jsonl") as lines:
        lines.commit(events[:2])
        lines.commit(events[2:])
    assert events_of(tmp_path / "new" / "o.jsonl") == events


def test_an_old_file_is_continued(tmp_path, crossing_event):
    path = tmp_path / "o.jsonl"
    events = [crossing_event() for _ in range(2)]
    for event in events:
        with JsonLines(path) as lines:
            lines.commit([event])
    assert events_of(path) == events


@pytest.mark.parametrize("kept", [0, 5, 60_000], ids=["in the first line", "few lines", "many lines"])
@pytest.mark.parametrize("half", [b'{"specversion":"1.0","id":"c', b"{"], ids=["half", "one sign"])
def test_a_half_line_left_by_a_power_cut_is_removed_and_nothing_else(tmp_path, crossing_event, kept, half, caplog):
    path = tmp_path / "o.jsonl"
    line = EVENT.dump_json(crossing_event()) + b"\n"
    whole = line * min(kept, 300)
    path.write_bytes(whole + half)
    event = crossing_event()
    with JsonLines(path) as lines:
        lines.commit([event])
    assert path.read_bytes()[: len(whole)] == whole
    assert events_of(path)[-1] == event
    assert len(events_of(path)) == min(kept, 300) + 1
    assert "cut off in its middle" in caplog.text


@pytest.mark.parametrize("content", [b"my notes\n", b"my notes", b"[1, 2]\n", b"\x00" * 100, b'{"x": 1}\n'])
def test_a_file_of_anything_else_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="wanted a new file or one of events"):
        JsonLines(path)
    assert path.read_bytes() == content


def test_one_file_has_one_writer(tmp_path):
    with JsonLines(tmp_path / "o.jsonl"), pytest.raises(LedgerError, match="found another writing to it"):
        JsonLines(tmp_path / "o.jsonl")
    JsonLines(tmp_path / "o.jsonl").close()


def test_a_full_disk_refuses_whole_commits_and_takes_more_later(small_disk, fill, crossing_event):
    path = small_disk / "o.jsonl"
    with JsonLines(path) as lines:
        ballast = fill(small_disk, 8192)
        kept = []
        with pytest.raises(OutboxFull, match="no room for 3 more events"):
            for _ in range(1000):
                batch = [crossing_event() for _ in range(3)]
                lines.commit(batch)
                kept += batch
        assert len(kept) > 3
        assert events_of(path) == kept
        assert path.stat().st_size % 4096 != 0  # the disk took a part of the last commit, and it was taken back
        ballast.unlink()
        late = crossing_event()
        lines.commit([late])
    assert events_of(path) == [*kept, late]


LIMITED = """
import resource, sys
from pathlib import Path
from datetime import UTC, datetime
from edge.agent.json_lines import JsonLines
from edge.errors import OutboxFull
from vision.events.bodies import Health
from vision.events.stream import EventStream

stream = EventStream("cam-1", "b1", datetime(2026, 11, 21, tzinfo=UTC))
lines = JsonLines(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
kept = 0
try:
    while True:
        lines.commit([stream.wrap(Health(state="running", frames=0), 0.0)])
        kept += 1
except OutboxFull:
    print(kept)
"""


def test_a_part_of_a_line_that_went_through_is_taken_back(tmp_path):
    path = tmp_path / "o.jsonl"
    done = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True, timeout=60)
    assert len(events_of(path)) == int(done.stdout) > 5


def test_a_disk_that_fails_is_no_full_one(tmp_path, crossing_event):
    lines = JsonLines(tmp_path / "o.jsonl")
    lines.close()
    with (tmp_path / "o.jsonl").open("rb", buffering=0) as unwritable:
        lines._file = unwritable  # write() on it fails for another reason than room
        with pytest.raises(OutboxBroken, match="the disk failed"):
            lines.commit([crossing_event()])
