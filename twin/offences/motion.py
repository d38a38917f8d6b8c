"""How far along its way a driver is at each moment, from a list of things to do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.arrays import F64

STEP_S = 0.02
PULL_MPS2 = 2.0
BRAKE_MPS2 = 3.0
LONGEST_S = 300.0
ARRIVED_M = 0.03
SLOWEST_MPS = 0.15
"""Whoever brakes creeps the last few centimetres, so that he does arrive."""


@dataclass(frozen=True, slots=True)
class Go:
    """Drive on to `until_m` of the way, at this speed where braking for what comes after allows it."""

    until_m: float
    mps: float


@dataclass(frozen=True, slots=True)
class Stand:
    seconds: float


Step = Go | Stand


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """time_s (n,) from 0; walked_m (n,) never falls."""

    time_s: F64
    walked_m: F64

    def first_s(self, walked_m: float) -> float:
        """When it first comes so far."""
        return self._at(int(np.searchsorted(self.walked_m, walked_m - 2 * ARRIVED_M)))

    def leaves_s(self, walked_m: float) -> float:
        """When it goes on from there."""
        return self._at(int(np.searchsorted(self.walked_m, walked_m + ARRIVED_M, side="right")))

    def _at(self, row: int) -> float:
        return float(self.time_s[min(row, len(self.time_s) - 1)])


def moved(steps: Sequence[Step], start_mps: float) -> Motion:
    """Do one step after the other. ValueError where it takes for ever."""
    walked, speed = 0.0, start_mps
    trail = [0.0]
    for step, after in pairwise([*steps, None]):
        if isinstance(step, Stand):
            trail += [walked] * round(step.seconds / STEP_S)
            speed = 0.0
            continue
        assert step is not None
        last_mps = after.mps if isinstance(after, Go) else 0.0 if isinstance(after, Stand) else step.mps
        while walked < step.until_m - ARRIVED_M:
            room = math.sqrt(min(last_mps, step.mps) ** 2 + 2 * BRAKE_MPS2 * max(step.until_m - walked, 0.0))
            wish = max(min(step.mps, room), SLOWEST_MPS)
            speed += min(max(wish - speed, -2 * BRAKE_MPS2 * STEP_S), PULL_MPS2 * STEP_S)
            walked += speed * STEP_S
            trail.append(walked)
            if len(trail) * STEP_S > LONGEST_S:
                raise ValueError(f"a driver that goes on for {LONGEST_S} s: {steps}")
    return Motion(np.arange(len(trail), dtype=np.float64) * STEP_S, np.array(trail))
