"""The lanes before a signal on which a sensor of a given reach sees who comes, back to the next signal."""

from dataclasses import dataclass

import numpy as np

from signals.sumo.junctions import SignalJunction
from signals.sumo.net import Net
from vision.arrays import F64

FAINT = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """One row for each lane that is looked at; l lanes meet the signal.

    lanes      their names in the net
    length_m   (s,)   float64
    beyond_m   (s,)   float64  from its end to the stop line
    speed_mps  (s,)   float64  allowed
    share      (s, l) float64  of its traffic that will queue on each lane of the signal; the rest goes elsewhere
    """

    lanes: tuple[str, ...]
    length_m: F64
    beyond_m: F64
    speed_mps: F64
    share: F64


def stretches_before(net: Net, imported: SignalJunction, reach_m: float) -> Stretches:
    """Every lane within reach of a stop line, over junctions without signals, not past another signal."""
    signalled = {link.from_lane for links in net.links.values() for link in links}
    lanes = imported.lanes
    share: dict[str, F64] = {lane: np.eye(len(lanes))[i] for i, lane in enumerate(lanes)}
    beyond_m = dict.fromkeys(lanes, 0.0)
    open_to = list(lanes)
    while open_to:
        lane = min(open_to, key=lambda name: (beyond_m[name], name))
        open_to.remove(lane)
        end_m = beyond_m[lane] + net.lanes[lane].length_m
        if end_m >= reach_m:
            continue
        for before in net.before.get(lane, ()):
            if before in signalled or before not in net.lanes:
                continue
            part = share[lane] / max(1, len(net.after.get(before, ())))
            if before not in share:
                share[before], beyond_m[before] = np.zeros(len(lanes)), end_m
                open_to.append(before)
            share[before] = share[before] + part
    kept = [name for name in share if share[name].sum() > FAINT]
    return Stretches(
        tuple(kept),
        np.array([net.lanes[name].length_m for name in kept]),
        np.array([beyond_m[name] for name in kept]),
        np.array([net.lanes[name].speed_mps for name in kept]),
        np.array([np.minimum(share[name], 1.0) for name in kept]),
    )


def unseen(stretches: Stretches, reach_m: float, step_s: float, steps: int) -> F64:
    """(l, steps) share of those that will come in each step that no sensor can see yet, at the speed allowed."""
    lanes = stretches.share.shape[1]
    far_m = stretches.speed_mps[:lanes, None] * step_s * (np.arange(steps) + 0.5)
    begin_m, end_m = stretches.beyond_m, np.minimum(stretches.beyond_m + stretches.length_m, reach_m)
    covers = (begin_m[:, None, None] <= far_m) & (far_m < end_m[:, None, None]) & (stretches.share[:, :, None] > FAINT)
    return np.where(covers.any(axis=0), 0.0, 1.0)
