"""The order of what an agent says, and what it still says when something fails."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from edge.agent.agent import HEARTBEAT_S, Agent
from edge.agent.json_lines import JsonLines
from edge.agent.ledger import PatientLedger
from edge.agent.prosecutor import Proven
from edge.errors import OutboxBroken, OutboxFull
from edge.loop.seen import Seen
from edge.outbox.rows import OutboxMedia
from violations.errors import EvidenceBroken
from vision.errors import ModelError, SourceError
from vision.events.bodies import Finding
from vision.frame import Frame
from vision.sources.report import Tally
from vision.tracks import Tracks
from vision.traffic.counts import IntervalCounts

EMPTY = Tracks(
    id=np.zeros(0, np.int64),
    xyxy_px=np.zeros((0, 4), np.float32),
    score=np.zeros(0, np.float32),
    kind=np.zeros(0, np.int8),
    confirmed=np.zeros(0, np.bool_),
    seen=np.zeros(0, np.bool_),
    ended=np.zeros(0, np.int64),
)


def moment(media_s, *crossings):
    return Seen(Frame(round(media_s * 25), media_s, np.zeros((4, 4, 3), np.uint8), media_s), EMPTY, crossings)


def moments(count=50, **crossings):
    """`count` frames at 25 a second; crossings by frame number, such as f10=crossing."""
    for number in range(count):
        yield moment(number / 25, *([crossings[f"f{number}"]] if f"f{number}" in crossings else []))


class Accuser:
    """A prosecutor that proves one finding in the frame it is told, and one more at the end."""

    def __init__(self, folder: Path, at_frame: int | None, fault: Exception | None = None):
        self.folder, self.at_frame, self.fault, self.unproven = folder, at_frame, fault, 0
        self.withheld = Counter()

    def watch(self, seen):
        return [self._prove("middle")] if seen.frame.index == self.at_frame else []

    def finish(self):
        return [self._prove("end")]

    def _prove(self, name):
        if self.fault is not None:
            raise self.fault
        file = self.folder / f"{name}.jpg"
        file.write_bytes(b"proof")
        body = Finding(offence="red_light", vehicle="car", track=1, at_s=1.0, measures=(), package="0" * 64, media=())
        return Proven(body, (OutboxMedia("0" * 64, file, 5),))


class Witnessed:
    """A ledger that remembers, for each commit, the types and whether each named file was on the disk by then."""

    def __init__(self, fault=None, after=0):
        self.commits, self.fault, self.after = [], fault, after

    def commit(self, events, media=()):
        if self.fault is not None and len(self.commits) >= self.after:
            raise self.fault
        self.commits.append(([event.type.split(".")[2] for event in events], [file.path.exists() for file in media]))
        self.events = [*getattr(self, "events", []), *events]

    @property
    def kinds(self):
        return [kind for kinds, _ in self.commits for kind in kinds]


@pytest.fixture
def agent(stream):
    def make(ledger, prosecutor=None, interval_s=1.0):
        return Agent(stream, PatientLedger(ledger), IntervalCounts(interval_s, ["north"]), prosecutor, ["north"])

    return make


def sound(**changes):
    tally = Tally("test", **changes)
    return tally.report


def test_a_finding_is_committed_only_after_its_proof_is_on_the_disk(agent, tmp_path, crossing):
    ledger = Witnessed()
    summary = agent(ledger, Accuser(tmp_path, 20)).run(moments(f19=crossing(at_s=0.76)), sound())
    assert [files for kinds, files in ledger.commits if kinds == ["finding"]] == [[True], [True]]
    assert summary.findings == 2


def test_the_order_is_started_facts_findings_that_waited_last_counts_ended(agent, tmp_path, crossing):
    ledger = Witnessed()
    agent(ledger, Accuser(tmp_path, None)).run(moments(f19=crossing(at_s=0.7)), sound())
    assert ledger.kinds == ["health", "crossing", "finding", "counts", "counts", "health"]
    assert [event.data.state for event in (ledger.events[0], ledger.events[-1])] == ["started", "ended"]
    assert [event.sequence for event in ledger.events] == list(range(6))


def test_events_are_labelled_with_the_moment_they_speak_of(agent, crossing):
    ledger = Witnessed()
    agent(ledger).run(moments(75, f40=crossing(at_s=1.5)), sound())
    labels = {(event.type.split(".")[2], event.time.second + event.time.microsecond / 1e6) for event in ledger.events}
    assert {("crossing", 1.5), ("counts", 0.0), ("counts", 1.0), ("counts", 2.0), ("health", 2.96)} <= labels


def test_the_summary_counts_every_line_and_direction(agent, crossing):
    summary = agent(Witnessed()).run(
        moments(f3=crossing(at_s=0.12), f5=crossing(track=8, vehicle="bus", at_s=0.2)), sound()
    )
    assert summary.counts() == {"north": {"left_to_right": {}, "right_to_left": {"bus": 1, "car": 1}}}
    assert summary.frames == 50


def test_a_sign_of_life_comes_about_once_a_minute(agent):
    ledger = Witnessed()
    agent(ledger, interval_s=1000.0).run((moment(float(second)) for second in range(200)), sound())
    beats = [event.time.minute * 60 + event.time.second for event in ledger.events[1:-1] if "health" in event.type]
    assert beats == [HEARTBEAT_S, 2 * HEARTBEAT_S, 3 * HEARTBEAT_S]


def test_a_camera_that_was_away_is_told_once_for_each_time(agent):
    ledger, tally = Witnessed(), Tally("test")

    def away():
        for number in range(30):
            tally.reconnects = (number >= 10) + (number >= 20)
            yield moment(number / 25)

    agent(ledger).run(away(), tally.report)
    states = [event.data.state for event in ledger.events if event.type == "vn.ngatu.health.v1"]
    assert states == ["started", "source_lost", "source_lost", "ended"]


@pytest.mark.parametrize("fault", [SourceError("cable cut"), ModelError("the network gave nonsense")])
def test_a_source_or_model_that_fails_midway_loses_nothing_seen_before(agent, tmp_path, crossing, fault):
    def failing():
        yield from moments(30, f10=crossing(at_s=0.4))
        raise fault

    ledger = Witnessed()
    summary = agent(ledger, Accuser(tmp_path, None)).run(failing(), sound())
    assert summary.failure == str(fault)
    assert ledger.kinds == ["health", "crossing", "finding", "counts", "counts", "health"]
    assert (ledger.events[-1].data.state, ledger.events[-1].data.note.startswith(str(fault))) == ("failed", True)


def test_a_source_that_fails_at_once_still_says_started_and_failed(agent):
    def failing():
        raise SourceError("nothing at all")
        yield

    ledger = Witnessed()
    summary = agent(ledger).run(failing(), sound())
    assert [event.data.state for event in ledger.events] == ["started", "failed"]
    assert (summary.frames, summary.failure) == (0, "nothing at all")


def test_a_mistake_of_ours_is_raised_after_everything_seen_is_committed(agent, crossing):
    def failing():
        yield from moments(30, f10=crossing(at_s=0.4))
        raise ZeroDivisionError("a bug")

    ledger = Witnessed()
    with pytest.raises(ZeroDivisionError):
        agent(ledger).run(failing(), sound())
    assert ledger.kinds == ["health", "crossing", "counts", "counts", "health"]
    assert ledger.events[-1].data.note.startswith("ZeroDivisionError: a bug")


@pytest.mark.parametrize("fault", [OutboxBroken("the disk failed"), EvidenceBroken("the disk failed")])
def test_after_a_failed_disk_nothing_more_is_written(agent, tmp_path, crossing, fault):
    ledger = Witnessed()
    with pytest.raises(type(fault)):
        agent(ledger, Accuser(tmp_path, 20, fault)).run(moments(f10=crossing(at_s=0.4)), sound())
    assert ledger.kinds == ["health", "crossing"]


def test_a_stop_that_was_asked_for_stands_in_the_last_event(agent):
    ledger = Witnessed()
    agent(ledger).run(moments(5), sound(), lambda: "stopped by SIGTERM")
    assert ledger.events[-1].data.state == "ended"
    assert ledger.events[-1].data.note == "stopped by SIGTERM; decoded 0 frames"


def test_a_damaged_source_is_told_before_the_end(agent):
    ledger = Witnessed()
    agent(ledger).run(moments(5), sound(truncated=True))
    assert [event.data.state for event in ledger.events if event.type == "vn.ngatu.health.v1"] == [
        "started",
        "source_damaged",
        "ended",
    ]


def test_what_a_full_disk_never_took_is_counted_and_looking_goes_on(agent, crossing):
    ledger = Witnessed(OutboxFull("no room"), after=2)
    summary = agent(ledger).run(moments(f5=crossing(at_s=0.2), f20=crossing(track=8, at_s=0.8)), sound())
    assert ledger.kinds == ["health", "crossing"]
    assert (summary.frames, summary.events, summary.unkept) == (50, 6, 4)


def test_on_a_disk_that_is_full_for_a_while_everything_arrives_in_order(agent, crossing, small_disk, fill):
    path = small_disk / "o.jsonl"
    with JsonLines(path) as lines:

        def watched():
            ballast = None
            for seen in moments(
                100, f5=crossing(at_s=0.2), f20=crossing(track=8, at_s=0.8), f60=crossing(track=9, at_s=2.4)
            ):
                if seen.frame.index == 10:
                    ballast = fill(small_disk)
                if seen.frame.index == 50:
                    ballast.unlink()
                yield seen

        summary = agent(lines).run(watched(), sound())
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert summary.unkept == 0
    assert [event["sequence"] for event in events] == list(range(summary.events))


class Elsewhere:
    """A camera check that says the view has moved from `since_s` on."""

    def __init__(self, since_s):
        self.since_s, self.view_moved = since_s, False

    def see(self, frame):
        self.view_moved = frame.media_s >= self.since_s
        return []

    def marked(self, counts):
        return [one.model_copy(update={"view_moved": one.until_s > self.since_s}) for one in counts]

    def finish(self):
        return []


class Notes:
    """A surveyor that writes down which frames it was given, and which it was told to skip."""

    def __init__(self):
        self.seen, self.skipped = [], []

    def see(self, seen):
        self.seen.append(seen.frame.index)
        return []

    def skip(self, seen):
        self.skipped.append(seen.frame.index)

    def finish(self):
        return []


def test_while_the_view_is_moved_counting_goes_on_marked_and_what_needs_the_scene_pauses(stream, crossing):
    ledger, notes = Witnessed(), Notes()
    counts = IntervalCounts(1.0, ["north"])
    check = Elsewhere(1.0)
    made = Agent(stream, PatientLedger(ledger), counts, None, ["north"], surveyor=notes, check=check)
    summary = made.run(moments(f10=crossing(at_s=0.4), f40=crossing(track=8, at_s=1.6)), sound())
    assert (notes.seen, notes.skipped) == (list(range(25)), list(range(25, 50)))
    assert summary.passed.total() == 2
    assert [one.data.view_moved for one in ledger.events if one.type == "vn.ngatu.counts.v1"] == [False, True]
