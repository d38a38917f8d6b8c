"""The camera of a drawn scene: where it hangs, how it looks, and where it shows each place."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from vision.arrays import F32, F64


@dataclass(frozen=True, slots=True)
class Camera:
    """A lens whose middle is the middle of the picture.

    at_m         place over the road, metres
    heading_rad  0 looks along +y, growing to the left
    pitch_rad    0 is level, positive looks down
    roll_rad     positive turns the picture's right side down
    bend         0 is a pinhole; a place r from the middle (focal lengths) appears at r (1 + bend r²): below 0 a barrel
    """

    at_m: tuple[float, float, float]
    heading_rad: float
    pitch_rad: float
    roll_rad: float
    focal_px: float
    size_px: tuple[int, int]
    bend: float = 0.0

    def world_from_camera(self) -> F64:
        """(4, 4) motion from camera axes (x right, y into the picture, z up) to the world."""
        ch, sh = np.cos(self.heading_rad), np.sin(self.heading_rad)
        cp, sp = np.cos(-self.pitch_rad), np.sin(-self.pitch_rad)
        cr, sr = np.cos(self.roll_rad), np.sin(self.roll_rad)
        turn = np.array([[ch, -sh, 0], [sh, ch, 0], [0, 0, 1]])
        nod = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        roll = np.array([[cr, 0, sr], [0, 1, 0], [-sr, 0, cr]])
        matrix = np.eye(4)
        matrix[:3, :3] = turn @ nod @ roll
        matrix[:3, 3] = self.at_m
        return matrix

    def project(self, world_m: F64 | F32) -> F64:
        """(n, 3) pixels x, y and depth in metres of (n, 3) places; x and y are NaN nearer than 0.3 m or behind."""
        matrix = self.world_from_camera()
        eye = (np.asarray(world_m, np.float64) - matrix[:3, 3]) @ matrix[:3, :3]
        depth = np.where(eye[:, 1] > 0.3, eye[:, 1], np.nan)
        width, height = self.size_px
        across, down = eye[:, 0] / depth, -eye[:, 2] / depth
        stretch = self._stretch(across**2 + down**2)
        x = width / 2 + self.focal_px * across * stretch
        y = height / 2 + self.focal_px * down * stretch
        return np.stack([x, y, eye[:, 1]], axis=1)

    def _stretch(self, squared: F64) -> F64:
        """Where the bent lens shows a place, as a multiple of its distance from the middle; growing on far outside the
        picture, where the formula itself would turn back into it."""
        if self.bend == 0:
            return np.ones_like(squared)
        return np.asarray(1 + self.bend * np.minimum(squared, 1 / (3 * abs(self.bend))), np.float64)

    def straightened(self, x_px: F64, y_px: F64) -> tuple[F64, F64]:
        """Tangents right and down of the rays seen at pixels: the inverse of the bend."""
        width, height = self.size_px
        across, down = (x_px - width / 2) / self.focal_px, (y_px - height / 2) / self.focal_px
        if self.bend == 0:
            return across, down
        true = np.linspace(0, 4, 1000)
        shown = true * self._stretch(true**2)
        squared = np.hypot(across, down)
        factor = np.interp(squared, shown, true) / np.maximum(squared, 1e-9)
        return across * factor, down * factor

    def unbent(self) -> Self:
        """The pinhole that sees all this camera sees."""
        width, height = self.size_px
        edge_x, edge_y = (
            np.array([0.0, width, width, 0.0, width / 2]),
            np.array([0.0, 0.0, height / 2, height / 2, 0.0]),
        )
        across, down = self.straightened(edge_x, edge_y)
        reach = max(float(np.abs(across).max()) / (width / 2), float(np.abs(down).max()) / (height / 2))
        return replace(self, bend=0.0, focal_px=min(self.focal_px, 1 / reach))

    def ground_at(self, x_px: float, y_px: float) -> tuple[float, float] | None:
        """The place on the flat road seen in a pixel; None at and above the horizon."""
        across, down = self.straightened(np.array(x_px), np.array(y_px))
        ray = self.world_from_camera()[:3, :3] @ np.array([float(across), 1.0, -float(down)])
        if ray[2] > -1e-6:
            return None
        far = -self.at_m[2] / ray[2]
        return float(self.at_m[0] + far * ray[0]), float(self.at_m[1] + far * ray[1])
