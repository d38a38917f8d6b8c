"""Second by second of a cycle: how much of its saturation flow each lane may use under many plans of one junction."""

from dataclasses import dataclass

import numpy as np

from signals.optimize.adaptive.view import Service
from vision.arrays import F64, I64, Bool

# Green that is lost when a lane begins to move, and yellow that is still driven through.
START_UP_S, TAIL_S = 1.5, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n plans of one junction with one cycle and equally many stages.

    stages    (n, s) int64  numbers of the stages, in their order; nobody is followed by himself
    greens_s  (n, s) int64  with the intergreens after them they add up to the cycle
    """

    stages: I64
    greens_s: I64
    cycle_s: int

    def take(self, rows: I64 | Bool) -> "Candidates":
        return Candidates(self.stages[rows], self.greens_s[rows], self.cycle_s)


def changes_s(service: Service, stages: I64) -> I64:
    """(n, s) intergreen after each stage of each sequence."""
    return np.asarray(np.rint(service.intergreen_s[stages, np.roll(stages, -1, axis=1)]), np.int64)


def shares(table: F64, service: Service, plans: Candidates) -> F64:
    """(n, cycle, l) of saturation; table: (k, l), `serves` or `held` of the service."""
    lengths = plans.greens_s + changes_s(service, plans.stages)
    ends = np.cumsum(lengths, axis=1)
    second = np.arange(plans.cycle_s)
    row = np.minimum((second[None, None] >= ends[:, :, None]).sum(axis=1), plans.stages.shape[1] - 1)
    begun_s = second[None] - np.take_along_axis(ends - lengths, row, 1)
    left_s = np.take_along_axis(plans.greens_s, row, 1) - begun_s
    now = table[np.take_along_axis(plans.stages, row, 1)]
    before = table[np.take_along_axis(np.roll(plans.stages, 1, axis=1), row, 1)]
    after = table[np.take_along_axis(np.roll(plans.stages, -1, axis=1), row, 1)]
    start = np.clip(begun_s + 1.0 - START_UP_S, 0.0, 1.0)[..., None]
    green = np.where(before > 0, now, now * start)
    # In the change who goes on keeps going, the others have a little of the yellow.
    tail = np.clip(TAIL_S + left_s, 0.0, 1.0)[..., None]
    change = np.where(after > 0, np.minimum(now, after), now * tail)
    return np.asarray(np.where((left_s > 0)[..., None], green, change), np.float64)
