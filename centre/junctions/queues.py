"""How many vehicles stood behind each stop line when its last green began, as its camera told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from centre.junctions.flows import driving
from signals.library.described import ApproachAt
from signals.plan.junction import Junction
from violations.store.facts import FactsWanted, list_facts
from vision.events.facts import Figure, GreenFacts

FRESH = timedelta(minutes=15)
MOST_GREENS = 200


@dataclass(frozen=True, slots=True)
class Queue:
    """since: start of the green; None where nothing fresh is known, and `why` is the key of a sentence."""

    movement: str
    since: datetime | None
    queue: Figure | None
    left_behind: Figure | None
    why: str = ""


def queues(
    engine: Engine, junction: Junction, approaches: Mapping[str, ApproachAt], now: datetime
) -> tuple[Queue, ...]:
    """Every movement that drives, in the order of the junction."""
    return tuple(_queue(engine, name, approaches.get(name), now) for name in driving(junction))


def _queue(engine: Engine, name: str, at: ApproachAt | None, now: datetime) -> Queue:
    if at is None:
        return Queue(name, None, None, None, "no_camera")
    wanted = FactsWanted(at.camera, "vn.ngatu.green_facts.v1", at.stop_line, now - FRESH, now)
    records = list_facts(engine, wanted, limit=MOST_GREENS).records
    if not records:
        return Queue(name, None, None, None, "not_measured")
    last = records[-1]
    assert isinstance(last.facts, GreenFacts)
    return Queue(name, last.since, last.facts.queue_veh, last.facts.left_behind_veh)
