"""Fixed plans for all signals of a net: each on its own, or with one cycle and offsets where that makes fewer wait."""

from collections.abc import Callable, Sequence

import numpy as np

from signals.optimize.fixed.capacity import Candidates
from signals.optimize.fixed.delay import waiting
from signals.optimize.fixed.isolated import CYCLES_S, FixedPlan, best_plan, best_plans
from signals.optimize.fixed.lanes import Feeds, LaneDemand
from signals.optimize.fixed.network import chance_of, offsets_of, played

# So many of the best common cycles get their offsets looked for.
CYCLES_TRIED = 3
Progress = Callable[[int, int], None]


def fixed_plans(
    demands: Sequence[LaneDemand],
    feeds: Feeds,
    progress: Progress = lambda _done, _of: None,
    cycles_s: tuple[int, ...] = CYCLES_S,
) -> tuple[tuple[FixedPlan, int], ...]:
    """A plan and its offset for each demand."""
    every: list[dict[int, FixedPlan]] = []
    for done, demand in enumerate(demands):
        progress(done, len(demands) + 1)
        every.append(best_plans(demand, cycles_s))
    alone = [best_plan(demand, plans) for demand, plans in zip(demands, every, strict=True)]
    progress(len(demands), len(demands) + 1)
    if not len(feeds.into):
        return tuple((plan, 0) for plan in alone)
    common = [cycle_s for cycle_s in cycles_s if all(cycle_s in plans for plans in every)]
    common.sort(key=lambda cycle_s: sum(plans[cycle_s].waiting for plans in every))
    best = [(plan, 0) for plan in alone]
    least = sum(_as_counted(demand, plan) for demand, plan in zip(demands, alone, strict=True))
    for cycle_s in common[:CYCLES_TRIED]:
        plans = [each[cycle_s] for each in every]
        street = played(demands, feeds, plans)
        offsets_s, wait = offsets_of(street, np.zeros(len(demands), np.int64))
        if wait + chance_of(demands, street) < least:
            best, least = list(zip(plans, offsets_s.tolist(), strict=True)), wait + chance_of(demands, street)
    return tuple(best)


def _as_counted(demand: LaneDemand, plan: FixedPlan) -> float:
    """What waits with arrivals that nobody brings in platoons."""
    plans = Candidates(np.array([plan.stages]), np.array([plan.greens_s]), plan.cycle_s)
    return float(waiting(demand, plans, (1.0,))[0])
