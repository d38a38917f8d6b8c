"""Webster's fixed-time plan (Webster, F. V.: Traffic Signal Settings, Road Research Technical Paper 39, 1958).

The cycle of least delay is C0 = (1.5 L + 5) / (1 - Y), with the lost time L of a cycle and the sum Y of the stages'
flow ratios; the green is shared in proportion to the flow ratios. Limits come before both.
"""

from collections.abc import Sequence

from signals.demand.movements import MovementDemand
from signals.errors import Fault, PlanError
from signals.optimize.capacity import over_capacity_error
from signals.optimize.case import Case, make_case
from signals.optimize.critical import critical_movements
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, OverCapacity, Performance, Proposal
from signals.optimize.reasons import assumptions, reasons
from signals.optimize.search import HIGHEST_DEGREE, carries, find_greens, webster_cycle_s
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out
from signals.sentences import said

METHOD = "webster-1958"
USUAL_LOST_TIME = LostTime()


def webster_plan(
    junction: Junction,
    demands: Sequence[MovementDemand],
    lost_time: LostTime = USUAL_LOST_TIME,
    over_capacity: OverCapacity = OverCapacity.REFUSE,
) -> Proposal:
    """Webster's plan within the junction's limits, in whole seconds. `demands`: one per movement.

    Where a least or longest green keeps Webster's split from serving a movement, the cycle is lengthened second by
    second until every degree of saturation is at most 0.95. Raises CapacityError where no allowed cycle carries the
    demand (or, with BEST_EFFORT, answers the least overloaded plan with warnings), JunctionError for limits nothing
    can meet, and PlanError if the plan fails the safety check.
    """
    case = make_case(junction, tuple(demands), lost_time)
    greens = find_greens(case)
    plan = lay_out(junction, greens)
    performance = measure(plan, junction, demands, lost_time)
    warnings = _capacity_warnings(case, greens, performance, over_capacity)
    _refuse_unsafe(plan, junction)
    return Proposal(
        method=METHOD,
        plan=plan,
        lost_s=case.lost_s,
        flow_ratio_sum=case.ratio_sum,
        stage_flow_ratios=case.ratios,
        critical=critical_movements(junction, demands, case.ratios),
        performance=performance,
        reasons=tuple(reasons(case, plan, webster_cycle_s(case.lost_s, case.ratio_sum))),
        warnings=(*warnings, *assumptions(demands)),
    )


def _capacity_warnings(
    case: Case, greens: tuple[int, ...], performance: Sequence[Performance], over_capacity: OverCapacity
) -> tuple[str, ...]:
    if not carries(case, greens):
        refusal = over_capacity_error(case, performance)
        if over_capacity is OverCapacity.REFUSE:
            raise refusal
        return refusal.faults[0].sentence, *refusal.ways
    highest = max(p.saturation_degree for p in performance)
    if highest > HIGHEST_DEGREE:
        return (
            said(
                "The junction is close to capacity: a degree of saturation of {degree:.2f} is above {highest}.",
                degree=highest,
                highest=HIGHEST_DEGREE,
            ),
        )
    return ()


def _refuse_unsafe(plan: TimingPlan, junction: Junction) -> None:
    problems = check_plan(plan, junction)
    if problems:
        raise PlanError(*(Fault(f"plan.{problem.where}", problem.sentence) for problem in problems))
