"""The camera of a drawn scene: where it hangs, how it looks, and where it shows each place."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, F64


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole without distortion, its middle in the middle of the picture.

    at_m         place over the road, metres
    heading_rad  0 looks along +y, growing to the left
    pitch_rad    0 is level, positive looks down
    roll_rad     positive turns the picture's right side down
    """

    at_m: tuple[float, float, float]
    heading_rad: float
    pitch_rad: float
    roll_rad: float
    focal_px: float
    size_px: tuple[int, int]

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
        x = width / 2 + self.focal_px * eye[:, 0] / depth
        y = height / 2 - self.focal_px * eye[:, 2] / depth
        return np.stack([x, y, eye[:, 1]], axis=1)

    def ground_at(self, x_px: float, y_px: float) -> tuple[float, float] | None:
        """The place on the flat road seen in a pixel; None at and above the horizon."""
        width, height = self.size_px
        ray = self.world_from_camera()[:3, :3] @ np.array(
            [(x_px - width / 2) / self.focal_px, 1.0, (height / 2 - y_px) / self.focal_px]
        )
        if ray[2] > -1e-6:
            return None
        far = -self.at_m[2] / ray[2]
        return float(self.at_m[0] + far * ray[0]), float(self.at_m[1] + far * ray[1])
