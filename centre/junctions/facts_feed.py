"""What cameras deliver anyway, told to the junctions whose traffic it is: crossings, queues, and what is usual.

It asks the database, so that it matters to nobody which of several processes took an event in; and in a thread of its
own, so that a slow database never keeps lamps waiting. An event that comes late is heard as what it is: history.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from threading import Event, Thread

import numpy as np
from sqlalchemy import Engine, select

from centre.junctions.usual import saturations_measured, usual_flows
from signals.library.described import ApproachAt
from signals.live.junction import LiveJunction
from signals.live.room import LiveRoom
from signals.live.traffic import Fact
from violations.store.database import reading
from violations.store.tables import EventRow
from vision.events.bodies import Crossing
from vision.events.facts import ApproachFacts
from vision.pcu import DEFAULT_TABLE

log = logging.getLogger(__name__)

CROSSING, APPROACH = "vn.ngatu.crossing.v1", "vn.ngatu.approach_facts.v1"
EVERY_S, USUAL_EVERY_S = 1.0, 300.0
# An event is stamped before its transaction is over: it may appear so much later.
OVERLAP = timedelta(seconds=10)
MOST_AT_ONCE, MOST_REMEMBERED = 2000, 20_000
# Facts that say how it is now: longer intervals are told too, and say how it was.
LONGEST_FACT_S, LEAST_COVERAGE = 20.0, 0.5


class FactsFeed:
    """`step` once a second; `start` does so in a thread until `close`. utc: aware."""

    def __init__(self, engine: Engine, room: LiveRoom, utc: Callable[[], datetime]) -> None:
        self._engine, self._room, self._utc = engine, room, utc
        self._since = utc() - OVERLAP
        self._told: OrderedDict[str, None] = OrderedDict()
        self._usual_s = -np.inf
        self._over = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Also once more after `close`: an app may be started again."""
        self._over.clear()
        self._thread = Thread(target=self._keep_stepping, name="signals-facts", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def step(self) -> None:
        if not self._room.runs_here:
            return
        junctions = [self._room.junction(name) for name in self._room.names()]
        watched = [one for one in junctions if one.approaches is not None and one.approaches.seen]
        now_s, now = self._room.now_s(), self._utc()
        cameras = {camera for one in watched for camera in _cameras(one)}
        for row in self._new(cameras) if cameras else ():
            at_s = now_s - (now - row.time).total_seconds()
            for live in watched:
                _tell(live, row, at_s, now_s)
        if now_s - self._usual_s >= USUAL_EVERY_S:
            self._usual_s = now_s
            for live in watched:
                self._tell_usual(live, now)

    def _new(self, cameras: Collection[str]) -> list[EventRow]:
        """Those that were not told yet, in the order in which they came in."""
        query = (
            select(EventRow)
            .where(EventRow.type.in_((CROSSING, APPROACH)), EventRow.camera.in_(sorted(cameras)))
            .where(EventRow.received_at >= self._since - OVERLAP)
            .order_by(EventRow.received_at.desc())
            .limit(MOST_AT_ONCE)
        )
        with reading(self._engine) as session:
            rows = [row for row in session.scalars(query) if row.id not in self._told][::-1]
            session.expunge_all()
        for row in rows:
            self._told[row.id] = None
            self._since = max(self._since, row.received_at)
        while len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)
        return rows

    def _tell_usual(self, live: LiveJunction, now: datetime) -> None:
        approaches = live.approaches
        assert approaches is not None
        live.expect(usual_flows(self._engine, approaches, now))
        live.measured(saturations_measured(self._engine, approaches, now))

    def _keep_stepping(self) -> None:
        while not self._over.wait(EVERY_S):
            try:
                self.step()
            except Exception:
                # The junctions find out by themselves that nothing is told, and run their plans.
                log.exception("Events could not be told to the junctions")


def _cameras(live: LiveJunction) -> Iterator[str]:
    assert live.approaches is not None
    for at in live.approaches.at.values():
        yield at.camera
        if at.upstream is not None:
            yield at.upstream.camera


def _tell(live: LiveJunction, row: EventRow, at_s: float, now_s: float) -> None:
    assert live.approaches is not None
    crossing = Crossing.model_validate(row.body) if row.type == CROSSING else None
    facts = ApproachFacts.model_validate(row.body) if row.type == APPROACH else None
    for movement, at in live.approaches.at.items():
        if crossing is not None and crossing.vehicle != "pedestrian":
            if (row.camera, crossing.line) == (at.camera, at.stop_line):
                live.crossed(movement, at_s, now_s, upstream=False)
            before = at.upstream
            over = (row.camera, crossing.line, crossing.direction)
            if before is not None and over == (before.camera, before.line, before.direction):
                live.crossed(movement, at_s, now_s, upstream=True)
        fact = _fact(movement, at, facts, at_s) if facts is not None and row.camera == at.camera else None
        if fact is not None:
            live.tell_facts([fact], now_s)


def _fact(movement: str, at: ApproachAt, facts: ApproachFacts, since_s: float) -> Fact | None:
    """None for facts of another line or of long ago, and for those that nobody should time lamps by."""
    length_s = facts.until_s - facts.since_s
    if facts.stop_line != at.stop_line or length_s > LONGEST_FACT_S:
        return None
    if facts.view_moved or facts.coverage < LEAST_COVERAGE:
        return None
    watched_s = length_s * facts.coverage
    vehicles, queue_s = facts.vehicles.value, facts.time_in_queue_s.value
    units = facts.vehicles_pcu.value if facts.pcu_table == DEFAULT_TABLE else None
    return Fact(
        movement,
        since_s + length_s / 2,
        None if queue_s is None else queue_s / watched_s,
        None if vehicles is None else vehicles / watched_s,
        units / vehicles if units and vehicles else None,
    )
