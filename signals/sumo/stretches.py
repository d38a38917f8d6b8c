"""The lanes before a signal on which a sensor of a given reach sees who comes, back to the next signal."""

from collections import defaultdict
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
    behind     (s, l) float64  of its traffic that cannot drive on while the queue of that lane stands in its way: it
                               comes from a side road, and has to let those pass who are bound for the signal
    """

    lanes: tuple[str, ...]
    length_m: F64
    beyond_m: F64
    speed_mps: F64
    share: F64
    behind: F64


def stretches_before(net: Net, imported: SignalJunction, reach_m: float) -> Stretches:
    """Every lane within reach of a stop line, over junctions without signals, not past another signal."""
    signalled = {link.from_lane for links in net.links.values() for link in links}
    lanes = imported.lanes
    nothing = np.zeros(len(lanes))
    share: dict[str, F64] = {lane: np.eye(len(lanes))[i] for i, lane in enumerate(lanes)}
    behind: dict[str, F64] = dict.fromkeys(lanes, nothing)
    beyond_m = dict.fromkeys(lanes, 0.0)
    sides: dict[str, list[str]] = defaultdict(list)
    for lane, others in net.gives_way.items():
        for other in others:
            sides[other].append(lane)
    open_to = list(lanes)
    while open_to:
        lane = min(open_to, key=lambda name: (beyond_m[name], name))
        open_to.remove(lane)
        ends = [(before, beyond_m[lane] + net.lanes[lane].length_m, lane) for before in net.before.get(lane, ())]
        for before, end_m, on in [*ends, *((side, beyond_m[lane], "") for side in sides.get(lane, ()))]:
            if before in signalled or before not in net.lanes or end_m >= reach_m:
                continue
            if before not in share:
                share[before], behind[before], beyond_m[before] = nothing, nothing, end_m
                open_to.append(before)
            part = 1 / max(1, len(net.after.get(before, ())))
            share[before] = share[before] + (share[on] * part if on else 0.0)
            behind[before] = np.minimum(behind[before] + (behind[on] * part if on else share[lane]), 1.0)
    kept = [name for name in share if (share[name] + behind[name]).sum() > FAINT]
    return Stretches(
        tuple(kept),
        np.array([net.lanes[name].length_m for name in kept]),
        np.array([beyond_m[name] for name in kept]),
        np.array([net.lanes[name].speed_mps for name in kept]),
        np.array([np.minimum(share[name], 1.0) for name in kept]),
        np.array([behind[name] for name in kept]),
    )
