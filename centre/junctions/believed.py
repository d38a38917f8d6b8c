"""What cameras say of themselves: which lines may be believed, who turns where, how fast queues leave.

All of the last two hours; the judging is that of `signals/demand`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from signals.demand.discharge import Discharge, measured_discharge
from signals.demand.pcu import DEFAULT_TABLE
from signals.demand.sensors import SensorHealth, Trust, sensor_health
from signals.demand.turning import TurningShare, turning_shares
from signals.library.described import ApproachAt
from violations.store.facts import FactsWanted, list_facts
from vision.events.bodies import Direction
from vision.events.facts import GreenFacts, LineFacts, TurningFacts
from vision.sentences import in_language

INTERVAL_S = 900.0
LATELY = timedelta(hours=2)
MOST_LINES, MOST_TURNS, MOST_GREENS = 800, 16, 200

Doubts = Mapping[str, tuple[SensorHealth, ...]]
"""By camera: its lines and lanes that are in doubt or have failed."""


def doubts_of(engine: Engine, approaches: Mapping[str, ApproachAt], until: datetime) -> Doubts:
    """Of the stop lines that the approaches name; cameras of which all is well are absent."""
    found: dict[str, tuple[SensorHealth, ...]] = {}
    for camera in sorted({at.camera for at in approaches.values()}):
        wanted = FactsWanted(camera, "vn.ngatu.line_facts.v1", None, until - LATELY, until, INTERVAL_S)
        records = list_facts(engine, wanted, limit=MOST_LINES).records
        stop_lines = {at.stop_line for at in approaches.values() if at.camera == camera}
        lines = [one.facts for one in records if isinstance(one.facts, LineFacts) and one.facts.line in stop_lines]
        wrong = [
            one
            for one in sensor_health(_main_way(lines), _turning(engine, camera, until) if lines else ())
            if one.trust is not Trust.GOOD
        ]
        if wrong:
            found[camera] = tuple(wrong)
    return found


@dataclass(frozen=True, slots=True)
class ToldDoubt:
    """sensor: a line, or line/lane; why: in the reader's language."""

    camera: str
    sensor: str
    trust: str
    why: str


def told_doubts(doubts: Doubts, language: str) -> tuple[ToldDoubt, ...]:
    return tuple(
        ToldDoubt(camera, one.sensor, one.trust, " ".join(in_language(why, language) for why in one.why))
        for camera, lines in doubts.items()
        for one in lines
    )


def failed(doubts: Doubts, at: ApproachAt) -> bool:
    """Whether the line, or any lane of it, is not to be used at all."""
    return any(
        one.trust is Trust.FAILED and one.sensor.partition("/")[0] == at.stop_line for one in doubts.get(at.camera, ())
    )


def shares_of(engine: Engine, at: ApproachAt, until: datetime) -> tuple[TurningShare, ...] | None:
    """Of those over the stop line who leaves over the approach's exits; None where too few were followed."""
    known, _ = turning_shares(_turning(engine, at.camera, until))
    here = [one for one in known if one.entry == at.stop_line]
    return tuple(one for one in here if one.exit in at.exits) if here else None


def discharge_of(engine: Engine, at: ApproachAt, until: datetime) -> Discharge | None:
    """None where too few greens had a queue, or another table of units was used."""
    wanted = FactsWanted(at.camera, "vn.ngatu.green_facts.v1", at.stop_line, until - LATELY, until)
    records = list_facts(engine, wanted, limit=MOST_GREENS).records
    greens = [one.facts for one in records if isinstance(one.facts, GreenFacts)]
    known, _ = measured_discharge([one for one in greens if one.pcu_table == DEFAULT_TABLE])
    return known[0] if known else None


def _main_way(lines: Sequence[LineFacts]) -> list[LineFacts]:
    """A line tells both ways over it; the way that more took is the one in which its detector is judged."""
    counts: dict[tuple[str, str | None], dict[Direction, float]] = defaultdict(lambda: defaultdict(float))
    for one in lines:
        counts[one.line, one.lane][one.direction] += one.vehicles.value or 0.0
    main = {place: max(ways, key=lambda way: ways[way]) for place, ways in counts.items()}
    return [one for one in lines if main[one.line, one.lane] is one.direction]


def _turning(engine: Engine, camera: str, until: datetime) -> list[TurningFacts]:
    wanted = FactsWanted(camera, "vn.ngatu.turning_facts.v1", None, until - LATELY, until, INTERVAL_S)
    records = list_facts(engine, wanted, limit=MOST_TURNS).records
    return [one.facts for one in records if isinstance(one.facts, TurningFacts)]
