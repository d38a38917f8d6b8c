"""The sums from which facts are made: one cell of media time, and cells of longer intervals added up from them.

Everything kept is a sum or an extreme, so the facts of a minute are exactly those of its quarter minutes together.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from vision.arrays import F64
from vision.traffic.counts import LATEST_S, LONGEST_STEP_S
from vision.traffic.facts.layout import Layout
from vision.vehicles import VehicleKind

KINDS = len(VehicleKind)
Turned = tuple[int, int, int]
"""Entry line, exit line, kind."""


class Peak(NamedTuple):
    """The longest queue of a lane. length_m, error_m: NaN where not measured; x, y: its back, in frame fractions."""

    vehicles: int
    by_kind: F64
    length_m: float
    error_m: float
    x: float
    y: float
    beyond_view: bool


@dataclass(slots=True)
class Cell:
    """Arrays are float64, columns in the order named; s stations, d detectors, l lanes, a approaches, 6 kinds.

    passed      (s, 6)  vehicles over the line
    speeds      (s, 5)  how many, Σ speed, Σ 1/speed, Σ error, Σ error of 1/speed
    headways    (s, 3)  how many, Σ seconds, Σ squared error of the two passages
    detectors   (d, 3)  Σ seconds covered, gaps, Σ seconds of gaps
    lanes       (l, 5)  Σ share of area · s, Σ metres travelled, Σ seconds travelled, vehicles, Σ box height px · s
    present     (l, 6)  Σ vehicle-seconds
    queued      (l, 6)  Σ vehicle-seconds in the queue
    stops       (l, 6)  vehicles that came to a stand
    arrivals    (a, 2)  on green, in all of those whose lamp is known
    greens      (a, 6)  greens, judged, split failures, measured saturations, Σ pcu/h, Σ error
    ends        (5, 6)  entered, left, vanished, appeared, trembled
    stored      vehicles between the lines, first and last in the cell; None where nobody looked
    """

    passed: F64
    speeds: F64
    headways: F64
    detectors: F64
    lanes: F64
    present: F64
    queued: F64
    stops: F64
    arrivals: F64
    greens: F64
    ends: F64
    peaks: list[Peak | None]
    watched_s: float = 0.0
    view_moved: bool = False
    stored: tuple[int, int] | None = None
    turns: Counter[Turned] = field(default_factory=Counter)
    passages: list[tuple[int, float, float]] = field(default_factory=list)

    @classmethod
    def empty(cls, layout: Layout) -> Self:
        stations, detectors, lanes = len(layout.stations), layout.detectors, len(layout.lanes)
        approaches = len(layout.approaches)
        return cls(
            passed=np.zeros((stations, KINDS)),
            speeds=np.zeros((stations, 5)),
            headways=np.zeros((stations, 3)),
            detectors=np.zeros((detectors, 3)),
            lanes=np.zeros((lanes, 5)),
            present=np.zeros((lanes, KINDS)),
            queued=np.zeros((lanes, KINDS)),
            stops=np.zeros((lanes, KINDS)),
            arrivals=np.zeros((approaches, 2)),
            greens=np.zeros((approaches, 6)),
            ends=np.zeros((5, KINDS)),
            peaks=[None] * lanes,
        )

    def add(self, later: Self) -> None:
        """Take in a cell that follows this one."""
        for name in SUMS:
            total: F64 = getattr(self, name)
            total += getattr(later, name)
        self.watched_s += later.watched_s
        self.view_moved |= later.view_moved
        self.turns.update(later.turns)
        self.peaks = [longer(mine, its) for mine, its in zip(self.peaks, later.peaks, strict=True)]
        if later.stored is not None:
            self.stored = (self.stored or later.stored)[0], later.stored[1]


SUMS = (
    "passed",
    "speeds",
    "headways",
    "detectors",
    "lanes",
    "present",
    "queued",
    "stops",
    "arrivals",
    "greens",
    "ends",
)


def longer(one: Peak | None, other: Peak | None) -> Peak | None:
    """The longer of two queues: in metres where both are measured, else in vehicles; the earlier of two equals."""
    if one is None or other is None:
        return other if one is None else one
    if np.isfinite([one.length_m, other.length_m]).all():
        return other if other.length_m > one.length_m else one
    return other if other.vehicles > one.vehicles else one


class Ripe(NamedTuple):
    since_s: float
    until_s: float
    cell: Cell


class Cells:
    """The open cells of the shortest interval, and those of the longer ones that they add up to.

    A fact of a past moment goes to its cell; where that was given out already, to the oldest one still open: late,
    never lost.
    """

    def __init__(self, layout: Layout, intervals_s: Sequence[float], seal: Callable[[Cell], None]) -> None:
        """seal: called once with each cell of the shortest interval when nothing more can come into it."""
        self._layout = layout
        self._seal = seal
        self._base_s, *self._longer_s = _checked(intervals_s)
        self._open: dict[int, Cell] = {}
        self._sums: list[dict[int, Cell]] = [{} for _ in self._longer_s]
        self._oldest = 0
        self._begun = False

    def begin(self, media_s: float) -> None:
        """The first frame: nothing before it was missed."""
        if not self._begun:
            self._begun, self._oldest = True, int(media_s // self._base_s)

    def at(self, media_s: float) -> Cell:
        """The cell of a moment, or the oldest open one after it."""
        place = max(int(media_s // self._base_s), self._oldest)
        cell = self._open.get(place)
        if cell is None:
            cell = self._open[place] = Cell.empty(self._layout)
        return cell

    def step(self, since_s: float, until_s: float) -> Iterator[tuple[Cell, float]]:
        """The cells between two frames, and how many seconds of the step lie in each; none after a hole."""
        if not 0 < until_s - since_s <= LONGEST_STEP_S:
            return
        for place in range(int(since_s // self._base_s), int(until_s // self._base_s) + 1):
            starts_s = place * self._base_s
            here_s = min(until_s, starts_s + self._base_s) - max(since_s, starts_s)
            if here_s > 0:
                yield self.at(starts_s), here_s

    def ripe(self, media_s: float) -> Iterator[Ripe]:
        """The intervals that ended long enough before `media_s` for their last facts to be in, shortest first."""
        return self._give_out(int((media_s - LATEST_S) // self._base_s))

    def rest(self) -> Iterator[Ripe]:
        """Every interval still open."""
        yield from self._give_out(max([self._oldest, *self._open]) + 1)
        for length_s, sums in zip(self._longer_s, self._sums, strict=True):
            for place in sorted(sums):
                yield Ripe(place * length_s, (place + 1) * length_s, sums.pop(place))

    def _give_out(self, before: int) -> Iterator[Ripe]:
        if before <= self._oldest:
            return
        for place in sorted(place for place in self._open if place < before):
            self._oldest = place + 1
            cell = self._open.pop(place)
            self._seal(cell)
            yield Ripe(place * self._base_s, (place + 1) * self._base_s, cell)
            self._add_up(place, cell)
        self._oldest = before
        for length_s, sums in zip(self._longer_s, self._sums, strict=True):
            whole = round(length_s / self._base_s)
            for place in sorted(place for place in sums if (place + 1) * whole <= before):
                yield Ripe(place * length_s, (place + 1) * length_s, sums.pop(place))

    def _add_up(self, place: int, cell: Cell) -> None:
        for length_s, sums in zip(self._longer_s, self._sums, strict=True):
            long_place = place // round(length_s / self._base_s)
            if long_place not in sums:
                sums[long_place] = Cell.empty(self._layout)
            sums[long_place].add(cell)


def _checked(intervals_s: Sequence[float]) -> list[float]:
    lengths = sorted(set(intervals_s))
    if not lengths or not lengths[0] > 0:
        raise ValueError(f"intervals_s: wanted lengths above 0 seconds, found {tuple(intervals_s)}")
    odd = [length for length in lengths if abs(length / lengths[0] - round(length / lengths[0])) > 1e-9]
    if odd:
        raise ValueError(f"intervals_s: wanted whole multiples of the shortest, {lengths[0]:g} s, found {odd[0]:g} s")
    return lengths
