"""The lanes and zones in which somebody's conduct is watched, as columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F64, I64
from vision.geometry.scene import Scene
from vision.traffic.conduct.ground import Ground
from vision.traffic.facts.lanes import edges_of, within
from vision.traffic.incidents.road import NO_LANE


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Element i of every column describes the same lane or zone.

    names
    lane       (p,) int64       number of the lane among the scene's; NO_LANE for a zone
    edges      (e, 2, 2) float64  edges of all polygons, in the unit of the Ground; edge_of (p,) int64: where each one's
                                  begin
    """

    names: tuple[str, ...]
    lane: I64
    edges: F64
    edge_of: I64

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(
        cls, scene: Scene, names: Iterable[str], frame_size_px: tuple[int, int], ground: Ground | None = None
    ) -> Self:
        """The places of these names, each once, in pixels without a ground.

        KeyError for a name that is no lane and no zone of the scene.
        """
        size, once = np.array(frame_size_px, np.float64), tuple(dict.fromkeys(names))
        known = list(scene.lanes)
        rings = [(scene.lanes.get(name) or scene.zones[name]).polygon for name in once]
        in_px = [np.array(ring, np.float64) * size for ring in rings]
        polygons = in_px if ground is None else [ground.at(ring) for ring in in_px]
        return cls(
            names=once,
            lane=np.array([known.index(name) if name in known else NO_LANE for name in once], np.int64),
            edges=np.concatenate([np.zeros((0, 2, 2)), *(edges_of(polygon) for polygon in polygons)]),
            edge_of=np.cumsum([0, *(len(polygon) for polygon in polygons)], dtype=np.int64)[:-1],
        )

    def depth(self, points: F64) -> F64:
        """(n, p) distance of each of (n, 2) points to each place's edge, positive inside; NaN for a NaN."""
        if not (len(self) and len(points)):
            return np.zeros((len(points), len(self)))
        starts, along = self.edges[:, 0], self.edges[:, 1] - self.edges[:, 0]
        x, y = points[:, :1] - starts[:, 0], points[:, 1:] - starts[:, 1]
        share = (x * along[:, 0] + y * along[:, 1]) / np.maximum((along * along).sum(axis=1), 1e-12)
        np.clip(share, 0, 1, out=share)
        square = (x - share * along[:, 0]) ** 2 + (y - share * along[:, 1]) ** 2
        distance = np.sqrt(np.minimum.reduceat(square, self.edge_of, axis=1))
        return np.where(within(points, self.edges, self.edge_of), distance, -distance)
