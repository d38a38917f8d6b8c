"""The flows that a plan is proposed or compared for: as cameras measured them lately, or as somebody states them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot

from sqlalchemy import Engine

from signals.demand.flows import Flow, UnknownFlow, stated_flow
from signals.demand.movements import MovementDemand, gather_demands
from signals.demand.pcu import DEFAULT_TABLE, pcu_table
from signals.library.convert import saturations_of
from signals.library.described import ApproachAt, LibraryIn
from signals.plan.junction import Junction, MovementKind
from violations.store.facts import FactsWanted, list_facts
from vision.events.facts import ApproachFacts

INTERVAL_S = 900.0
LATELY = timedelta(hours=2)
MOST_INTERVALS = 4


@dataclass(frozen=True, slots=True)
class LatelyMeasured:
    """Of one movement: units per hour ± two deviations over the newest intervals. None: nobody knows, `why` says."""

    movement: str
    units_h: float | None
    error_h: float | None
    since: datetime | None
    why: str = ""


def driving(junction: Junction) -> tuple[str, ...]:
    """Movements that have a flow; who walks has none."""
    return tuple(one.name for one in junction.movements if one.kind is not MovementKind.PEDESTRIAN)


def lately_measured(
    engine: Engine, junction: Junction, approaches: Mapping[str, ApproachAt], until: datetime
) -> dict[str, LatelyMeasured]:
    """Every driving movement, by the quarter hours of the last two hours that are known, four at most."""
    return {
        name: _lately(engine, name, approaches[name], until)
        if name in approaches
        else LatelyMeasured(name, None, None, None, "no_camera")
        for name in driving(junction)
    }


def demands_for(
    described: LibraryIn, junction: Junction, stated: Mapping[str, float], measured: Mapping[str, LatelyMeasured]
) -> tuple[MovementDemand, ...]:
    """What is stated goes before what is measured. Raises DemandError naming each movement without a flow."""
    table = pcu_table(DEFAULT_TABLE)
    flows = [_measured_flow(one) for one in measured.values() if one.movement not in stated]
    flows += [stated_flow(name, units_h, None, table) for name, units_h in stated.items()]
    known = [one for one in flows if isinstance(one, Flow)]
    unknown = [one for one in flows if isinstance(one, UnknownFlow)]
    return gather_demands(junction, known, unknown, list(saturations_of(described.junction, table)))


def _measured_flow(one: LatelyMeasured) -> Flow | UnknownFlow:
    if one.units_h is None or one.error_h is None:
        return UnknownFlow(one.movement, "No camera has measured it in the last two hours.")
    return Flow(one.movement, one.units_h, one.error_h / 2, "measured by the camera in the last two hours")


def _lately(engine: Engine, name: str, at: ApproachAt, until: datetime) -> LatelyMeasured:
    wanted = FactsWanted(at.camera, "vn.ngatu.approach_facts.v1", at.stop_line, until - LATELY, until, INTERVAL_S)
    bodies = [(one.since, one.facts) for one in list_facts(engine, wanted).records]
    rows = [(since, facts) for since, facts in bodies if isinstance(facts, ApproachFacts)]
    if any(facts.pcu_table != DEFAULT_TABLE for _, facts in rows):
        return LatelyMeasured(name, None, None, None, "other_table")
    known = [
        (since, _hourly(facts, facts.vehicles_pcu.value), _hourly(facts, facts.vehicles_pcu.error or 0.0))
        for since, facts in rows
        if facts.vehicles_pcu.value is not None
    ][-MOST_INTERVALS:]
    if not known:
        return LatelyMeasured(name, None, None, None, "not_measured")
    count = len(known)
    mean_h = sum(units_h for _, units_h, _ in known) / count
    return LatelyMeasured(name, mean_h, hypot(*(error_h for _, _, error_h in known)) / count, known[0][0])


def _hourly(facts: ApproachFacts, units: float | None) -> float:
    return (units or 0.0) * 3600 / (facts.until_s - facts.since_s)
