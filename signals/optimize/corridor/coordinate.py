"""One cycle, splits, orders of stages and offsets for a whole street: the coordinated fixed plan of least delay.

For every allowed common cycle each junction gets Webster's split of it, `green_wave` the offsets; kept is the cycle
with the least delay of all movements together. A movement along the street is credited with the vehicles its band
carries through without a stop, by the progression factor of HCM 2000 (equation 16-10).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import inf

from signals.demand.movements import MovementDemand
from signals.errors import CapacityError, Fault, JunctionError, PlanError
from signals.optimize.case import Case, make_case
from signals.optimize.corridor.green_wave import Wave, widest_wave
from signals.optimize.corridor.street import Stop, Street
from signals.optimize.corridor.windows import longest_green, windows_of
from signals.optimize.delay import uniform_delay_s
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, Performance
from signals.optimize.search import HIGHEST_DEGREE, greens_at
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out
from signals.sentences import said

METHOD = "green-wave-milp"
MOST_ORDERS = 6
CYCLE_STEP_S = 2
USUAL_LOST_TIME = LostTime()
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Coordinated:
    """One junction of the street: its order of stages (as `junction`), its plan with the offset, what that does."""

    junction: Junction
    plan: TimingPlan
    performance: tuple[Performance, ...]


@dataclass(frozen=True, slots=True)
class Coordination:
    """
    wave          bands and when they pass, for the offsets as they are in the plans (whole seconds)
    delay_veh_h   per hour, of all movements together
    worst         (junction, movement) of the longest delay per vehicle
    tried         (cycle_s, delay_veh_h, outbound band s, inbound band s) of every cycle looked at
    """

    method: str
    cycle_s: float
    parts: tuple[Coordinated, ...]
    wave: Wave
    delay_veh_h: float
    worst: tuple[str, str]
    tried: tuple[tuple[float, float, float, float], ...]
    warnings: tuple[str, ...]


def coordinate(street: Street, lost_time: LostTime = USUAL_LOST_TIME, progress: Progress | None = None) -> Coordination:
    """Raises CapacityError where no common cycle carries the demand of every junction, JunctionError where the
    junctions' limits allow none, PlanError if a plan fails the safety check. progress: told (cycles done, of)."""
    orders = [_orders(stop, lost_time) for stop in street.stops]
    cycles = _common_cycles(orders)
    best: Coordination | None = None
    tried: list[tuple[float, float, float, float]] = []
    for done, cycle_s in enumerate(cycles, 1):
        found = _at_cycle(street, orders, cycle_s, lost_time)
        if found is not None:
            tried.append((cycle_s, found.delay_veh_h, found.wave.outbound_s, found.wave.inbound_s))
            best = found if best is None or found.delay_veh_h < best.delay_veh_h - 1e-9 else best
        if progress is not None:
            progress(done, len(cycles))
    if best is None:
        raise _overloaded(street, orders, cycles[-1])
    return replace(best, tried=tuple(tried), warnings=tuple(_warnings(best)))


def judge(street: Street, plans: Sequence[TimingPlan], lost_time: LostTime = USUAL_LOST_TIME) -> Coordination:
    """What plans that are there already do on this street: for comparison. Raises JunctionError unless they have one
    cycle and the stages of their junctions."""
    cycle_s = plans[0].cycle_s
    for stop, plan in zip(street.stops, plans, strict=True):
        if plan.cycle_s != cycle_s:
            sentence = said(
                "A wave has one cycle: {junction} has {cycle_s:g} s, the first {first_s:g} s.",
                junction=stop.junction.name,
                cycle_s=plan.cycle_s,
                first_s=cycle_s,
            )
            raise JunctionError(Fault("plans", sentence))
    orders = [[windows_of(stop, plan, stop.junction)] for stop, plan in zip(street.stops, plans, strict=True)]
    offsets_s = [(plan.offset_s - plans[0].offset_s) % cycle_s for plan in plans]
    fixed = ([0] * len(plans), offsets_s)
    wave = widest_wave(street, orders, cycle_s, _weights(street), fixed)
    assert wave is not None  # fixed offsets always allow bands of no width
    return _told(street, [stop.junction for stop in street.stops], plans, wave, lost_time)


