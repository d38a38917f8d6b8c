"""Looks for the cycle: Webster's first, longer ones where limits keep it from serving every movement."""

from math import floor, inf

from signals.optimize.case import Case
from signals.optimize.split import split, whole_parts

HIGHEST_DEGREE = 0.95
"""Above this degree of saturation small changes of flow make very long queues; plans aim to stay below."""
LARGEST_RATIO_SUM = 0.95
"""Webster's cycle grows without bound towards Y = 1; from here on no cycle helps."""


def webster_cycle_s(lost_s: float, flow_ratio_sum: float) -> float:
    """The cycle of least delay; infinite from Y = 1 on."""
    return (1.5 * lost_s + 5) / (1 - flow_ratio_sum) if flow_ratio_sum < 1 else inf


def find_greens(case: Case) -> tuple[int, ...]:
    """Displayed greens of the first cycle, from Webster's upwards, that serves every movement.

    Where none does, those that overload least.
    """
    best = inf
    best_greens: tuple[int, ...] = ()
    for cycle_s in range(_first_cycle_s(case), case.bounds.max_cycle_s + 1):
        greens = greens_at(case, cycle_s)
        highest = case.highest_degree(cycle_s, greens)
        if highest < best:
            best, best_greens = highest, greens
        if highest <= HIGHEST_DEGREE:
            break
    return best_greens


def carries(case: Case, green_s: tuple[int, ...]) -> bool:
    """Every movement stays below its capacity."""
    cycle_s = round(sum(green_s) + case.intergreen_s)
    return case.ratio_sum < LARGEST_RATIO_SUM and case.highest_degree(cycle_s, green_s) < 1


def _first_cycle_s(case: Case) -> int:
    best_s = webster_cycle_s(case.lost_s, case.ratio_sum)
    if best_s >= case.bounds.max_cycle_s:
        return case.bounds.max_cycle_s
    return max(floor(best_s + 0.5), case.bounds.min_cycle_s)


def greens_at(case: Case, cycle_s: int) -> tuple[int, ...]:
    """Displayed greens of one cycle within the case's bounds.

    Effective green is shared by flow ratio; what is displayed differs from it by the same seconds in every stage."""
    stage_lost_s = case.lost_time.per_stage_s
    low = [least - stage_lost_s for least in case.bounds.min_green_s]
    high = [most - stage_lost_s for most in case.bounds.max_green_s]
    effective = split(cycle_s - case.lost_s, case.ratios, low, high)
    displayed = [green + stage_lost_s for green in effective]
    return whole_parts(displayed, round(cycle_s - case.intergreen_s))
