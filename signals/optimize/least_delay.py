"""Webster's plan, moved second by second to where the delay is least.

Webster's cycle is that of least delay where greens are shared freely. Where a least green binds (a slow pedestrian, a
short side road), the other stages are left with too little, and a longer cycle or another split serves everybody
better. What is made least is the mean control delay of the Highway Capacity Manual 7, over all vehicles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from signals.demand.movements import MovementDemand
from signals.optimize.case import Case, make_case
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, OverCapacity, Performance, Proposal
from signals.optimize.search import HIGHEST_DEGREE, carries, greens_at
from signals.optimize.webster import USUAL_LOST_TIME, webster_plan
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import lay_out

METHOD = "least-delay-hcm7"
STEPS_S = (5, 2, 1)
WORTH_S = 0.05
"""A plan is another one only if it saves a vehicle this much."""


@dataclass(frozen=True, slots=True)
class _Tried:
    delay_s: float
    greens: tuple[int, ...]


def mean_delay_s(demands: Sequence[MovementDemand], performance: Sequence[Performance]) -> float:
    """Control delay of a vehicle, s; 0 without traffic. Both in the same order."""
    flow_h = sum(one.flow.units_h for one in demands)
    delays_s = sum(one.flow.units_h * told.delay_s for one, told in zip(demands, performance, strict=True))
    return delays_s / flow_h if flow_h else 0.0


def least_delay_plan(
    junction: Junction,
    demands: Sequence[MovementDemand],
    lost_time: LostTime = USUAL_LOST_TIME,
    over_capacity: OverCapacity = OverCapacity.REFUSE,
) -> Proposal:
    """Never worse than Webster's plan, and raises what `webster_plan` raises; above capacity it is Webster's."""
    return with_less_delay(webster_plan(junction, demands, lost_time, over_capacity), junction, demands, lost_time)


def with_less_delay(
    webster: Proposal, junction: Junction, demands: Sequence[MovementDemand], lost_time: LostTime = USUAL_LOST_TIME
) -> Proposal:
    """From Webster's plan for the same demand; that very plan where nothing within the limits is worth the change."""
    case = make_case(junction, tuple(demands), lost_time)
    begin = _Tried(mean_delay_s(demands, webster.performance), tuple(round(one.green_s) for one in webster.plan.stages))
    if not carries(case, begin.greens):
        return webster
    best = _descend(case, min(begin, _best_cycle(case), key=lambda one: one.delay_s))
    plan = lay_out(junction, best.greens)
    if best.delay_s > begin.delay_s - WORTH_S or check_plan(plan, junction):
        return webster
    told = (
        f"Webster's plan of {webster.plan.cycle_s:g} s delays a vehicle by {begin.delay_s:.1f} s; within the limits a "
        f"cycle of {plan.cycle_s:g} s with these greens delays it by {best.delay_s:.1f} s."
    )
    performance = measure(plan, junction, demands, lost_time)
    return replace(webster, method=METHOD, plan=plan, performance=performance, reasons=(*_kept(webster.reasons), told))


def _kept(reasons: Sequence[str]) -> Iterator[str]:
    """What holds of the demand; what was said of Webster's own cycle and greens does not hold any more."""
    return (one for one in reasons if "of a cycle are lost" in one)


def _best_cycle(case: Case) -> _Tried:
    cycles_s = range(case.bounds.min_cycle_s, case.bounds.max_cycle_s + 1)
    return min((_tried(case, greens_at(case, cycle_s)) for cycle_s in cycles_s), key=lambda one: one.delay_s)


def _descend(case: Case, best: _Tried) -> _Tried:
    """Give a stage some seconds, take some, or move them from one to another, for as long as that helps."""
    for step_s in STEPS_S:
        while True:
            found = min((_tried(case, greens) for greens in _beside(case, best.greens, step_s)),
                        key=lambda one: one.delay_s, default=best)  # fmt: skip
            if found.delay_s >= best.delay_s:
                break
            best = found
    return best


def _beside(case: Case, greens: tuple[int, ...], step_s: int) -> Iterator[tuple[int, ...]]:
    stages = range(len(greens))
    moves = (
        [(i, None) for i in stages] + [(None, j) for j in stages] + [(i, j) for i in stages for j in stages if i != j]
    )
    for more, less in moves:
        other = list(greens)
        if more is not None:
            other[more] += step_s
        if less is not None:
            other[less] -= step_s
        if _allowed(case, other):
            yield tuple(other)


def _allowed(case: Case, greens: Sequence[int]) -> bool:
    bounds = case.bounds
    within = all(
        least <= green <= most
        for least, green, most in zip(bounds.min_green_s, greens, bounds.max_green_s, strict=True)
    )
    return within and bounds.min_cycle_s <= round(sum(greens) + case.intergreen_s) <= bounds.max_cycle_s


def _tried(case: Case, greens: tuple[int, ...]) -> _Tried:
    """Infinite delay where somebody would be more saturated than plans aim for."""
    if case.highest_degree(round(sum(greens) + case.intergreen_s), greens) > HIGHEST_DEGREE:
        return _Tried(float("inf"), greens)
    told = measure(lay_out(case.junction, greens), case.junction, case.demands, case.lost_time)
    return _Tried(mean_delay_s(case.demands, told), greens)
