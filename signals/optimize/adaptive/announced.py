"""What the signals before tell: who will leave them when, as arrivals that no detector of this junction sees yet.

The idea is that of SURTRAC (Smith, Barlow, Xie, Rubinstein, ICAPS 2013): each junction plans alone, and sends the
outflow of its plan on to its neighbours, whose horizon then reaches farther than their detectors.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from vision.arrays import F64, I64, Bool


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Ways from the lanes of one signal to those of the next; one row each.

    out_of, into  (n,) int64    lanes, numbered as in each one's Service
    share         (n,) float64  of those who leave out_of
    drive_s       (n,) float64  from stop line to stop line
    """

    out_of: I64
    into: I64
    share: F64
    drive_s: F64


@dataclass(frozen=True, slots=True, eq=False)
class Announcement:
    """arrive_s: (n,) at the stop line, on the receiver's clock; lane: (n,) int64; vehicles: (n,) expected; step: (n,)
    int64 of the sender's plan in which they set off."""

    arrive_s: F64
    lane: I64
    vehicles: F64
    step: I64

    def take(self, rows: Bool, part: float) -> Self:
        return replace(
            self,
            arrive_s=self.arrive_s[rows],
            lane=self.lane[rows],
            vehicles=part * self.vehicles[rows],
            step=self.step[rows],
        )


def announce(roads: Roads, leaving: F64, step_s: float, now_s: float) -> Announcement:
    """leaving: (l, steps) of `Choice`, from now on."""
    steps = np.arange(leaving.shape[1])
    arrive_s = now_s + (steps[None] + 0.5) * step_s + roads.drive_s[:, None]
    vehicles = leaving[roads.out_of] * roads.share[:, None]
    lane, step = np.broadcast_to(roads.into[:, None], vehicles.shape), np.broadcast_to(steps[None], vehicles.shape)
    return Announcement(arrive_s.ravel(), lane.ravel(), vehicles.ravel(), step.ravel())


class Announced:
    """What one junction has heard: the newest plan of each neighbour, and the beginnings of older ones, whose vehicles
    are on the road between and past the neighbour's line, but not yet seen."""

    def __init__(self) -> None:
        self._plans: dict[str, tuple[float, Announcement]] = {}
        self._on_the_road: list[Announcement] = []

    def hear(self, neighbour: str, told: Announcement, now_s: float, step_s: float) -> None:
        """A plan replaces the one before, but for those who have set off since."""
        before = self._plans.get(neighbour)
        if before is not None:
            since_s, old = before
            passed = (now_s - since_s) / step_s
            for step in range(int(np.ceil(passed))):
                self._on_the_road.append(old.take(old.step == step, min(passed - step, 1.0)))
        self._plans[neighbour] = (now_s, told)

    def arrivals(self, now_s: float, seen_s: F64, step_s: float, steps: int) -> F64:
        """(l, steps) who will come beyond what the detectors see; seen_s: (l,) so far ahead they do."""
        found = np.zeros((len(seen_s), steps))
        self._on_the_road = [each for each in self._on_the_road if (each.arrive_s > now_s).any()]
        for each in [*(told for _, told in self._plans.values()), *self._on_the_road]:
            ahead_s = each.arrive_s - now_s
            step = np.floor(ahead_s / step_s).astype(np.int64)
            good = (ahead_s >= seen_s[each.lane]) & (step < steps)
            np.add.at(found, (each.lane[good], step[good]), each.vehicles[good])
        return found
