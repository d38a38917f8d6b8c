"""What many plans of one junction cost: queues through a cycle, and what chance adds.

The even part is played second by second, lane by lane, with those who must yield slowed while the others come; the
random part and that of overload is d2 of the Highway Capacity Manual (HCM 2000, equation 16-12) on the capacity that
the playing found.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from signals.optimize.adaptive.view import Service
from signals.optimize.fixed.capacity import Candidates, shares
from signals.optimize.fixed.lanes import LaneDemand
from vision.arrays import F64, Bool

# Above this share of capacity a lane's queue does not clear in a cycle: the rest is d2's.
CLEARS = 0.97
# A plan must also serve a day with so much more of everything: what is best for the counted flows alone stands on the
# brink, and some days fall over it.
GROWN = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Green:
    """Vehicles per second that may go; n plans, c seconds of the cycle, l lanes.

    free, held  (n, c, l) float64  with nobody in the way, and while those whom a lane must let pass keep coming
    lets        (l, l)    bool     whom each lane (row) must let pass in some stage
    """

    free: F64
    held: F64
    lets: Bool

    @classmethod
    def of(cls, service: Service, plans: Candidates) -> Self:
        free = shares(service.serves, service, plans) * service.saturation
        if service.held is None or service.yields is None:
            return cls(free, free, np.zeros((len(service.saturation),) * 2, np.bool_))
        held = shares(service.held, service, plans) * service.saturation
        return cls(free, held, np.asarray(service.yields.any(axis=0), np.bool_))


def waiting(demand: LaneDemand, plans: Candidates, factors: tuple[float, ...] = (1.0, GROWN)) -> F64:
    """(n,) vehicles that wait, on the mean of the periods, each with its lane's weight; the flows as counted and grown,
    or times other factors."""
    green = Green.of(demand.service, plans)
    flows = np.concatenate([factor * demand.flow_vps for factor in factors])
    flow = np.broadcast_to(flows, (len(plans.stages), *flows.shape))
    _, able = _play(demand.service, green, flow, 1)
    queued, _ = _play(demand.service, green, np.minimum(flow, CLEARS * able), 2)
    every = (queued + by_chance(flow, able, demand.period_s)) * demand.weight
    return np.asarray(every.sum(axis=2).mean(axis=1), np.float64)


def degrees(demand: LaneDemand, plans: Candidates) -> F64:
    """(n, p, l) flow over capacity."""
    flow = np.broadcast_to(demand.flow_vps, (len(plans.stages), *demand.flow_vps.shape))
    _, able = _play(demand.service, Green.of(demand.service, plans), flow, 1)
    return np.asarray(flow / np.maximum(able, 1e-6), np.float64)


def by_chance(flow: F64, able: F64, period_s: float) -> F64:
    """Vehicles that wait beyond those of an even flow; flow and able in vehicles per second, of one shape."""
    hours, able = period_s / 3600.0, np.maximum(able, 1e-6)
    degree = flow / able
    excess = degree - 1
    seconds = 900 * hours * (excess + np.sqrt(excess**2 + 4 * degree / (able * 3600.0 * hours)))
    return np.asarray(flow * seconds, np.float64)


def _play(service: Service, green: Green, flow: F64, cycles: int) -> tuple[F64, F64]:
    """(n, p, l) mean queue in the last cycle, and vehicles per second that could have gone in it."""
    cycle_s = green.free.shape[1]
    queue, total, able = np.zeros(flow.shape), np.zeros(flow.shape), np.zeros(flow.shape)
    for second in range(cycles * cycle_s):
        now = second % cycle_s
        if now == 0:
            total[:], able[:] = 0.0, 0.0
        queue = queue + flow
        most = going(green.free[:, None, now], green.held[:, None, now], green.lets, queue, service.saturation)
        able += most
        queue = np.maximum(queue - most, 0.0)
        total += queue
    return total / cycle_s, able / cycle_s


def going(free: F64, held: F64, lets: Bool, queue: F64, saturation: F64) -> F64:
    """(…, l) vehicles that may go in this second, where lanes that must yield are slowed by who goes of the others."""
    coming = np.minimum(queue, free) / saturation
    most = np.broadcast_to(free, queue.shape).copy()
    for lane in np.flatnonzero(lets.any(axis=1)):
        busy = coming[..., lets[lane]].max(axis=-1)
        most[..., lane] += busy * (held[..., lane] - free[..., lane])
    return most