def _at_cycle(
    street: Street, orders: Sequence[Sequence[Case]], cycle_s: int, lost_time: LostTime
) -> Coordination | None:
    """None where a junction is overloaded at this cycle, or the solver found nothing in its time."""
    plans: list[list[TimingPlan]] = []
    for cases in orders:
        greens = [greens_at(case, cycle_s) for case in cases]
        if min(case.highest_degree(cycle_s, green) for case, green in zip(cases, greens, strict=True)) >= 1:
            return None
        plans.append([lay_out(case.junction, green) for case, green in zip(cases, greens, strict=True)])
    windows = [
        [windows_of(stop, plan, case.junction) for plan, case in zip(some, cases, strict=True)]
        for stop, some, cases in zip(street.stops, plans, orders, strict=True)
    ]
    weights = _weights(street)
    wave = widest_wave(street, windows, cycle_s, weights)
    if wave is None:
        return None
    # Controllers take whole seconds; the bands are those of the rounded offsets.
    offsets_s = [float(round(offset_s) % cycle_s) for offset_s in wave.offsets_s]
    wave = widest_wave(street, windows, cycle_s, weights, (wave.orders, offsets_s)) or wave
    chosen = [
        replace(some[order], offset_s=offset_s)
        for some, order, offset_s in zip(plans, wave.orders, offsets_s, strict=True)
    ]
    junctions = [cases[order].junction for cases, order in zip(orders, wave.orders, strict=True)]
    return _told(street, junctions, chosen, wave, lost_time)


def _told(
    street: Street, junctions: Sequence[Junction], plans: Sequence[TimingPlan], wave: Wave, lost_time: LostTime
) -> Coordination:
    parts: list[Coordinated] = []
    delay_veh_h, worst, worst_s = 0.0, ("", ""), -inf
    before = [*_greens_before(street, plans)]
    for place, (stop, junction, plan) in enumerate(zip(street.stops, junctions, plans, strict=True)):
        problems = check_plan(plan, junction)
        if problems:
            raise PlanError(*(Fault(f"plan.{problem.where}", problem.sentence) for problem in problems))
        bands = {stop.outbound: (wave.outbound_s, before[place][0]), stop.inbound: (wave.inbound_s, before[place][1])}
        performance = tuple(
            _progressed(one, demand, plan.cycle_s, bands.get(one.movement))
            for one, demand in zip(measure(plan, junction, stop.demands, lost_time), stop.demands, strict=True)
        )
        parts.append(Coordinated(junction, plan, performance))
        for one, demand in zip(performance, stop.demands, strict=True):
            delay_veh_h += one.delay_s * demand.flow.units_h / 3600
            if one.delay_s > worst_s:
                worst, worst_s = (junction.name, one.movement), one.delay_s
    return Coordination(METHOD, plans[0].cycle_s, tuple(parts), wave, delay_veh_h, worst, (), ())


def _progressed(
    one: Performance, demand: MovementDemand, cycle_s: float, band: tuple[float, float | None] | None
) -> Performance:
    """The even part of the delay falls with the share of vehicles that arrive on green (f_PA = 1).

    band: its width and the green upstream in which those who arrive here set off; None there: nobody comes in platoons.
    """
    if band is None or band[1] is None:
        return one
    width_s, upstream_s = band[0], band[1]
    green_share = min(one.green_s / cycle_s, 1.0)
    in_band = min(width_s / upstream_s, 1.0) if upstream_s > 0 else 0.0
    on_green = in_band + (1 - in_band) * green_share
    factor = (1 - on_green) / (1 - green_share) if green_share < 1 else 1.0
    even_s = uniform_delay_s(cycle_s, one.green_s, demand.flow.units_h, demand.saturation.units_h)
    return replace(one, delay_s=one.delay_s - (1 - factor) * even_s)


