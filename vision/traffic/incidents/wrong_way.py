"""Who drives against the arrow: far, steadily, with the whole box, and not because the arrow is wrong."""

from collections.abc import Iterator

import numpy as np

from vision.arrays import I64
from vision.events.bodies import Measure
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.register import Evidence
from vision.traffic.incidents.road import NO_LANE, Road
from vision.vehicles import VehicleKind

TWO_WHEELS = (VehicleKind.MOTORBIKE, VehicleKind.BICYCLE)
# Whoever went this far one way counts when it is asked whether the arrow itself is right, bodies.
A_WAY = 1.0
# Of who drives off, the upper edge goes less far in the picture than the feet; of a box that only grows, not at all.
SLOWER_CORNER = 0.2


class ArrowDoubt:
    """Counts who follows each lane's arrow and who may not: where most do not, the scene is wrong, not the drivers."""

    def __init__(self, lanes: int, limits: IncidentLimits) -> None:
        self._limits = limits
        self._lawful: list[set[int]] = [set() for _ in range(lanes)]
        self._against: list[set[int]] = [set() for _ in range(lanes)]

    def look(self, paths: Paths, road: Road) -> None:
        told = (paths.lane != NO_LANE) & paths.seen
        if not told.any():
            return
        lane, slack = paths.lane[told], (2 * paths.error_px / paths.body_px)[told]
        pace, arrow = paths.pace[told], road.arrows[lane]
        onward = pace[:, 0] * arrow[:, 0] + pace[:, 1] * arrow[:, 1] - slack
        against = (paths.back[told] + slack >= A_WAY) & (onward < 0)
        for rows, tracks in ((against, self._against), (~against & (onward > A_WAY), self._lawful)):
            for number, track in zip(lane[rows].tolist(), paths.id[told][rows].tolist(), strict=True):
                tracks[number].add(track)

    def doubted(self, lane: int) -> bool:
        against = len(self._against[lane] - self._lawful[lane])
        return against >= self._limits.doubt_arrow_from and against > len(self._lawful[lane])

    def followed(self, lane: int) -> bool:
        """Whether anybody was seen to follow the arrow."""
        return bool(self._lawful[lane])


def wrong_ways(paths: Paths, road: Road, doubt: ArrowDoubt, limits: IncidentLimits) -> Iterator[tuple[int, Evidence]]:
    """(track, evidence) of each who surely drives the wrong way at this look."""
    for row in _far_back(paths, limits).tolist():
        lane, body_px = int(paths.lane[row]), float(paths.body_px[row])
        feet_px = paths.feet_px()[row]
        way_px = float(np.linalg.norm(feet_px - paths.from_px[row]))
        error_deg = float(np.degrees(np.arctan2(2 * paths.error_px[row], way_px)))
        deg = road.against_deg(lane, paths.from_px[row], feet_px)
        if deg + error_deg > limits.wrong_way_deg or doubt.doubted(lane):
            continue
        kind = VehicleKind(int(paths.kind[row]))
        measures = (
            Measure(name="way_against", value=float(paths.back[row]), error=_error(paths, row), unit="bodies"),
            Measure(name="off_opposite", value=deg, error=error_deg, unit="deg"),
        )
        yield int(paths.id[row]), Evidence(
            "wrong_way", "warning" if kind in TWO_WHEELS else "alarm", road.names[lane], float(paths.from_s[row]),
            (int(paths.id[row]),), kind.label, measures, feet_px, body_px,
        )  # fmt: skip


def _error(paths: Paths, row: int) -> float:
    return float(2 * paths.error_px[row] / paths.body_px[row])


def _far_back(paths: Paths, limits: IncidentLimits) -> I64:
    far = paths.back - 2 * paths.error_px / paths.body_px >= limits.wrong_way_bodies
    steady = paths.against_steps() >= limits.wrong_way_steps
    whole = (paths.back_slow >= SLOWER_CORNER * paths.back) & (paths.body_px >= limits.wrong_way_body_px)
    return np.flatnonzero(far & steady & whole & paths.seen & (paths.lane != NO_LANE))
