"""Whether a track was surely one and the same vehicle: never long out of sight, never leaping."""

from typing import NamedTuple

import numpy as np

from vision.arrays import F64


class Steps(NamedTuple):
    """longest_gap_s: between two looks that saw it; longest_leap: between two such looks, in its own sizes."""

    longest_gap_s: float
    longest_leap: float


def steps_of(times_s: F64, boxes_px: F64, since_s: float, until_s: float) -> Steps:
    """Of one track's way, (n,) and (n, 4), that must reach from since_s to until_s; infinite where it was not seen."""
    if len(times_s) < 2:
        return Steps(np.inf, np.inf)
    gaps_s = np.diff(times_s)
    gap_s = float(max(gaps_s.max(), times_s[0] - since_s, until_s - times_s[-1]))
    wide, tall = boxes_px[:, 2] - boxes_px[:, 0], boxes_px[:, 3] - boxes_px[:, 1]
    body_px = np.sqrt(np.maximum(wide * tall, 1e-9))
    corners_px = np.diff(boxes_px, axis=0).reshape(-1, 2, 2)
    # Both corners leap where a track goes over to another vehicle; one alone wavers where something covers it.
    leap_px = np.linalg.norm(corners_px, axis=2).min(axis=1)
    return Steps(gap_s, float((leap_px / np.minimum(body_px[1:], body_px[:-1])).max()))
