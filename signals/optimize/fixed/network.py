"""Offsets of fixed plans with one cycle, for any net of signals: who leaves one comes to the next as a platoon.

The kind of Robertson's TRANSYT (Road Research Laboratory report LR 253, 1969): flows through a cycle are played over
all lanes, platoons spread on their way by his recursion, and offsets are moved one signal at a time for as long as
fewer vehicles wait. Unlike a green wave it needs no main street; a green wave may be its start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from signals.optimize.fixed.capacity import Candidates
from signals.optimize.fixed.delay import CLEARS, Green, by_chance, going
from signals.optimize.fixed.isolated import FixedPlan
from signals.optimize.fixed.lanes import Feeds, LaneDemand
from vision.arrays import F64, I64, Bool

# Robertson's recursion: a platoon's front needs so much of the drive, and it spreads by so much.
FRONT, SPREAD = 0.8, 0.25
CYCLES_PLAYED = 3
COARSE, FINE_S = 12, (-4, -2, -1, 1, 2, 4)
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """All lanes of all signals, numbered through. signal: (l,) whose lane it is."""

    green: Green
    signal: I64
    saturation: F64
    flow: F64
    outside: F64
    weight: F64
    feeds: Feeds
    cycle_s: int

    def waiting(self, offsets_s: I64) -> F64:
        """(n,) vehicles that wait; offsets_s: (n, signals)."""
        lanes = np.arange(len(self.flow))
        rows, feeds = len(offsets_s), self.feeds
        seconds = CYCLES_PLAYED * self.cycle_s
        left = np.zeros((seconds, rows, len(lanes)))
        front = np.rint(FRONT * feeds.drive_s).astype(np.int64)
        pace = (1 / (1 + SPREAD * front))[:, None]
        to_lane = csr_array((feeds.share, (feeds.into, np.arange(len(feeds.into)))), (len(lanes), len(feeds.into)))
        platoon = np.zeros((len(front), rows))
        queue, total = np.zeros((rows, len(lanes))), np.zeros((rows, len(lanes)))
        shift = offsets_s[:, self.signal]
        for second in range(seconds):
            then = second - front
            set_off = np.where((then >= 0)[:, None], left[np.maximum(then, 0), :, feeds.out_of], 0.0)
            platoon += pace * (set_off - platoon)
            queue = queue + self.outside + (to_lane @ platoon).T
            now = (second - shift) % self.cycle_s
            free, held = self.green.free[0, now, lanes], self.green.held[0, now, lanes]
            most = going(free, held, self.green.lets, queue, self.saturation)
            left[second] = np.minimum(queue, most)
            queue = queue - left[second]
            if second >= seconds - self.cycle_s:
                total += queue
        return np.asarray((total * self.weight).sum(axis=1) / self.cycle_s, np.float64)


def played(demands: Sequence[LaneDemand], feeds: Feeds, plans: Sequence[FixedPlan]) -> Played:
    """plans: one for each demand, all of one cycle."""
    cycle_s = plans[0].cycle_s
    greens = [
        Green.of(demand.service, Candidates(np.array([plan.stages]), np.array([plan.greens_s]), cycle_s))
        for demand, plan in zip(demands, plans, strict=True)
    ]
    count = [len(demand.service.saturation) for demand in demands]
    green = Green(
        np.concatenate([each.free for each in greens], axis=2),
        np.concatenate([each.held for each in greens], axis=2),
        _together([each.lets for each in greens]),
    )
    able = CLEARS * green.free[0].mean(axis=0)
    flow = np.minimum(np.concatenate([demand.flow_vps.mean(axis=0) for demand in demands]), able)
    fed = (
        np.bincount(feeds.into, feeds.share * flow[feeds.out_of], len(flow)) if len(feeds.into) else np.zeros(len(flow))
    )
    return Played(
        green,
        np.repeat(np.arange(len(demands)), count),
        np.concatenate([demand.service.saturation for demand in demands]),
        flow,
        np.maximum(flow - fed, 0.0),
        np.concatenate([demand.weight for demand in demands]),
        feeds,
        cycle_s,
    )


def _together(parts: Sequence[Bool]) -> Bool:
    whole = np.zeros((sum(len(each) for each in parts),) * 2, np.bool_)
    place = 0
    for each in parts:
        whole[place : place + len(each), place : place + len(each)] = each
        place += len(each)
    return whole


def offsets_of(street: Played, start_s: I64) -> tuple[I64, float]:
    """(signals,) offsets and what waits with them, from those given; the same input gives the same answer."""
    offsets_s = start_s % street.cycle_s
    least = float(street.waiting(offsets_s[None])[0])
    coarse = np.arange(COARSE) * street.cycle_s // COARSE
    for turn in range(MOST_ROUNDS):
        before = least
        for signal in range(len(offsets_s)):
            moves = coarse if turn == 0 else offsets_s[signal] + np.array(FINE_S)
            tried = np.repeat(offsets_s[None], len(moves), axis=0)
            tried[:, signal] = moves % street.cycle_s
            told = street.waiting(tried)
            if told.min() < least - 1e-6:
                offsets_s, least = tried[int(told.argmin())], float(told.min())
        if turn > 0 and before - least < 1e-3 * before:
            break
    return offsets_s, least


def chance_of(demands: Sequence[LaneDemand], street: Played) -> float:
    """Vehicles that wait by chance and overload, which no offset changes."""
    able = street.green.free[0].mean(axis=0)
    flow = np.concatenate([demand.flow_vps for demand in demands], axis=1)
    waiting = by_chance(flow, np.broadcast_to(able, flow.shape), demands[0].period_s) * street.weight
    return float(waiting.sum(axis=1).mean())
