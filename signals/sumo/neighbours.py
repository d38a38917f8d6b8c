"""Which lanes of the next signals the traffic of a signal comes to, how much of it, and how long it drives."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from signals.optimize.adaptive.announced import Roads
from signals.sumo.junctions import SignalJunction
from signals.sumo.net import Net
from signals.sumo.service import OTHER_WEIGHT, TURN_WEIGHT

# Beyond this nobody's plan says much any more; a share below that is noise.
FARTHEST_S, FAINT = 60.0, 0.02


def roads_between(net: Net, signals: Mapping[str, SignalJunction]) -> dict[tuple[str, str], Roads]:
    """By (signal, next signal). Traffic divides where nobody has counted as in `service_of`, evenly where no signal
    stands."""
    stands_at = {lane: name for name, each in signals.items() for lane in each.lanes}
    roads: dict[str, list[str]] = defaultdict(list)
    for lane in net.lanes.values():
        if lane.motor:
            roads[lane.edge].append(lane.name)
    found: dict[tuple[str, str], list[tuple[int, int, float, float]]] = defaultdict(list)
    for name, imported in signals.items():
        for row, stop_lane in enumerate(imported.lanes):
            links = [link for link in imported.links if link.from_lane == stop_lane and not link.crossing]
            weights = np.array([TURN_WEIGHT.get(link.direction, OTHER_WEIGHT) for link in links])
            for link, share in zip(links, (weights / weights.sum()).tolist(), strict=True):
                for other, part, seconds in _onward(net, roads, link.to_lane, stands_at):
                    if share * part > FAINT and stands_at[other] != name:
                        into = signals[stands_at[other]].lanes.index(other)
                        found[name, stands_at[other]].append((row, into, share * part, seconds))
    return {pair: _roads(rows) for pair, rows in sorted(found.items())}


def _onward(
    net: Net, roads: Mapping[str, Sequence[str]], first: str, stands_at: Mapping[str, str]
) -> list[tuple[str, float, float]]:
    """(lane of a signal, share of the traffic, seconds to its stop line) of all that `first` leads to."""
    found, open_to, seen = list[tuple[str, float, float]](), [(first, 1.0, 0.0)], set[str]()
    while open_to:
        lane, share, seconds = open_to.pop()
        if lane not in net.lanes or (lane in seen and lane not in stands_at):
            continue
        seen.add(lane)
        seconds += net.lanes[lane].length_m / max(net.lanes[lane].speed_mps, 0.1)
        if seconds > FARTHEST_S or share < FAINT:
            continue
        # Who turns into a road may still take any of its lanes.
        beside = roads[net.lanes[lane].edge]
        stopped = [each for each in beside if each in stands_at]
        if stopped:
            found += [(each, share / len(stopped), seconds) for each in stopped]
            continue
        after = dict.fromkeys(each for other in beside for each in net.after.get(other, ()))
        open_to += [(each, share / len(after), seconds) for each in after]
    return found


def _roads(rows: list[tuple[int, int, float, float]]) -> Roads:
    table = np.array(rows, np.float64)
    return Roads(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2], table[:, 3])
