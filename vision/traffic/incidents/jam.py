"""A lane that is full and hardly moves for longer than any red lasts."""

from collections.abc import Iterator

import numpy as np

from vision.events.bodies import Measure
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.register import Evidence
from vision.traffic.incidents.road import Road

BINS = 24


class JamWatch:
    """Since when each lane has been full and slow at every look."""

    def __init__(self, lanes: int, limits: IncidentLimits) -> None:
        self._limits = limits
        self._since_s: list[float | None] = [None] * lanes

    def look(self, paths: Paths, media_s: float, road: Road) -> Iterator[tuple[str, Evidence]]:
        """(lane, evidence) of each that is jammed at this look; one look that is not sure begins the time anew."""
        for lane, name in enumerate(road.names):
            inside = (paths.lane == lane) & paths.seen
            full = np.count_nonzero(inside) >= self._limits.jam_vehicles
            slow = self._slow_and_full(paths.take(inside), lane, road) if full else None
            if slow is None:
                self._since_s[lane] = None
                continue
            since_s = self._since_s[lane]
            if since_s is None:
                self._since_s[lane] = since_s = media_s
            if media_s - since_s >= self._limits.jam_s:
                yield name, Evidence("jam", "notice", name, since_s, slow[0], None, slow[1])

    def _slow_and_full(
        self, inside: Paths, lane: int, road: Road
    ) -> tuple[tuple[int, ...], tuple[Measure, ...]] | None:
        """Tracks and measures; None where it is not surely so."""
        limits = self._limits
        speeds = np.linalg.norm(inside.pace, axis=1)
        slack = float((2 * inside.error_px / inside.body_px).mean())
        speed = float(speeds.mean())
        if speed + slack > limits.jam_bodies_per_s:
            return None
        occupied, surely_occupied = (occupied_share(inside, lane, road, errors) for errors in (0.0, 2.0))
        if surely_occupied < limits.jam_occupied:
            return None
        measures = (
            Measure(name="speed", value=speed, error=slack, unit="bodies/s"),
            Measure(name="occupied", value=occupied, error=occupied - surely_occupied, unit="share of lane length"),
        )
        return tuple(inside.id.tolist()), measures


def occupied_share(inside: Paths, lane: int, road: Road, errors: float) -> float:
    """Share of a lane's length in the picture within half a body, less so many errors, of somebody's feet."""
    centres_px = np.linspace(road.starts_px[lane], road.ends_px[lane], 2 * BINS + 1)[1::2]
    half_bin_px = (road.ends_px[lane] - road.starts_px[lane]) / BINS / 2
    away_px = np.abs(centres_px[:, None] - inside.progress_px(road.arrows[lane])[None])
    reach_px = inside.body_px / 2 + half_bin_px - errors * inside.error_px
    return float((away_px <= reach_px).any(axis=1).mean())
