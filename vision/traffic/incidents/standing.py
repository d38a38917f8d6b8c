"""Who stands, who only waits in a queue, and where a queue reaches that must stay free."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from vision.arrays import I64, Bool
from vision.events.bodies import Measure
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.perspective import Perspective
from vision.traffic.incidents.register import Evidence
from vision.traffic.incidents.road import NO_LANE, Road
from vision.vehicles import VehicleKind

# How far to the side of a lane's way somebody still stands in front, bodies; and how far ahead he is not beside.
BESIDE_BODIES = 1.2
AHEAD_BODIES = 0.3


def surely_stands(paths: Paths, limits: IncidentLimits) -> Bool:
    return np.asarray(paths.standing_s() >= limits.standing_s, np.bool_)


def may_stand(paths: Paths, media_s: float, limits: IncidentLimits) -> Bool:
    """Whoever has not surely left his place of late; of the unseen and the new nobody knows."""
    left_s = media_s - paths.loose_s
    return np.asarray((left_s >= limits.standing_s) | ~paths.seen | (paths.loose_s <= paths.born_s), np.bool_)


def stopped_vehicles(
    paths: Paths, media_s: float, limits: IncidentLimits, perspective: Perspective
) -> Iterator[tuple[int, Evidence]]:
    """(track, evidence) of each that has long stood in a lane though nothing in view or out of it can hold it there."""
    road = perspective.road
    long = (paths.standing_s() >= limits.stopped_s) & paths.seen & (paths.lane != NO_LANE)
    if not long.any():
        return
    waiting = may_stand(paths, media_s, limits)
    for row in np.flatnonzero(long).tolist():
        if _held(paths, row, waiting, limits, perspective):
            continue
        kind, lane = VehicleKind(int(paths.kind[row])), int(paths.lane[row])
        stood = Measure(name="standing", value=float(paths.standing_s()[row]), error=limits.standing_s, unit="s")
        running = np.isinf(road.stops_px[lane])
        yield int(paths.id[row]), Evidence(
            "stopped_vehicle", "alarm" if running else "warning", road.names[lane], float(paths.rest_s[row]),
            (int(paths.id[row]),), kind.label, (stood,), paths.feet_px()[row], float(paths.body_px[row]),
        )  # fmt: skip


def _held(paths: Paths, row: int, waiting: Bool, limits: IncidentLimits, perspective: Perspective) -> bool:
    """Whether somebody who may stand, the stop line, or the unseen road beyond the lane is close ahead."""
    road, lane = perspective.road, int(paths.lane[row])
    arrow, body_px = road.arrows[lane], float(paths.body_px[row])
    reach_px = limits.queue_gap_bodies * body_px + 2 * float(paths.error_px[row])
    here_px = float(paths.progress_px(arrow)[row])
    to_stop_px = road.stops_px[lane] - here_px
    to_end_px = perspective.level_px(lane, here_px, np.array([road.ends_px[lane] - here_px]))[0]
    if -reach_px < to_stop_px <= reach_px or to_end_px <= reach_px:
        return True
    away_px = paths.feet_px() - paths.feet_px()[row]
    ahead_px = perspective.level_px(lane, here_px, away_px @ arrow)
    beside_px = np.abs(away_px @ np.array([-arrow[1], arrow[0]]))
    slack_px = 2 * (paths.error_px + paths.error_px[row])
    larger_px = np.maximum(paths.body_px, body_px)
    near = (ahead_px > AHEAD_BODIES * body_px - slack_px) & (ahead_px <= limits.queue_gap_bodies * larger_px + slack_px)
    near &= beside_px <= BESIDE_BODIES * larger_px + slack_px
    near[row] = False
    return bool((near & waiting).any())


def spill_backs(paths: Paths, road: Road, limits: IncidentLimits) -> Iterator[tuple[str, Evidence]]:
    """(zone, evidence) of each kept-free zone in which the tail of a long enough chain of standing vehicles stands."""
    standing = paths.take(surely_stands(paths, limits) & (paths.standing_s() >= limits.spill_back_s))
    if len(standing) < limits.spill_back_queue or not road.zones:
        return
    chain, members = _chains(standing, limits)
    for name, area in road.zones.items():
        inside = area.depth_px(standing.feet_px()) > standing.error_px
        for number in np.unique(chain[inside]).tolist():
            queue = int(members[number])
            if queue < limits.spill_back_queue:
                continue
            rows = np.flatnonzero(inside & (chain == number))
            measures = (
                Measure(name="standing_in_zone", value=float(len(rows)), error=0.0, unit="vehicles"),
                Measure(name="queue", value=float(queue), error=0.0, unit="vehicles"),
            )
            since_s = float(standing.rest_s[rows].min())
            tracks = tuple(standing.id[rows].tolist())
            yield name, Evidence("spill_back", "warning", name, since_s, tracks, None, measures)
            break


def _chains(standing: Paths, limits: IncidentLimits) -> tuple[I64, I64]:
    """(n,) which chain each stands in, and how many stand in each chain."""
    feet_px = standing.feet_px()
    apart_px = np.linalg.norm(feet_px[:, None] - feet_px[None], axis=2)
    # The nearer of two always looks larger: the gap between them is judged by the smaller.
    body_px = np.minimum(standing.body_px[:, None], standing.body_px[None])
    error_px = standing.error_px[:, None] + standing.error_px[None]
    linked = csr_matrix(apart_px + 2 * error_px <= limits.queue_gap_bodies * body_px)
    _, chain = connected_components(linked, directed=False)
    return chain.astype(np.int64), np.bincount(chain).astype(np.int64)
