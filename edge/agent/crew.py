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

    def __init__(
        self, members: Sequence[Member], detector: Detector, more_may_come: Callable[[], bool] = lambda: False
    ) -> None:
        """more_may_come: as of `FrameLoop`."""
        self._members = {member.name: member for member in members}
        self._loop = FrameLoop([member.watched() for member in members], detector, more_may_come=more_may_come)
        self._broken: Exception | None = None
        self._why_stopped: Callable[[], str | None] = lambda: None
        self._starting = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        for member in members:
            member.inbox.wake = self._loop.wake

    @property
    def members(self) -> list[Member]:
        """Those who came later among them."""
        return list(self._members.values())

    def join(self, member: Member) -> bool:
        """One more for a crew at work, from any thread; False where the work is ending: then it does not begin."""
        member.inbox.wake = self._loop.wake
        self._members[member.name] = member
        if self._loop.add(member.watched()):
            self._set_to_work(member)
            return True
        del self._members[member.name]
        return False

    def fail(self, error: Exception) -> None:
        """The work ends and `at_work` raises this."""
        self._broken = error
        self.stop()

    def stop(self) -> None:
        """As `FrameLoop.stop`."""
        self._loop.stop()

    def metrics(self) -> Mapping[str, CameraMetrics]:
        return self._loop.metrics()

    @contextmanager
    def at_work(self, why_stopped: Callable[[], str | None]) -> Iterator[Iterable[tuple[str, Seen]]]:
        """Everything seen is committed when the block ends. Raises OutboxBroken or EvidenceBroken of a failed disk."""
        self._why_stopped = why_stopped
        for member in self.members:
            self._set_to_work(member)
        try:
            with self._loop:
                yield self._seen()
        finally:
            for member in self.members:
                member.inbox.end(None)
        for thread in list(self._threads.values()):
            thread.join()
        if self._broken is not None:
            raise self._broken

    def _set_to_work(self, member: Member) -> None:
        """Once each: who joins before the others begin is set to work by both."""
        with self._starting:
            if member.name in self._threads:
                return
            thread = threading.Thread(target=self._work, args=(member,), name=f"agent {member.name}", daemon=True)
            self._threads[member.name] = thread
        thread.start()

    def _work(self, member: Member) -> None:
        """An agent's thread."""
        try:
            member.agent.run(member.inbox, member.source.report, self._why)
        except (OutboxBroken, EvidenceBroken) as error:
            self.fail(error)
        except Exception:  # one agent's mistake must not stop the others; its summary says so
            log.exception("camera %s: the agent ended by a mistake of ours", member.name)
        finally:
            member.inbox.abandon()

    def _why(self) -> str | None:
        """Asked at the end, when it is known even to those who joined before the work began."""
        return self._why_stopped()

    def _seen(self) -> Iterator[tuple[str, Seen]]:
        for name, seen, _ in self._loop:
            self._members[name].inbox.put(seen)
            yield name, seen
