"""Why a plan is as it is, in sentences an engineer can check with a pencil."""

from collections.abc import Iterator, Sequence

from signals.demand.movements import MovementDemand
from signals.optimize.case import Case
from signals.optimize.critical import critical_movements
from signals.optimize.search import HIGHEST_DEGREE
from signals.plan.timing import TimingPlan


def reasons(case: Case, plan: TimingPlan, best_cycle_s: float) -> Iterator[str]:
    yield from _stage_reasons(case, plan)
    yield (
        f"{case.lost_s:g} s of a cycle are lost and the flow ratios add up to Y = {case.ratio_sum:.3f}: Webster's "
        f"cycle of least delay is (1.5 × {case.lost_s:g} + 5) / (1 - {case.ratio_sum:.3f}) = {best_cycle_s:.1f} s."
    )
    yield from _cycle_reason(case, plan.cycle_s, best_cycle_s)
    bounds = case.bounds
    for timing, least_s, most_s in zip(plan.stages, bounds.min_green_s, bounds.max_green_s, strict=True):
        if timing.green_s == least_s:
            yield f"Stage {timing.stage} has its least green, {least_s} s."
        elif timing.green_s == most_s:
            yield f"Stage {timing.stage} has its longest green, {most_s} s."


def _stage_reasons(case: Case, plan: TimingPlan) -> Iterator[str]:
    critical = set(critical_movements(case.junction, case.demands, case.ratios))
    for stage, ratio, timing in zip(case.junction.stages, case.ratios, plan.stages, strict=True):
        named = " and ".join(
            f"{d.movement} ({d.flow.units_h:.0f} of {d.saturation.units_h:.0f} per hour)"
            for d in case.demands
            if d.movement in critical and d.movement in stage.movements
        )
        yield (
            f"Stage {stage.name} is timed by {named or 'its least green'}: "
            f"flow ratio {ratio:.3f}, green {timing.green_s:g} s."
        )


def _cycle_reason(case: Case, cycle_s: float, best_s: float) -> Iterator[str]:
    if cycle_s == case.bounds.max_cycle_s and best_s > cycle_s:
        yield f"The longest cycle the limits allow is {cycle_s:g} s, so it is used."
    elif cycle_s == case.bounds.min_cycle_s and best_s < cycle_s:
        yield f"The shortest cycle the limits allow is {cycle_s:g} s, so it is used."
    elif cycle_s > best_s + 1:
        yield f"The cycle is lengthened to {cycle_s:g} s so that no movement is more than {HIGHEST_DEGREE} saturated."


def assumptions(demands: Sequence[MovementDemand]) -> Iterator[str]:
    for demand in demands:
        if demand.saturation.assumed:
            yield f"The saturation flow of {demand.movement} is {demand.saturation.origin}: measure it."
