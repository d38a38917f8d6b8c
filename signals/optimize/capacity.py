"""Demand above capacity: what is wrong, and what would make a plan possible. Every way is tried before it is said."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import floor

from signals.demand.movements import MovementDemand
from signals.errors import CapacityError, Fault, JunctionError
from signals.optimize.case import Case, make_case
from signals.optimize.proposal import Performance
from signals.optimize.search import HIGHEST_DEGREE, carries, find_greens
from signals.plan.junction import Junction, Stage
from signals.sentences import said

LONGEST_REASONABLE_CYCLE_S = 300
LARGEST_REASONABLE_GAIN = 5
"""No advice asks for more than five times the saturation flow there is."""


def over_capacity_error(case: Case, performance: Sequence[Performance]) -> CapacityError:
    """The refusal, naming the busiest movement under the best plan there is."""
    busiest = max(performance, key=lambda p: p.saturation_degree)
    longest_s = case.bounds.max_cycle_s
    carried = HIGHEST_DEGREE * (1 - case.lost_s / longest_s)
    sentence = said(
        "Demand above capacity: Y = {ratio_sum:.3f}; a cycle of {longest_s} s with {lost_s:g} s "
        "lost carries {carried:.3f}. Movement {movement} would reach a degree of saturation of "
        "{saturation_degree:.2f}.",
        ratio_sum=case.ratio_sum,
        longest_s=longest_s,
        lost_s=case.lost_s,
        carried=carried,
        movement=busiest.movement,
        saturation_degree=busiest.saturation_degree,
    )
    return CapacityError(Fault(f"flows.{busiest.movement}", sentence), tuple(_ways(case, busiest.movement)))


def _ways(case: Case, busiest: str) -> Iterator[str]:
    cut = _first(range(1, 100), lambda percent: _fits(case, demands=_held_back(case, 100 - percent)))
    if cut is not None:
        yield said("Hold every flow back to {percent} % of what is given.", percent=100 - cut)
    yield from _more_saturation(case, busiest)
    cycles_s = range(floor(case.junction.limits.max_cycle_s) + 1, LONGEST_REASONABLE_CYCLE_S + 1)
    cycle_s = _first(cycles_s, lambda cycle_s: _fits(case, junction=_with_longest_cycle(case.junction, cycle_s)))
    if cycle_s is not None:
        yield said("Allow a longest cycle of {cycle_s} s.", cycle_s=cycle_s)
    yield from _longer_green(case, busiest)
    yield said(
        "Use fewer stages: each change of stage loses about {lost_s:.0f} s of the cycle.",
        lost_s=case.lost_s / len(case.ratios),
    )


def _more_saturation(case: Case, busiest: str) -> Iterator[str]:
    present_h = next(d.saturation.units_h for d in case.demands if d.movement == busiest)
    rates_h = range(floor(present_h) + 1, floor(present_h * LARGEST_REASONABLE_GAIN) + 1)
    rate_h = _first(rates_h, lambda rate_h: _fits(case, demands=_with_saturation(case, busiest, rate_h)))
    if rate_h is not None:
        yield said(
            "Raise the saturation flow of movement {movement} from {present_h:.0f} to {rate_h} per hour of green, "
            "for instance by another lane.",
            movement=busiest,
            present_h=present_h,
            rate_h=rate_h,
        )


def _longer_green(case: Case, busiest: str) -> Iterator[str]:
    for stage in case.junction.stages:
        present_s = case.junction.max_green_s(stage)
        if busiest in stage.movements and present_s is not None:
            green_s = _enough_green_s(case, stage, present_s)
            if green_s is not None:
                yield said(
                    "Allow stage {stage} a longest green of {green_s} s instead of {present_s:g} s.",
                    stage=stage.name,
                    green_s=green_s,
                    present_s=present_s,
                )


def _enough_green_s(case: Case, stage: Stage, present_s: float) -> int | None:
    greens_s = range(floor(present_s) + 1, floor(case.junction.limits.max_cycle_s) + 1)
    return _first(greens_s, lambda green_s: _fits(case, _with_longest_green(case.junction, stage, green_s)))


def _first(values: range, works: Callable[[int], bool]) -> int | None:
    """The first value that works, if they work from some value on; never one that does not. None: none was found."""
    place = bisect_left(values, True, key=works)
    return values[place] if place < len(values) and works(values[place]) else None


def _fits(case: Case, junction: Junction | None = None, demands: tuple[MovementDemand, ...] | None = None) -> bool:
    try:
        changed = make_case(junction or case.junction, demands or case.demands, case.lost_time)
    except JunctionError:
        return False
    return carries(changed, find_greens(changed))


def _held_back(case: Case, percent: int) -> tuple[MovementDemand, ...]:
    return tuple(
        replace(demand, flow=replace(demand.flow, units_h=demand.flow.units_h * percent / 100))
        for demand in case.demands
    )


def _with_saturation(case: Case, movement: str, rate_h: int) -> tuple[MovementDemand, ...]:
    return tuple(
        replace(demand, saturation=replace(demand.saturation, units_h=float(rate_h)))
        if demand.movement == movement
        else demand
        for demand in case.demands
    )


def _with_longest_cycle(junction: Junction, cycle_s: int) -> Junction:
    return replace(junction, limits=replace(junction.limits, max_cycle_s=cycle_s))


def _with_longest_green(junction: Junction, stage: Stage, green_s: int) -> Junction:
    stages = tuple(replace(s, max_green_s=green_s) if s.name == stage.name else s for s in junction.stages)
    return replace(junction, stages=stages)