def _greens_before(street: Street, plans: Sequence[TimingPlan]) -> Iterator[tuple[float | None, float | None]]:
    """Per stop: the longest green of the stop before it outbound, and inbound; None at the street's ends."""
    out = [
        longest_green(plan, stop.junction, stop.outbound).length_s
        for stop, plan in zip(street.stops, plans, strict=True)
    ]
    back = [
        longest_green(plan, stop.junction, stop.inbound).length_s
        for stop, plan in zip(street.stops, plans, strict=True)
    ]
    last = len(plans) - 1
    for place in range(len(plans)):
        yield out[place - 1] if place > 0 else None, back[place + 1] if place < last else None


def _weights(street: Street) -> tuple[float, float]:
    """Each direction's share of the flow along the street."""
    out = sum(stop.flow_h(stop.outbound) for stop in street.stops)
    back = sum(stop.flow_h(stop.inbound) for stop in street.stops)
    return (out / (out + back), back / (out + back)) if out + back > 0 else (0.5, 0.5)


def _orders(stop: Stop, lost_time: LostTime) -> list[Case]:
    """The junction with its stages in the orders worth trying: those that lose least to intergreens, its own first."""
    first, *others = stop.junction.stages
    cases = [
        make_case(replace(stop.junction, stages=(first, *rest)), stop.demands, lost_time)
        for rest in permutations(others)
    ]
    least_s = min(case.intergreen_s for case in cases)
    return [case for i, case in enumerate(cases) if i == 0 or case.intergreen_s <= least_s][:MOST_ORDERS]


def _common_cycles(orders: Sequence[Sequence[Case]]) -> list[int]:
    """Cycles that every order of every junction allows."""
    cases = [case for some in orders for case in some]
    shortest, longest = (
        max(cases, key=lambda one: one.bounds.min_cycle_s),
        min(cases, key=lambda one: one.bounds.max_cycle_s),
    )
    low_s, high_s = shortest.bounds.min_cycle_s, longest.bounds.max_cycle_s
    if low_s > high_s:
        sentence = said(
            "A wave has one cycle: {junction} needs at least {low_s} s, and {other} allows at most {high_s} s.",
            junction=shortest.junction.name,
            low_s=low_s,
            other=longest.junction.name,
            high_s=high_s,
        )
        raise JunctionError(Fault("street.stops", sentence))
    return [*range(low_s, high_s + 1, CYCLE_STEP_S)]


def _overloaded(street: Street, orders: Sequence[Sequence[Case]], cycle_s: int) -> CapacityError:
    degrees = [
        (min(case.highest_degree(cycle_s, greens_at(case, cycle_s)) for case in cases), stop.junction.name)
        for cases, stop in zip(orders, street.stops, strict=True)
    ]
    degree, name = max(degrees)
    sentence = said(
        "At the longest common cycle of {cycle_s} s {name} has a degree of saturation of "
        "{degree:.2f}; wanted less than 1.",
        cycle_s=cycle_s,
        name=name,
        degree=degree,
    )
    ways = (
        said(
            "Lower the flows of {name} by {percent:.0f} % or more.",
            name=name,
            percent=100 * (1 - HIGHEST_DEGREE / degree),
        ),
        said("Allow {name} a longer cycle, or run it on its own.", name=name),
    )
    return CapacityError(Fault("street.stops", sentence), ways)


def _warnings(found: Coordination) -> Iterator[str]:
    for way, width_s in (("outbound", found.wave.outbound_s), ("inbound", found.wave.inbound_s)):
        if width_s < 1:
            yield said(
                "There is no {way} green band: nobody drives through without a stop in that direction.", way=said(way)
            )
    for part in found.parts:
        for one in part.performance:
            if one.saturation_degree > HIGHEST_DEGREE:
                yield said(
                    "{junction}, {movement}: the degree of saturation of {degree:.2f} is above {highest}; bands end "
                    "where queues do not clear.",
                    junction=part.junction.name,
                    movement=one.movement,
                    degree=one.saturation_degree,
                    highest=HIGHEST_DEGREE,
                )
