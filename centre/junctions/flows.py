"""The flows that a plan is proposed or compared for: as cameras measured them lately, or as somebody states them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import hypot

from sqlalchemy import Engine

from centre.junctions.believed import discharge_of, doubts_of, failed, shares_of
from signals.demand.discharge import Discharge
from signals.demand.flows import Flow, UnknownFlow, stated_flow
from signals.demand.movements import MovementDemand, gather_demands
from signals.demand.pcu import DEFAULT_TABLE, pcu_table
from signals.demand.saturation import Saturation
from signals.library.convert import saturations_of
from signals.library.described import ApproachAt, LibraryIn
from signals.plan.junction import Junction, MovementKind
from signals.sentences import said
from violations.store.facts import FactsWanted, list_facts
from vision.events.facts import ApproachFacts

INTERVAL_S = 900.0
LATELY = timedelta(hours=2)
MOST_INTERVALS = 4
WHY_NOT = {
    "not_measured": said("No camera has measured it in the last two hours."),
    "sensor_failed": said("Its camera's stop line cannot be used now."),
    "shared_line": said("Another movement shares its stop line, and nobody knows how many of those who turn are its."),
}


@dataclass(frozen=True, slots=True)
class LatelyMeasured:
    """Of one movement: units per hour ± two deviations over the newest intervals. None: nobody knows, `why` says.

    discharge: of its queue, measured; None where it was not.
    """

    movement: str
    units_h: float | None
    error_h: float | None
    since: datetime | None
    why: str = ""
    discharge: Discharge | None = None


def driving(junction: Junction) -> tuple[str, ...]:
    """Movements that have a flow; who walks has none."""
    return tuple(one.name for one in junction.movements if one.kind is not MovementKind.PEDESTRIAN)


def lately_measured(
    engine: Engine, junction: Junction, approaches: Mapping[str, ApproachAt], until: datetime
) -> dict[str, LatelyMeasured]:
    """Every driving movement, by the quarter hours of the last two hours that are known, four at most."""
    doubts = doubts_of(engine, approaches, until)
    lines = Counter((at.camera, at.stop_line) for at in approaches.values())
    found: dict[str, LatelyMeasured] = {}
    for name in driving(junction):
        at = approaches.get(name)
        if at is None:
            found[name] = LatelyMeasured(name, None, None, None, "no_camera")
        elif failed(doubts, at):
            found[name] = LatelyMeasured(name, None, None, None, "sensor_failed")
        else:
            shared = lines[at.camera, at.stop_line] > 1
            told = _lately(engine, name, at, until)
            told = _shared(engine, at, told, until) if shared or at.exits else told
            found[name] = told if shared else replace(told, discharge=discharge_of(engine, at, until))
    return found


def demands_for(
    described: LibraryIn, junction: Junction, stated: Mapping[str, float], measured: Mapping[str, LatelyMeasured]
) -> tuple[MovementDemand, ...]:
    """What is stated goes before what is measured. Raises DemandError naming each movement without a flow."""
    table = pcu_table(DEFAULT_TABLE)
    saturations = [_saturation(one, measured.get(one.movement)) for one in saturations_of(described.junction, table)]
    flows = [_measured_flow(one) for one in measured.values() if one.movement not in stated]
    flows += [stated_flow(name, units_h, None, table) for name, units_h in stated.items()]
    known = [one for one in flows if isinstance(one, Flow)]
    unknown = [one for one in flows if isinstance(one, UnknownFlow)]
    return gather_demands(junction, known, unknown, saturations)


def _saturation(written: Saturation, lately: LatelyMeasured | None) -> Saturation:
    """What the camera measured goes before an estimate from the width, not before what somebody measured and wrote."""
    measured = lately.discharge if lately is not None else None
    return written if measured is None or not written.assumed else measured.saturation(written.movement)


def _shared(engine: Engine, at: ApproachAt, told: LatelyMeasured, until: datetime) -> LatelyMeasured:
    """The movement's part of a stop line that it shares with others."""
    if told.units_h is None or told.error_h is None:
        return told
    shares = shares_of(engine, at, until) if at.exits else None
    if shares is None:
        return LatelyMeasured(told.movement, None, None, None, "shared_line")
    share, error = sum(one.share for one in shares), hypot(*(one.error for one in shares))
    return replace(told, units_h=share * told.units_h, error_h=hypot(share * told.error_h, 2 * error * told.units_h))


def _measured_flow(one: LatelyMeasured) -> Flow | UnknownFlow:
    if one.units_h is None or one.error_h is None:
        return UnknownFlow(one.movement, WHY_NOT.get(one.why, WHY_NOT["not_measured"]))
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
