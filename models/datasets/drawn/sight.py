"""Who can be seen: visible extents from the picture of ids, and the share of each outline that is not hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Mesh
from models.datasets.drawn.upload import Placed
from vision.arrays import F64, I64, Bool


@dataclass(frozen=True, slots=True)
class Sight:
    """xyxy_px is the visible extent in whole pixels.

    visible_share  of the outline within the picture, what nothing hides, 0..1
    inside_share   of the box around the whole outline, what lies within the picture, 0..1
    """

    number: int
    xyxy_px: tuple[float, float, float, float]
    visible_share: float
    inside_share: float

    @property
    def least_side_px(self) -> float:
        x1, y1, x2, y2 = self.xyxy_px
        return min(x2 - x1, y2 - y1)


def seen(camera: Camera, placed: Sequence[Placed], ids: I64) -> list[Sight]:
    """Everyone with at least one pixel, in order of number."""
    highest = int(ids.max())
    areas = np.bincount(ids.ravel(), minlength=highest + 1)
    extents = ndimage.find_objects(ids, highest)
    sights: list[Sight] = []
    for one in placed:
        if not 0 < one.number <= highest or extents[one.number - 1] is None:
            continue
        rows, columns = extents[one.number - 1]
        points = camera.project(one.mesh.vertex @ one.matrix[:3, :3].T + one.matrix[:3, 3])[:, :2]
        whole = outline_px(points, one.mesh, camera.size_px)
        share = min(1.0, float(areas[one.number]) / max(whole, 1.0))
        box = (float(columns.start), float(rows.start), float(columns.stop), float(rows.stop))
        sights.append(Sight(one.number, box, share, _inside(points, camera.size_px)))
    return sights


def outline_px(points: F64, mesh: Mesh, size_px: tuple[int, int]) -> float:
    """Area of the outline within the picture as if nothing hid it; drawn small when it is large.

    points: (n, 2) pixels of the mesh's vertices, NaN behind the camera.
    """
    size = np.array(size_px, np.float64)
    low = np.clip(np.nanmin(points, axis=0), 0, size)
    high = np.clip(np.nanmax(points, axis=0), 0, size)
    span = max(float((high - low).max()), 1.0)
    zoom = 160 / span if span > 160 else max(1.0, 20 / span)
    wide, tall = (np.ceil((high - low) * zoom).astype(int) + 1).tolist()
    canvas = np.zeros((tall, wide), np.uint8)
    faces = points[mesh.triangle]
    faces = faces[_towards_us(faces)]
    corners = np.clip((faces - low) * zoom * 16, -(2**20), 2**20).round().astype(np.int32)
    for triangle in corners:
        cv2.fillConvexPoly(canvas, triangle, 1, shift=4)
    # A pixel that is only touched is filled as well: half of the rim is too much.
    rim = float(canvas.sum() - cv2.erode(canvas, np.ones((3, 3), np.uint8)).sum())
    return max(float(canvas.sum()) - 0.5 * rim, 1.0) / zoom**2


def _inside(points: F64, size_px: tuple[int, int]) -> float:
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    inner = np.clip(high, 0, size_px) - np.clip(low, 0, size_px)
    return float(np.prod(inner / np.maximum(high - low, 1e-6)))


def _towards_us(corners: F64) -> Bool:
    """Which triangles show their outside, none with a corner behind the camera.

    y points down, so counter-clockwise has a negative area.
    """
    a, b, c = corners.transpose(1, 0, 2)
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    return np.asarray(area < 0, np.bool_)
