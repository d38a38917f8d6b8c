"""Yellow from the speed of the roads, and the intergreen of two movements from the ways they take over the junction.

The sum is the one of guidelines such as RiLSA 2015, section 2.5: crossing time + time to clear the conflict point -
time of whoever enters to reach it, on the lengths that the net draws.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil

import numpy as np
import shapely

from signals.plan.clearance import walking_s, yellow_of_speed_s
from signals.plan.junction import Intergreen
from signals.sumo.groups import Groups
from signals.sumo.net import Lane, Link, Net

VEHICLE_M = 6.0
CLEARING_MPS = 10.0
ENTERING_MPS = 11.1


def yellow_s(lanes: Sequence[Lane]) -> float:
    """3 s up to 50 km/h, 4 s up to 60 km/h, 5 s beyond: of the fastest lane that meets the signal."""
    return yellow_of_speed_s(max((lane.speed_mps for lane in lanes), default=0.0))


def intergreens(net: Net, links: Sequence[Link], groups: Groups, least_s: float) -> tuple[Intergreen, ...]:
    """For every ordered pair of movements that cross and never go together; whole seconds, `least_s` or more."""
    by_group = {
        number: [link for link in links if groups.of_letter[link.index] == number]
        for number in range(len(groups.names))
    }
    ways = {link: _way(link, net.lanes) for link in links}
    found = []
    for one, other in product(by_group, repeat=2):
        if one == other or not groups.foes[one, other] or groups.together[one, other]:
            continue
        wanted_s = max(
            (_wanted_s(a, b, ways, net.lanes, least_s) for a, b in product(by_group[one], by_group[other])),
            default=least_s,
        )
        found.append(Intergreen(groups.names[one], groups.names[other], float(ceil(max(wanted_s, least_s) - 1e-9))))
    return tuple(found)


def _wanted_s(
    leaving: Link, entering: Link, ways: Mapping[Link, shapely.LineString], lanes: Mapping[str, Lane], crossing_s: float
) -> float:
    out_m, in_m = _to_conflict_m(ways[leaving], ways[entering])
    if out_m is None or in_m is None:
        return 0.0
    if leaving.crossing:
        return walking_s(ways[leaving].length) - in_m / ENTERING_MPS
    clear_s = (out_m + VEHICLE_M) / min(CLEARING_MPS, _speed_mps(leaving, lanes))
    return crossing_s + clear_s - (0.0 if entering.crossing else in_m / ENTERING_MPS)


def _speed_mps(link: Link, lanes: Mapping[str, Lane]) -> float:
    """The slowest that the ways inside the junction are made for."""
    return max(2.0, min((lanes[name].speed_mps for name in link.path if name in lanes), default=CLEARING_MPS))


def _way(link: Link, lanes: Mapping[str, Lane]) -> shapely.LineString:
    """From the stop line to the far side; a straight line where the net draws no lanes inside the junction."""
    inside = [lanes[name].shape for name in link.path if name in lanes]
    if not inside:
        inside = [lanes[link.from_lane].shape[-1:], lanes[link.to_lane].shape[:1]]
    return shapely.LineString(np.concatenate(inside))


def _to_conflict_m(leaving: shapely.LineString, entering: shapely.LineString) -> tuple[float | None, float | None]:
    """How far it is to where the ways meet, for both: the farthest such place for who leaves, the nearest for who
    enters. Ways that pass each other without a common point meet where they are nearest; None where they stay apart."""
    meeting = leaving.intersection(entering)
    if meeting.is_empty:
        nearest = shapely.shortest_line(leaving, entering)
        if nearest.length > VEHICLE_M:
            return None, None
        meeting = shapely.Point(nearest.coords[0])
    points = [shapely.Point(point) for point in shapely.get_coordinates(meeting)]
    return max(leaving.project(point) for point in points), min(entering.project(point) for point in points)
