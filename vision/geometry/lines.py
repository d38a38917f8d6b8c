"""Which side of a line, where and when it was met.

One convention everywhere: left and right are the two hands of someone who walks a line from its first point to its
second in the picture as a viewer sees it. Image y points down, so for a line drawn from the left of the screen to its
right the left hand is up the screen.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from vision.arrays import F32, F64

Role = Literal["counting", "stop"]
Ends = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A named line in full-frame pixels, from its first point to its second; zero length is a ValueError."""

    name: str
    role: Role
    ends_px: Ends

    def __post_init__(self) -> None:
        if self.ends_px[0] == self.ends_px[1]:
            raise ValueError(f"line {self.name}: wanted two different points, found {self.ends_px[0]} twice")


class Meeting(NamedTuple):
    """Where a step from one place to the next meets a line: shares of the step and of the line, 0..1 when on them."""

    of_step: float
    of_line: float


def stack_ends(lines: tuple[Line, ...]) -> F64:
    """(m, 2, 2) float64: line, end, x and y."""
    return np.array([line.ends_px for line in lines], np.float64).reshape(-1, 2, 2)


def signed_distance(points: F32 | F64, ends: F64) -> F64:
    """(n, m) distance of each of n points from each of m endless lines: > 0 on the left hand, < 0 on the right.

    points (n, 2), ends (m, 2, 2), one unit; the answer has the same unit.
    """
    along = ends[:, 1] - ends[:, 0]
    away = points[:, None, :].astype(np.float64) - ends[None, :, 0]
    # y points down, so the usual cross product is positive on the right hand: its sign is turned here, once.
    cross = along[:, 1] * away[..., 0] - along[:, 0] * away[..., 1]
    return np.asarray(cross / np.hypot(along[:, 0], along[:, 1]), np.float64)


def share_along(points: F32 | F64, ends: F64) -> F64:
    """(n, m) where the foot of each point's perpendicular lies on each line: 0 at its first end, 1 at its second."""
    along = ends[:, 1] - ends[:, 0]
    away = points[:, None, :].astype(np.float64) - ends[None, :, 0]
    return np.asarray((away * along).sum(-1) / (along * along).sum(-1), np.float64)


def left_normals(ends: F64) -> F64:
    """(m, 2) unit vectors that point to the left hand of each line."""
    along = ends[:, 1] - ends[:, 0]
    normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return np.asarray(normals / np.hypot(along[:, 0], along[:, 1])[:, None], np.float64)


def meet(before: F64, after: F64, ends: F64) -> Meeting | None:
    """Where the straight step before → after ((2,) each) passes the endless line `ends` (2, 2); None if it does not.

    A point exactly on the line stands on its right hand, so that a walk through it passes once, not twice.
    """
    here, there = signed_distance(np.stack([before, after]), ends[None])[:, 0]
    if (here > 0) == (there > 0):
        return None
    of_step = float(here / (here - there))
    place = before + of_step * (after - before)
    return Meeting(of_step, float(share_along(place[None], ends[None])[0, 0]))
