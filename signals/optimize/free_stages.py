"""Which stages of a junction run, and in which order, where nobody prescribes it; then Webster's plan of least delay.

The stages come from the method that makes fixed plans lane by lane (signals/optimize/fixed), each movement taken as one
lane: sequences of up to four stages that serve everybody, with the least waiting. Cycle and greens are then those of
`least_delay`, within the junction's limits. A junction with many stages to choose from, such as one imported from a
net, has no plan that runs them all in any cycle people would wait for.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from signals.demand.movements import MovementDemand
from signals.errors import Fault, PlanError, SignalsError
from signals.optimize.adaptive.view import Service
from signals.optimize.fixed.isolated import best_plans
from signals.optimize.fixed.lanes import LaneDemand
from signals.optimize.least_delay import least_delay_plan, mean_delay_s
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, OverCapacity, Proposal
from signals.optimize.webster import USUAL_LOST_TIME
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Stage
from signals.plan.timing import lay_out_stages

PERIOD_S = 900.0
# Enough to tell which stages are worth running; the cycle itself is found afterwards.
CYCLES_S = (40, 70, 100)
# Who walks is served, and counts as nobody.
WALKING_PER_S = 1.0


def chosen_stages(junction: Junction, demands: Sequence[MovementDemand]) -> tuple[Stage, ...]:
    """In the order in which they run; all of the junction where nothing shorter fits a cycle."""
    rates = {demand.movement: demand.saturation.units_h / 3600 for demand in demands}
    flows = {demand.movement: demand.flow.units_h / 3600 for demand in demands}
    names = [movement.name for movement in junction.movements]
    service = Service.of(junction, np.array([rates.get(name, WALKING_PER_S) for name in names]))
    flow_vps = np.array([[flows.get(name, 0.0) for name in names]])
    found = best_plans(LaneDemand(junction.name, service, flow_vps, PERIOD_S, np.ones(len(names))), CYCLES_S)
    if not found:
        return junction.stages
    best = min(found.values(), key=lambda plan: plan.waiting)
    return tuple(junction.stages[row] for row in best.stages)


def free_stages_plan(
    junction: Junction,
    demands: Sequence[MovementDemand],
    lost_time: LostTime = USUAL_LOST_TIME,
    over_capacity: OverCapacity = OverCapacity.REFUSE,
) -> Proposal:
    """Its plan may skip stages. With chosen stages where they delay people less than all in the junction's order do.
    Raises what `least_delay_plan` raises, where neither is possible."""
    tried: list[Proposal] = []
    refused: SignalsError | None = None
    for stages in dict.fromkeys((chosen_stages(junction, demands), junction.stages)):
        try:
            tried.append(_with_stages(junction, stages, demands, lost_time, over_capacity))
        except SignalsError as error:
            refused = refused or error
    if not tried and refused is not None:
        raise refused
    return min(tried, key=lambda one: mean_delay_s(demands, one.performance))


def _with_stages(
    junction: Junction,
    stages: tuple[Stage, ...],
    demands: Sequence[MovementDemand],
    lost_time: LostTime,
    over_capacity: OverCapacity,
) -> Proposal:
    made = least_delay_plan(replace(junction, stages=stages), demands, lost_time, over_capacity)
    greens = [(stage, timing.green_s) for stage, timing in zip(stages, made.plan.stages, strict=True)]
    plan = lay_out_stages(junction, greens)
    # Movements that share a stage left out may go together, so the whole junction's changes can be shorter: what is
    # left of the cycle then goes to the first stage.
    spare_s = made.plan.cycle_s - plan.cycle_s
    if spare_s > 0:
        plan = lay_out_stages(junction, [(stages[0], greens[0][1] + spare_s), *greens[1:]])
    problems = check_plan(plan, junction)
    if problems:
        raise PlanError(*(Fault(f"plan.{problem.where}", problem.sentence) for problem in problems))
    return replace(made, plan=plan, performance=measure(plan, junction, demands, lost_time))
