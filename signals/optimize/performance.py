"""What a plan does to each movement: effective green, degree of saturation and delay, with their errors."""

from collections.abc import Sequence

from signals.demand.movements import MovementDemand
from signals.optimize.delay import control_delay_s
from signals.optimize.proposal import LostTime, Performance
from signals.plan.check import green_spans
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan


def effective_green_s(plan: TimingPlan, junction: Junction, movement: str, lost_time: LostTime) -> float:
    """Each unbroken green loses its start and gains the used part of the yellow; at most the whole cycle."""
    spans = green_spans(plan, junction, movement)
    gain_s = lost_time.yellow_used_s - lost_time.start_lost_s
    return sum(span.length_s if span.length_s >= plan.cycle_s else span.length_s + gain_s for span in spans)


def measure(
    plan: TimingPlan, junction: Junction, demands: Sequence[MovementDemand], lost_time: LostTime
) -> tuple[Performance, ...]:
    """In the order of `demands`. A movement with two greens in a cycle is judged as if it had one: delay is then
    an upper estimate."""
    return tuple(_performance(plan, junction, demand, lost_time) for demand in demands)


def _performance(plan: TimingPlan, junction: Junction, demand: MovementDemand, lost_time: LostTime) -> Performance:
    green_s = effective_green_s(plan, junction, demand.movement, lost_time)
    saturation_h, flow_h, error_h = demand.saturation.units_h, demand.flow.units_h, demand.flow.error_units_h
    capacity_h = saturation_h * green_s / plan.cycle_s
    delay_s = control_delay_s(plan.cycle_s, green_s, flow_h, saturation_h)
    busier_s = control_delay_s(plan.cycle_s, green_s, flow_h + error_h, saturation_h)
    calmer_s = control_delay_s(plan.cycle_s, green_s, max(flow_h - error_h, 0.0), saturation_h)
    return Performance(
        movement=demand.movement,
        green_s=green_s,
        saturation_degree=flow_h / capacity_h,
        saturation_degree_error=error_h / capacity_h,
        delay_s=delay_s,
        delay_error_s=max(busier_s - delay_s, delay_s - calmer_s),
    )
