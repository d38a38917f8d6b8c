"""When in the cycle vehicles come: the profile of arrivals, their share on green, and the platoon ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from vision.arrays import F64

PLATOON_GRADES = ((0.50, 1), (0.85, 2), (1.15, 3), (1.50, 4), (2.00, 5))
"""Largest platoon ratio of each arrival type (Highway Capacity Manual 2000, exhibit 15-4); above them type 6."""


@dataclass(frozen=True, slots=True)
class Progression:
    """on_green: share of arrivals that met the green, with its error (one standard deviation); None: nobody came.

    platoon_ratio: that share over the green's share of the cycle, 1 where arrivals ignore the signal. arrival_type:
    1 (platoons arrive on red) to 6 (exceptionally good).
    """

    vehicles: int
    on_green: float | None
    on_green_error: float | None
    platoon_ratio: float | None
    arrival_type: int | None


def arrival_profile(at_s: F64, cycle_s: float, offset_s: float, bins: int) -> F64:
    """(bins,) arrivals per cycle in each part of it, from a whole number of cycles or more of watched time."""
    if not cycle_s > 0 or bins < 1:
        raise ValueError(f"wanted a cycle above 0 s and at least one bin, found {cycle_s} s and {bins}")
    phase_s = np.mod(np.asarray(at_s, np.float64) - offset_s, cycle_s)
    counted, _ = np.histogram(phase_s, bins=bins, range=(0.0, cycle_s))
    span_s = float(np.ptp(at_s)) if len(at_s) else 0.0
    return np.asarray(counted / max(span_s / cycle_s, 1.0), np.float64)


def progression(at_s: Sequence[float], greens_s: Sequence[tuple[float, float]], watched_s: float) -> Progression:
    """at_s: arrivals at the stop line; greens_s: (since, until) of every green, all within watched_s seconds."""
    if not at_s:
        return Progression(0, None, None, None, None)
    met = sum(any(since <= at < until for since, until in greens_s) for at in at_s)
    share = met / len(at_s)
    # One that came counts half on either side (Wilson's idea): 3 of 3 on green is not certainty.
    shrunk = (met + 0.5) / (len(at_s) + 1)
    error = sqrt(shrunk * (1 - shrunk) / len(at_s))
    green_share = sum(until - since for since, until in greens_s) / watched_s if watched_s > 0 else 0.0
    if not 0 < green_share <= 1:
        return Progression(len(at_s), share, error, None, None)
    ratio = share / green_share
    kind = next((kind for most, kind in PLATOON_GRADES if ratio <= most), 6)
    return Progression(len(at_s), share, error, ratio, kind)
