"""From vehicles on the road, without names, to what a controller asks: who stands, who comes, and when."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F64, I64

# Slower than this stands in a queue, or will in a moment.
CRAWL_MPS = 2.0
# Nobody is taken to come much slower than the road allows: who brakes for a red will speed up when it ends.
LEAST_SHARE_OF_SPEED = 0.6
# A queue that reaches so near to where the sensor ends goes on beyond it.
NEAR_THE_END_M = 15.0
HIDDEN_VEHICLES = 4.0
LONG_QUEUE = 3.0
# Who is held up on a side road waits for the queue to go and then for a gap: so much he counts.
SIDE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One row for each vehicle a sensor sees; no ids.

    stretch     (n,) int64    row of the stretch it is on
    to_line_m   (n,) float64  how far it is to the stop line
    speed_mps   (n,) float64
    """

    stretch: I64
    to_line_m: F64
    speed_mps: F64
    units: F64 | None = None


def mean_units(seen: Seen, share: F64, usual: F64, weight: float = 20.0) -> F64:
    """(l,) passenger-car units of a vehicle on each lane, as if `weight` vehicles of `usual` (l,) had been seen too."""
    if seen.units is None:
        return usual
    parts = share[seen.stretch]
    return np.asarray((seen.units @ parts + weight * usual) / (parts.sum(axis=0) + weight), np.float64)


def standing(seen: Seen, share: F64) -> F64:
    """(l,) vehicles that stand or crawl, by the lane they will leave from. share: (s, l) of Stretches."""
    still = seen.speed_mps < CRAWL_MPS
    return np.asarray(share[seen.stretch[still]].sum(axis=0), np.float64)


def held_up(seen: Seen, behind: F64, queued: F64) -> F64:
    """(l,) vehicles that stand on side roads because the queue of the lane is in their way; nobody's fault but the
    signal's, so they count as its own. behind: (s, l) of Stretches."""
    return np.asarray(np.where(queued > 0.5, SIDE_WEIGHT * standing(seen, behind), 0.0), np.float64)


def behind_the_sensor(seen: Seen, share: F64, queued: F64, reach_m: F64) -> F64:
    """(l,) vehicles that must be taken to stand where no sensor looks, as the queue fills all it sees; also those that
    cannot even enter the road. reach_m: (l,) how far the lane's sensor sees."""
    still = seen.speed_mps < CRAWL_MPS
    weighted = np.where(share[seen.stretch[still]] > 0.5, seen.to_line_m[still][:, None], 0.0)
    back_m = weighted.max(axis=0, initial=0.0)
    return np.where((queued >= LONG_QUEUE) & (back_m > reach_m - NEAR_THE_END_M), HIDDEN_VEHICLES, 0.0)


def coming(seen: Seen, share: F64, allowed_mps: F64, step_s: float, steps: int, *, late_s: float = 0.0) -> F64:
    """(l, steps) vehicles that will reach the stop line in each step, if nothing held them up.

    allowed_mps: (s,) of Stretches; late_s: how old the picture is.
    """
    moving = seen.speed_mps >= CRAWL_MPS
    stretch, to_line_m = seen.stretch[moving], seen.to_line_m[moving]
    pace_mps = np.maximum(seen.speed_mps[moving], LEAST_SHARE_OF_SPEED * allowed_mps[stretch])
    step = np.floor(np.maximum(to_line_m / pace_mps - late_s, 0.0) / step_s).astype(np.int64)
    within = step < steps
    arrivals = np.zeros((steps, share.shape[1]))
    np.add.at(arrivals, step[within], share[stretch[within]])
    return np.asarray(arrivals.T, np.float64)
