"""What a finished plan does when the flows are other than they were said to be: nobody counts traffic exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from signals.demand.movements import MovementDemand
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime
from signals.optimize.search import HIGHEST_DEGREE
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan

CHANGES = (-0.2, -0.1, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All flows changed by the share `change`. delay_s: per vehicle, mean; worst: the movement of the highest degree of
    saturation, which is `degree`."""

    change: float
    delay_s: float
    worst: str
    degree: float


@dataclass(frozen=True, slots=True)
class Reserve:
    """Growth of one movement's flow alone, as a share, up to which the plan holds it below 0.95; below 0: it does not
    now. Infinite where nothing flows."""

    movement: str
    growth: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    outcomes: tuple[Outcome, ...]
    reserves: tuple[Reserve, ...]

    @property
    def first_to_break(self) -> str:
        """The movement with the least reserve."""
        return min(self.reserves, key=lambda one: one.growth).movement


def sensitivity(
    plan: TimingPlan, junction: Junction, demands: Sequence[MovementDemand], lost_time: LostTime
) -> Sensitivity:
    """The plan stays as it is; only flows change. Reserves in the order of `demands`."""
    present = measure(plan, junction, demands, lost_time)
    reserves = tuple(
        Reserve(one.movement, HIGHEST_DEGREE / one.saturation_degree - 1 if one.saturation_degree > 0 else inf)
        for one in present
    )
    return Sensitivity(tuple(_outcome(plan, junction, demands, lost_time, change) for change in CHANGES), reserves)


def _outcome(
    plan: TimingPlan, junction: Junction, demands: Sequence[MovementDemand], lost_time: LostTime, change: float
) -> Outcome:
    changed = [replace(one, flow=replace(one.flow, units_h=one.flow.units_h * (1 + change))) for one in demands]
    told = measure(plan, junction, changed, lost_time)
    flow_h = sum(one.flow.units_h for one in changed)
    worst = max(told, key=lambda one: one.saturation_degree)
    delay_s = sum(one.delay_s * demand.flow.units_h for one, demand in zip(told, changed, strict=True))
    return Outcome(change, delay_s / flow_h, worst.movement, worst.saturation_degree)
