"""Several cameras' agents at work beside one loop, each in a thread of its own, all with one ledger."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from edge.agent.agent import Agent, Summary
from edge.agent.inbox import Inbox
from edge.agent.ledger import Ledger
from edge.errors import OutboxBroken
from edge.loop.loop import FrameLoop
from edge.loop.metrics import CameraMetrics
from edge.loop.seen import Seen
from edge.loop.settings import CameraSettings
from edge.loop.watched import Watched
from edge.outbox.rows import OutboxMedia
from violations.errors import EvidenceBroken
from vision.detect.detector import Detector
from vision.events.envelope import Event
from vision.geometry.scene import Scene
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

log = logging.getLogger(__name__)


class SharedLedger:
    """One ledger for several agents: one commit at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        with self._lock:
            self._ledger.commit(events, media)


@dataclass(slots=True)
class Member:
    """summary: what its agent saw and said, while it works and after."""

    name: str
    source: Source
    scene: Scene
    settings: CameraSettings
    agent: Agent
    inbox: Inbox = field(default_factory=Inbox)

    @property
    def summary(self) -> Summary:
        return self.agent.summary

    def watched(self) -> Watched:
        size_px = self.source.size_px
        counter = LineCounter(self.scene.lines(size_px), size_px, self.scene.ground_plane(size_px))
        return Watched(self.name, self.source, Tracker(), counter, self.settings, self.inbox.has_room, self.inbox.end)


class Crew:
    """Iterate to let all cameras work; each item is a camera's name and what it has just seen.

    A camera or an agent that fails ends alone. What no agent can work with, a failed disk, ends the iteration.
    """

    def __init__(self, members: Sequence[Member], detector: Detector) -> None:
        self._members = {member.name: member for member in members}
        self._loop = FrameLoop([member.watched() for member in members], detector)
        self._broken: Exception | None = None
        for member in members:
            member.inbox.wake = self._loop.wake

    def stop(self) -> None:
        """As `FrameLoop.stop`."""
        self._loop.stop()

    def metrics(self) -> Mapping[str, CameraMetrics]:
        return self._loop.metrics()

    @contextmanager
    def at_work(self, why_stopped: Callable[[], str | None]) -> Iterator[Iterable[tuple[str, Seen]]]:
        """Everything seen is committed when the block ends. Raises OutboxBroken or EvidenceBroken of a failed disk."""
        threads = [
            threading.Thread(target=self._work, args=(member, why_stopped), name=f"agent {member.name}", daemon=True)
            for member in self._members.values()
        ]
        for thread in threads:
            thread.start()
        try:
            with self._loop:
                yield self._seen()
        finally:
            for member in self._members.values():
                member.inbox.end(None)
        for thread in threads:
            thread.join()
        if self._broken is not None:
            raise self._broken

    def _work(self, member: Member, why_stopped: Callable[[], str | None]) -> None:
        """An agent's thread."""
        try:
            member.agent.run(member.inbox, member.source.report, why_stopped)
        except (OutboxBroken, EvidenceBroken) as error:
            self._broken = error
            self.stop()
        except Exception:  # one agent's mistake must not stop the others; its summary says so
            log.exception("camera %s: the agent ended by a mistake of ours", member.name)
        finally:
            member.inbox.abandon()

    def _seen(self) -> Iterator[tuple[str, Seen]]:
        for name, seen, _ in self._loop:
            self._members[name].inbox.put(seen)
            yield name, seen
