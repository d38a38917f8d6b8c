"""Several agents beside one loop: a failed disk ends them all, anything else only the one it hits."""

import threading
from datetime import UTC, datetime

import pytest

from edge.agent.agent import Agent
from edge.agent.crew import Crew, Member, SharedLedger
from edge.agent.ledger import PatientLedger
from edge.errors import OutboxBroken
from edge.loop.settings import CameraSettings
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.events.stream import EventStream
from vision.geometry.scene import Scene
from vision.sources.open import open_source
from vision.traffic.counts import IntervalCounts

LINE = {"middle": {"line": [[0.5, 0.1], [0.5, 0.9]]}}


class Kept:
    """A ledger in memory. broken_at: the commit at which the disk fails."""

    def __init__(self, broken_at=None):
        self.events, self.commits, self.broken_at, self.busy = [], 0, broken_at, threading.Lock()

    def commit(self, events, media=()):
        assert self.busy.acquire(blocking=False), "two agents wrote at once"
        try:
            self.commits += 1
            if self.broken_at is not None and self.commits >= self.broken_at:
                raise OutboxBroken("the disk is gone")
            self.events += events
        finally:
            self.busy.release()


@pytest.fixture
def detector(tiny_model):
    model = resolve_model(tiny_model)
    opened = Detector.open(model.file, model.card, lanes=2)
    yield opened
    opened.close()


@pytest.fixture
def muster(little_video):
    """Agents of so many cameras that all see the little video."""
    sources = []

    def build(ledger, *names):
        shared, members = SharedLedger(ledger), []
        for name in names:
            source = open_source(str(little_video))
            sources.append(source)
            scene = Scene.model_validate({"version": 1, "camera": name, "counting_lines": LINE})
            stream = EventStream(name, "b1", datetime(2026, 11, 21, tzinfo=UTC))
            agent = Agent(stream, PatientLedger(shared), IntervalCounts(15, ["middle"]), None, ["middle"])
            members.append(Member(name, source, scene, CameraSettings(), agent))
        return members

    yield build
    for source in sources:
        source.close()


def run(crew):
    with crew.at_work(lambda: None) as seen:
        return [name for name, _ in seen]


def test_every_agent_sees_its_own_camera_whole(muster, detector):
    ledger = Kept()
    members = muster(ledger, "a", "b", "c")
    seen = run(Crew(members, detector))
    assert {name: seen.count(name) for name in "abc"} == {"a": 100, "b": 100, "c": 100}
    for member in members:
        assert member.summary.frames == 100
        assert member.summary.counts()["middle"]["right_to_left"] == {"car": 1}
        own = [event.sequence for event in ledger.events if event.camera == member.name]
        assert own == list(range(member.summary.events))


def test_a_failed_disk_ends_all_and_leaves_no_thread(muster, detector):
    before = set(threading.enumerate())
    crew = Crew(muster(Kept(broken_at=3), "a", "b"), detector)
    with pytest.raises(OutboxBroken, match="the disk is gone"):
        run(crew)
    left = {thread for thread in threading.enumerate() if not thread.name.startswith("lane")}
    assert left <= before


def test_an_agents_own_mistake_leaves_the_others_at_work(muster, detector, monkeypatch, caplog):
    members = muster(Kept(), "odd", "sound")
    monkeypatch.setattr(members[0].agent, "_take", lambda *_: 1 / 0)
    run(Crew(members, detector))
    odd, sound = (member.summary for member in members)
    assert odd.failure == "ZeroDivisionError: division by zero"
    assert (sound.frames, sound.failure) == (100, None)
    assert "camera odd: the agent ended by a mistake of ours" in caplog.text


def test_told_to_stop_all_agents_say_farewell(muster, detector):
    ledger = Kept()
    crew, seen = Crew(muster(ledger, "a", "b"), detector), []
    with crew.at_work(lambda: "stopped by somebody") as items:
        for name, _ in items:
            seen.append(name)
            if len(seen) == 20:
                crew.stop()
    assert 20 <= len(seen) < 200
    last = {event.camera: event.data for event in ledger.events}
    assert {body.state for body in last.values()} == {"ended"}
    assert all(body.note.startswith("stopped by somebody") for body in last.values())


def test_one_who_joins_a_crew_at_work_works_beside_it_and_nobody_joins_one_that_ends(muster, detector):
    ledger = Kept()
    first, later, late = muster(ledger, "a", "b", "c")
    waiting = [later]
    crew = Crew([first], detector, more_may_come=lambda: bool(waiting))
    seen = []
    with crew.at_work(lambda: None) as said:
        for name, _ in said:
            seen.append(name)
            if waiting:
                assert crew.join(waiting.pop())
    assert (seen.count("a"), seen.count("b")) == (100, 100)
    assert [member.name for member in crew.members] == ["a", "b"]
    assert set(crew.metrics()) == {"a", "b"}
    assert not crew.join(late)


def test_one_who_joins_before_the_work_begins_works_once(muster, detector):
    ledger = Kept()
    first, early = muster(ledger, "a", "b")
    crew = Crew([first], detector)
    assert crew.join(early)
    assert run(crew).count("b") == 100
    assert early.summary.frames == 100
    said = [event for event in ledger.events if event.camera == "b" and "health" in event.type]
    assert [event.data.state for event in said] == ["started", "ended"]
