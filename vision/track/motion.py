"""Where each track is, how fast it goes and how sure that is: one Kalman filter per track, all tracks at once.

The centre moves with constant velocity under white-noise acceleration; the size wanders without a trend, so that a
vehicle slipping behind another does not shrink away. x and y are independent and equally noisy, so one 2 × 2
covariance, held as three columns, serves both exactly (Bar-Shalom, Li and Kirubarajan 2001, section 6.2).
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from vision.arrays import F32, F64, I64, Bool
from vision.track.settings import MotionSettings


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Row i of every column describes the same track; nothing is edited in place.

    centre_px        (n, 2) float64
    velocity_pxps    (n, 2) float64  pixels per second
    size_px          (n, 2) float64  width, height; above 0
    place_var        (n,)   float64  variance of each centre coordinate, px²
    place_speed_cov  (n,)   float64  covariance of centre and velocity on each axis, px²/s
    speed_var        (n,)   float64  variance of each velocity component, px²/s²
    size_var         (n,)   float64  variance of each side, px²
    """

    centre_px: F64
    velocity_pxps: F64
    size_px: F64
    place_var: F64
    place_speed_cov: F64
    speed_var: F64
    size_var: F64

    def __len__(self) -> int:
        return len(self.centre_px)

    def take(self, rows: Bool) -> Self:
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))

    def join(self, other: Self) -> Self:
        return type(self)(
            *(np.concatenate([getattr(self, column.name), getattr(other, column.name)]) for column in fields(self))
        )

    def where(self, rows: Bool, other: Self) -> Self:
        """These tracks in `rows`, the same tracks as `other` has them elsewhere."""
        picked = []
        for column in fields(self):
            mine, theirs = getattr(self, column.name), getattr(other, column.name)
            picked.append(np.where(rows[:, None] if mine.ndim == 2 else rows, mine, theirs))
        return type(self)(*picked)

    def scale_px(self) -> F64:
        """(n,) one box size: the square root of the box's area."""
        return _scale_px(self.size_px)

    def speed_sizes(self) -> F64:
        """(n,) speed in box sizes per second."""
        speed: F64 = np.hypot(self.velocity_pxps[:, 0], self.velocity_pxps[:, 1]) / self.scale_px()
        return speed

    def xyxy_px(self) -> F32:
        half = self.size_px / 2
        return np.concatenate([self.centre_px - half, self.centre_px + half], axis=1).astype(np.float32)


def begin(xyxy_px: F32, score: F32, settings: MotionSettings) -> Motion:
    """New tracks at rest on their first boxes, with a wide doubt about their speed."""
    centre, size = _centre_and_size(xyxy_px)
    place_var = _measured_var(size, score, settings)
    speed_var = (settings.first_speed * _scale_px(size)) ** 2
    return Motion(centre, np.zeros_like(centre), size, place_var, np.zeros_like(place_var), speed_var, place_var)


def predict(motion: Motion, step_s: float, coasting: Bool, settings: MotionSettings) -> Motion:
    """`step_s` later. `coasting` tracks were not seen last time: they slow down with time constant `coast_s`."""
    decay = np.where(coasting, np.exp(-step_s / settings.coast_s), 1.0)
    travel_s = np.where(coasting, settings.coast_s * (1 - decay), step_s)
    scale = motion.scale_px()
    wander = (settings.speed_wander * scale) ** 2
    return Motion(
        motion.centre_px + motion.velocity_pxps * travel_s[:, None],
        motion.velocity_pxps * decay[:, None],
        motion.size_px,
        motion.place_var
        + 2 * travel_s * motion.place_speed_cov
        + travel_s**2 * motion.speed_var
        + wander * step_s**3 / 3,
        decay * (motion.place_speed_cov + travel_s * motion.speed_var) + wander * step_s**2 / 2,
        decay**2 * motion.speed_var + wander * step_s,
        motion.size_var + (settings.size_wander * scale) ** 2 * step_s,
    )


def correct(motion: Motion, rows: I64, xyxy_px: F32, score: F32, settings: MotionSettings) -> Motion:
    """Tracks `rows` were measured as `xyxy_px`; the others stay as predicted. No row may occur twice."""
    centre, size = _centre_and_size(xyxy_px)
    measured_var = _measured_var(size, score, settings)
    place_var, cov = motion.place_var[rows], motion.place_speed_cov[rows]
    place_gain = place_var / (place_var + measured_var)
    speed_gain = cov / (place_var + measured_var)
    size_gain = motion.size_var[rows] / (motion.size_var[rows] + measured_var)
    surprise_px = centre - motion.centre_px[rows]
    return Motion(
        _added(motion.centre_px, rows, place_gain[:, None] * surprise_px),
        _added(motion.velocity_pxps, rows, speed_gain[:, None] * surprise_px),
        _added(motion.size_px, rows, size_gain[:, None] * (size - motion.size_px[rows])),
        _added(motion.place_var, rows, -place_gain * place_var),
        _added(motion.place_speed_cov, rows, -place_gain * cov),
        _added(motion.speed_var, rows, -speed_gain * cov),
        _added(motion.size_var, rows, -size_gain * motion.size_var[rows]),
    )


def _added(column: F64, rows: I64, change: F64) -> F64:
    changed = column.copy()
    changed[rows] += change
    return changed


def _centre_and_size(xyxy_px: F32) -> tuple[F64, F64]:
    corners = xyxy_px.astype(np.float64)
    return (corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]


def _scale_px(size_px: F64) -> F64:
    scale: F64 = np.sqrt(size_px[:, 0] * size_px[:, 1])
    return scale


def _measured_var(size_px: F64, score: F32, settings: MotionSettings) -> F64:
    deviation = np.maximum(settings.measured * _scale_px(size_px), settings.measured_px)
    variance: F64 = (deviation * (2.0 - score)) ** 2
    return variance
