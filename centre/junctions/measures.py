"""Performance measures of a junction's movements, from the facts of the cameras that watch their stop lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from signals.library.described import ApproachAt
from signals.plan.check import green_spans
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from violations.store.facts import FactsWanted, list_facts
from vision.events.facts import ApproachFacts, Figure

INTERVAL_S = 900.0
SPAN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Share:
    """A number with its error; None: nobody knows, and `why` says why."""

    value: float | None
    error: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One movement over 15 minutes. greens: that ended; degree: of saturation; platoon_ratio: HCM 2000."""

    since: datetime
    coverage: float
    vehicles: Figure
    delay_s: Figure
    grade: str | None
    on_green: Figure
    platoon_ratio: Share
    degree: Share
    greens: int
    split_failures: Figure


@dataclass(frozen=True, slots=True)
class Approach:
    """A movement and what was measured of it, oldest first, with None for every interval nobody measured."""

    movement: str
    camera: str
    stop_line: str
    rows: tuple[Measured | None, ...]


def measures(
    engine: Engine, junction: Junction, plan: TimingPlan, approaches: Mapping[str, ApproachAt], until: datetime
) -> tuple[Approach, ...]:
    """The last six hours, in the order of the junction's movements; those without a camera are left out.

    Degree of saturation and platoon ratio are those of the plan that runs now.
    """
    names = [movement.name for movement in junction.movements if movement.name in approaches]
    shares = {name: sum(span.length_s for span in green_spans(plan, junction, name)) / plan.cycle_s for name in names}
    return tuple(_approach(engine, name, approaches[name], shares[name], until) for name in names)


def _approach(engine: Engine, name: str, at: ApproachAt, share: float, until: datetime) -> Approach:
    """share: of the cycle in which the movement is green."""
    wanted = FactsWanted(at.camera, "vn.ngatu.approach_facts.v1", at.stop_line, until - SPAN, until, INTERVAL_S)
    records = list_facts(engine, wanted, limit=int(SPAN.total_seconds() / INTERVAL_S) + 1).records
    rows = list(_without_holes([(one.since, one.facts) for one in records], share))
    return Approach(name, at.camera, at.stop_line, tuple(rows))


def _without_holes(found: list[tuple[datetime, object]], share: float) -> Iterator[Measured | None]:
    before: datetime | None = None
    for since, facts in found:
        if not isinstance(facts, ApproachFacts):
            continue
        if before is not None:
            missing = round((since - before).total_seconds() / INTERVAL_S) - 1
            yield from [None] * max(missing, 0)
        before = since
        yield _measured(since, facts, share)


def _measured(since: datetime, facts: ApproachFacts, share: float) -> Measured:
    flow_h = _times(facts.vehicles_pcu, 3600 / (facts.until_s - facts.since_s))
    capacity_h = _times(facts.saturation_pcu_h, share)
    return Measured(
        since,
        facts.coverage,
        facts.vehicles,
        facts.control_delay_s,
        facts.level_of_service.grade if facts.level_of_service else None,
        facts.arrivals_on_green,
        _quotient(_times(facts.arrivals_on_green, 1.0), Share(share, 0.0, "")),
        _quotient(flow_h, capacity_h),
        facts.greens,
        facts.split_failures,
    )


def _times(figure: Figure, factor: float) -> Share:
    if figure.value is None or figure.error is None:
        return Share(None, None, figure.why or "")
    return Share(figure.value * factor, figure.error * factor, "")


def _quotient(above: Share, below: Share) -> Share:
    """Relative errors add up as squares."""
    if above.value is None or below.value is None or not below.value:
        return Share(None, None, above.why or below.why)
    value = above.value / below.value
    parts = [(one.error or 0.0) / one.value for one in (above, below) if one.value]
    return Share(value, abs(value) * sum(part**2 for part in parts) ** 0.5, "")
