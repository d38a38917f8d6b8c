"""Which stages in which order a fixed plan may run, and a first share of the green for each."""

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from signals.optimize.adaptive.view import Service
from signals.optimize.fixed.capacity import Candidates, changes_s
from signals.optimize.fixed.delay import degrees
from signals.optimize.fixed.lanes import LaneDemand
from vision.arrays import F64, I64, Bool

MOST_STAGES = 4
MOST_SEQUENCES = 150
ROUNDS = 4


def sequences(demand: LaneDemand, most_stages: int = MOST_STAGES) -> Iterator[I64]:
    """(n, s) for every number of stages s: the cycles that give every lane with traffic a green, those with the least
    time lost in changes first, at most MOST_SEQUENCES of each length.

    A junction whose lanes need more than most_stages gets its first stages in order, which serve every lane.
    """
    service = demand.service
    wanted = np.asarray((service.serves > 0).any(axis=0), np.bool_)
    found = 0
    for count in range(2, min(most_stages, len(service.stages)) + 1):
        sets = [each for each in combinations(range(len(service.stages)), count) if _serves(service, each, wanted)]
        orders = [(each[0], *rest) for each in sets for rest in permutations(each[1:])]
        if orders:
            stages = np.array(orders, np.int64)
            lost_s = changes_s(service, stages).sum(axis=1)
            found += len(stages)
            yield stages[np.lexsort((_need(demand, stages), lost_s))[:MOST_SEQUENCES]]
    if not found:
        left, cover = set(np.flatnonzero(wanted).tolist()), list[int]()
        for stage, served in enumerate(service.serves > 0):
            gained = left & set(np.flatnonzero(served).tolist())
            if gained:
                cover.append(stage)
                left -= gained
        yield np.array([cover], np.int64)


def _serves(service: Service, stages: tuple[int, ...], wanted: Bool) -> bool:
    served = (service.serves[list(stages)] > 0).any(axis=0)
    return bool((served | ~wanted).all())


def _need(demand: LaneDemand, stages: I64) -> F64:
    """(n,) flow ratio of the busiest lane over the best share any of the stages gives it."""
    best = demand.service.serves[stages].max(axis=1)
    ratio = demand.flow_vps.max(axis=0) / demand.service.saturation
    return np.asarray((ratio / np.maximum(best, 1e-3)).max(axis=1), np.float64)


def even_split(demand: LaneDemand, stages: I64, cycle_s: int) -> Candidates | None:
    """Greens that load the busiest lanes of all stages alike, as far as least greens allow. None: none has room.

    Sequences whose least greens do not fit the cycle are left out.
    """
    service = demand.service
    least = np.asarray(np.ceil(service.min_green_s), np.int64)[stages]
    room = cycle_s - changes_s(service, stages).sum(axis=1) - least.sum(axis=1)
    stages, least, room = stages[room >= 0], least[room >= 0], room[room >= 0]
    if not len(stages):
        return None
    weight = np.ones(stages.shape)
    plans = Candidates(stages, _whole(weight, least, room), cycle_s)
    for _ in range(ROUNDS):
        worst = degrees(demand, plans).max(axis=1)
        served = service.serves[stages] > 0
        load = np.where(served, worst[:, None], 0.0).max(axis=2)
        weight = np.maximum(plans.greens_s, 1) * np.maximum(load, 0.05) ** 0.8
        plans = Candidates(stages, _whole(weight, least, room), cycle_s)
    return plans


def _whole(weight: F64, least: I64, room: I64) -> I64:
    """Whole greens of the least or more, in proportion to the weights as far as that goes; each row adds up."""
    total = room + least.sum(axis=1)
    wanted = weight / weight.sum(axis=1, keepdims=True) * total[:, None]
    over = np.maximum(wanted - least, 0.0)
    share = over / np.maximum(over.sum(axis=1, keepdims=True), 1e-9)
    share = np.where(over.sum(axis=1, keepdims=True) > 0, share, 1 / weight.shape[1])
    more = share * room[:, None]
    whole = np.floor(more + 1e-9).astype(np.int64)
    rank = np.argsort(np.argsort(whole - more, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(least + whole + (rank < (room - whole.sum(axis=1))[:, None]), np.int64)
