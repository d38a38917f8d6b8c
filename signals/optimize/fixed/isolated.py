"""Cycle, sequence of stages and greens of one junction for least delay: all sequences, then seconds of green moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from signals.optimize.fixed.capacity import Candidates
from signals.optimize.fixed.delay import waiting
from signals.optimize.fixed.lanes import LaneDemand
from signals.optimize.fixed.sequences import even_split, sequences
from vision.arrays import I64

CYCLES_S = tuple(range(30, 121, 10))
# Sequences are compared at these cycles, on the mean flows; so many of the best are worked on.
SCREENED_AT_S = (40, 80)
WORKED_ON = 10
# Of them so many at each cycle get their greens moved.
KEPT = 3
STEPS_S = (6, 3, 1)
WORTH = 1.2


@dataclass(frozen=True, slots=True)
class FixedPlan:
    """stages: numbers in the Service; waiting: vehicles that wait, on the mean, by the model."""

    stages: tuple[int, ...]
    greens_s: tuple[int, ...]
    cycle_s: int
    waiting: float


def best_plans(
    demand: LaneDemand, cycles_s: tuple[int, ...] = CYCLES_S, orders: Sequence[I64] | None = None
) -> dict[int, FixedPlan]:
    """The best plan found of each cycle; a cycle into which no sequence fits is absent. orders: as `screened` found
    them. The same input always gives the same plans."""
    found: dict[int, FixedPlan] = {}
    orders = screened(demand) if orders is None else orders
    for cycle_s in cycles_s:
        split = [plans for stages in orders if (plans := even_split(demand, stages, cycle_s)) is not None]
        costs = [waiting(demand, plans) for plans in split]
        least = min((float(cost.min()) for cost in costs), default=0.0)
        climbed = [
            climb(demand, plans.take(np.argsort(cost, kind="stable")[:KEPT]))
            for plans, cost in zip(split, costs, strict=True)
            if cost.min() <= WORTH * least
        ]
        if climbed:
            found[cycle_s] = min(climbed, key=lambda plan: plan.waiting)
    return found


def screened(demand: LaneDemand) -> list[I64]:
    """The sequences worth working on, by number of stages."""
    mean = replace(demand, flow_vps=demand.flow_vps.mean(axis=0, keepdims=True))
    every, best = list(sequences(demand)), list[tuple[float, int, int]]()
    for length, stages in enumerate(every):
        for cycle_s in SCREENED_AT_S:
            plans = even_split(mean, stages, cycle_s)
            if plans is not None:
                cost = waiting(mean, plans)
                rows = np.argsort(cost, kind="stable")[:WORKED_ON]
                number = {tuple(each): row for row, each in enumerate(stages.tolist())}
                best += [(float(cost[row]), length, number[tuple(plans.stages[row].tolist())]) for row in rows]
    if not best:
        return every
    kept = list(dict.fromkeys((length, row) for _, length, row in sorted(best)))[:WORKED_ON]
    return [
        stages[sorted(row for length, row in kept if length == number)]
        for number, stages in enumerate(every)
        if any(length == number for length, _ in kept)
    ]


def best_plan(demand: LaneDemand, coarse: dict[int, FixedPlan] | None = None) -> FixedPlan:
    """Of all cycles, looked at again between the best and its neighbours. coarse: as best_plans found."""
    orders = screened(demand)
    coarse = coarse or best_plans(demand, orders=orders)
    best = min(coarse.values(), key=lambda plan: plan.waiting)
    near = tuple(cycle_s for cycle_s in range(best.cycle_s - 6, best.cycle_s + 7, 3) if cycle_s not in coarse)
    return min([best, *best_plans(demand, near, orders).values()], key=lambda plan: plan.waiting)


def climb(demand: LaneDemand, plans: Candidates) -> FixedPlan:
    """Moves seconds from stage to stage, for every plan the move that helps it most, for as long as one does; the best
    in the end."""
    least = np.asarray(np.ceil(demand.service.min_green_s), np.int64)[plans.stages]
    cost, (rows, count) = waiting(demand, plans), plans.stages.shape
    moves = np.array([(a, b) for a in range(count) for b in range(count) if a != b])
    for step_s in STEPS_S:
        change = np.zeros((len(moves), count), np.int64)
        np.put_along_axis(change, moves, np.array([[-step_s, step_s]]), 1)
        while True:
            greens_s = (plans.greens_s[:, None] + change).reshape(-1, count)
            able = np.asarray((greens_s >= np.repeat(least, len(moves), axis=0)).all(axis=1), np.bool_)
            if not able.any():
                break
            told = np.full(len(greens_s), np.inf)
            stages = np.repeat(plans.stages, len(moves), axis=0)
            told[able] = waiting(demand, Candidates(stages, greens_s, plans.cycle_s).take(able))
            best = told.reshape(rows, -1).argmin(axis=1)
            found = told.reshape(rows, -1)[np.arange(rows), best]
            better = found < cost - 1e-6
            if not better.any():
                break
            moved = greens_s.reshape(rows, -1, count)[np.arange(rows), best]
            plans = replace(plans, greens_s=np.where(better[:, None], moved, plans.greens_s))
            cost = np.where(better, found, cost)
    row = int(cost.argmin())
    return FixedPlan(
        tuple(plans.stages[row].tolist()), tuple(plans.greens_s[row].tolist()), plans.cycle_s, float(cost[row])
    )
