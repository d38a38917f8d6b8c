"""The flat road: pixels to metres and back, with the error that the calibration points themselves betray.

The homography is fitted by the normalised direct linear transform (Hartley, "In defense of the eight-point
algorithm", 1997; Hartley and Zisserman, Multiple View Geometry, 2nd ed., algorithm 4.2).
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Self

import numpy as np

from vision.arrays import F32, F64, Bool

FEWEST_POINTS = 4
# Points nearer to a line than this share of the whole spread lie on it: no eye clicks more exactly.
ON_LINE_SHARE = 0.005
# Left-out points are judged only by others that lie well apart: three corners and the centre of a rectangle, nearly on
# its diagonal, say nothing of the fourth corner.
WELL_APART_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class GroundPlane:
    """The road as one plane.

    to_road            (3, 3) float64  homography pixels → metres, positive in front of the camera
    residual_m         (n,)   float64  distance of each calibration point from where the fit puts it
    leave_one_out_m    RMS distance of each point from where the *other* points put it; infinite where they put one
                       beyond the horizon; None where it cannot be known: with four points the fit is exact and its
                       residual says nothing
    """

    to_road: F64
    residual_m: F64
    leave_one_out_m: float | None

    @classmethod
    def fit(cls, points_px: F32 | F64, metres: F32 | F64) -> Self:
        """Fit (n, 2) pixels to (n, 2) metres, n ≥ 4.

        ValueError where no single plane follows: too few points, all but one on a line, or an order that would put
        the horizon between them.
        """
        pixels, road = np.asarray(points_px, np.float64), np.asarray(metres, np.float64)
        matrix = _fit(pixels, road)
        residual_m = np.linalg.norm(project(matrix, pixels) - road, axis=1)
        return cls(matrix, residual_m, _leave_one_out(pixels, road))

    @property
    def residual_rms_m(self) -> float:
        return float(np.sqrt(np.mean(self.residual_m**2)))

    @property
    def residual_worst_m(self) -> float:
        return float(self.residual_m.max())

    @property
    def position_error_m(self) -> float:
        """The best estimate of how far a position may be off: leave-one-out where known, else the RMS residual."""
        return self.residual_rms_m if self.leave_one_out_m is None else self.leave_one_out_m

    @property
    def agrees(self) -> bool:
        """False where the points contradict each other so far that no position, and so no speed, has a known error."""
        return bool(np.isfinite(self.position_error_m))

    def in_pixels(self, frame_size_px: tuple[int, int]) -> Self:
        """The same plane for pixels of a frame of (width, height), where this one was fitted to fractions of it."""
        width_px, height_px = frame_size_px
        return replace(self, to_road=self.to_road @ np.diag([1 / width_px, 1 / height_px, 1.0]))

    def to_metres(self, points_px: F32 | F64) -> F64:
        """(n, 2) metres of (n, 2) pixels; NaN at and above the horizon."""
        return project(self.to_road, np.asarray(points_px, np.float64))

    def to_pixels(self, metres: F32 | F64) -> F64:
        """(n, 2) pixels of (n, 2) metres; NaN behind the camera."""
        return project(self.to_picture(), np.asarray(metres, np.float64))

    def to_picture(self) -> F64:
        """(3, 3) float64 homography metres → pixels, for whoever needs it often."""
        # The inverse of the very same matrix (not scaled anew) turns w into 1/w: in front stays positive.
        return np.asarray(np.linalg.inv(self.to_road), np.float64)

    def metre_error_at(self, points_px: F32 | F64, pixel_error: float) -> F64:
        """(n,) metres that a pixel error of this length may become at each point, in its worst direction.

        The largest singular value of the map's derivative there; NaN at and above the horizon. The error of the
        calibration itself is `position_error_m` and comes on top.
        """
        pixels = np.asarray(points_px, np.float64)
        road = project(self.to_road, pixels)
        depth = np.column_stack([pixels, np.ones(len(pixels))]) @ self.to_road[2]
        slope = self.to_road[None, :2, :2] - road[:, :, None] * self.to_road[None, 2:, :2]
        square = ((slope / depth[:, None, None]) ** 2).sum(axis=(1, 2))
        (a, b), (c, d) = slope.transpose(1, 2, 0)
        area = (a * d - b * c) / depth**2
        # Largest singular value of a 2 × 2 matrix from its Frobenius norm and determinant.
        largest = np.sqrt((square + np.sqrt(np.maximum(square**2 - 4 * area**2, 0))) / 2)
        return np.asarray(largest * pixel_error, np.float64)


def project(matrix: F64, points: F64) -> F64:
    """(n, 2) points through a homography; NaN where they lie behind its horizon."""
    lifted = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    depth = np.where(lifted[:, 2:] > 1e-12, lifted[:, 2:], np.nan)
    return np.asarray(lifted[:, :2] / depth, np.float64)


def _fit(pixels: F64, road: F64, on_line_share: float = ON_LINE_SHARE) -> F64:
    if pixels.shape != road.shape or pixels.ndim != 2 or pixels.shape[1] != 2:
        raise ValueError(f"wanted as many (x, y) pixels as metres, found shapes {pixels.shape} and {road.shape}")
    _check_spread(pixels, "the picture", on_line_share)
    _check_spread(road, "metres", on_line_share)
    matrix = _direct_linear(pixels, road)
    depth = np.column_stack([pixels, np.ones(len(pixels))]) @ matrix[2]
    front = 1.0 if depth.sum() > 0 else -1.0
    if np.any(depth * front <= 1e-9 * np.abs(depth).max()):
        raise ValueError(
            "the calibration points contradict each other: no flat road shows them in this arrangement "
            "(the horizon would run between them; are two points swapped?)"
        )
    return np.asarray(matrix * front, np.float64)


def _direct_linear(pixels: F64, road: F64) -> F64:
    """(3, 3) homography of least algebraic error, found in coordinates of centre 0 and mean distance √2."""
    from_px, from_m = _normaliser(pixels), _normaliser(road)
    p = np.column_stack([pixels, np.ones(len(pixels))]) @ from_px.T
    q = np.column_stack([road, np.ones(len(road))]) @ from_m.T
    zero = np.zeros_like(p)
    rows = np.concatenate(
        [np.hstack([p, zero, -q[:, :1] * p]), np.hstack([zero, p, -q[:, 1:2] * p])],
    )
    solution = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    matrix = np.linalg.inv(from_m) @ solution @ from_px
    return np.asarray(matrix / np.abs(matrix[2]).max(), np.float64)


def _normaliser(points: F64) -> F64:
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / np.linalg.norm(points - centre, axis=1).mean()
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]], np.float64)


def _check_spread(points: F64, where: str, on_line_share: float) -> None:
    """A homography needs four points of which no three lie on a line: every line must miss two of the points."""
    if not np.isfinite(points).all():
        raise ValueError(f"calibration points must be finite numbers in {where}")
    # The same place given twice is one point.
    distinct = np.unique(points.round(9), axis=0)
    if len(distinct) < FEWEST_POINTS:
        raise ValueError(
            f"wanted at least {FEWEST_POINTS} different calibration points in {where}, found {len(distinct)}"
        )
    near = on_line_share * np.ptp(distinct, axis=0).max()
    on_line = max(int(_near_line(distinct, a, b, near).sum()) for a, b in combinations(range(len(distinct)), 2))
    if len(distinct) - on_line < 2:
        raise ValueError(
            f"{on_line} of the {len(distinct)} calibration points lie on one line in {where}: "
            f"wanted at least 2 points off every line, found {len(distinct) - on_line}"
        )


def _near_line(points: F64, first: int, second: int, near: float) -> Bool:
    along = points[second] - points[first]
    away = points - points[first]
    distance = np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / np.hypot(*along)
    return np.asarray(distance <= near, np.bool_)


def _leave_one_out(pixels: F64, road: F64) -> float | None:
    """RMS over the points that the others can place; None where none can be, as with four points."""
    squares: list[float] = []
    if len(pixels) > FEWEST_POINTS:
        for left_out in range(len(pixels)):
            others = np.arange(len(pixels)) != left_out
            try:
                guess = project(_fit(pixels[others], road[others], WELL_APART_SHARE), pixels[[left_out]])
            except ValueError:
                continue
            square = float(((guess - road[[left_out]]) ** 2).sum())
            squares.append(square if np.isfinite(square) else np.inf)
    return float(np.sqrt(np.mean(squares))) if squares else None
