"""Where the agent's facts go, and what happens to them while there is no room."""

import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from edge.errors import OutboxFull
from edge.outbox.rows import OutboxMedia
from vision.events.bodies import Counts, Crossing
from vision.events.envelope import Event
from vision.events.facts import FactsBody
from vision.events.incidents import SwarmFlow

log = logging.getLogger(__name__)

Batch = tuple[Sequence[Event], Sequence[OutboxMedia]]


class Ledger(Protocol):
    """Keeps events for good: what `commit` returned for survives a crash."""

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """All or nothing. Raise OutboxFull when there is no room; what was committed before stays."""


class PatientLedger:
    """Holds what a full disk refuses and tries again with the next commit, in order.

    At most `most_held` events wait in memory; beyond that the oldest crossings, counts and facts are dropped and
    counted, since a camera that stops looking loses more. Health and findings are few and never dropped. What still
    waits when the process ends is lost.

    held: events that wait for room. dropped: events given up.
    """

    def __init__(self, ledger: Ledger, most_held: int = 20_000) -> None:
        self._ledger = ledger
        self._most_held = most_held
        self._batches: deque[Batch] = deque()
        self.held = 0
        self.dropped = 0

    def commit(self, events: Sequence[Event], media: Sequence[OutboxMedia] = ()) -> None:
        """Commit what waited before, then this; keep all of it in memory while the disk is full."""
        was_full = bool(self._batches)
        self._batches.append((events, media))
        self.held += len(events)
        try:
            self._store()
        except OutboxFull as error:
            if not was_full:
                log.warning("%s; looking goes on, events wait in memory", error)
            self._shed()
        else:
            if was_full:
                log.warning("there is room again: all that waited is stored; %d events were given up", self.dropped)

    def _store(self) -> None:
        while self._batches:
            events, media = self._batches[0]
            self._ledger.commit(events, media)
            self._batches.popleft()
            self.held -= len(events)

    def _shed(self) -> None:
        """Give up the oldest crossings, counts and facts beyond the limit."""
        excess = self.held - self._most_held
        if excess <= 0:
            return
        kept: deque[Batch] = deque()
        for events, media in self._batches:
            stays = []
            for event in events:
                if excess > 0 and isinstance(event.data, Crossing | Counts | FactsBody | SwarmFlow):
                    excess -= 1
                    self.dropped += 1
                    self.held -= 1
                else:
                    stays.append(event)
            if stays:
                kept.append((stays, media))
        self._batches = kept
