"""Offsets of a corridor with the widest green bands in both directions, as a mixed-integer linear programme.

The kind of Little, Kelson and Gartner's MAXBAND (Transportation Research Record 795, 1981), written for one cycle at a
time with offsets as variables of their own: whole numbers count in which cycle of a junction the band passes it, and
0-1 numbers choose its order of stages, so that a leading or a lagging turn is found with the offsets. HiGHS solves it
to optimality within the gap; the same input gives the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from signals.optimize.corridor.street import Link, Street
from vision.arrays import F64

TIME_LIMIT_S = 10.0
GAP = 1e-4
# Of two answers with nearly the same bands together the more even one is better, and the one that keeps the stages'
# order as it is.
EVENNESS = 0.1
CHANGED_ORDER = 1e-2


@dataclass(frozen=True, slots=True)
class Window:
    """A green within the cycle of its junction: from start_s, less what a waiting queue takes of it at its start."""

    start_s: float
    length_s: float


@dataclass(frozen=True, slots=True)
class Order:
    """One way to run a junction at this cycle: where its two greens along the street then lie."""

    outbound: Window
    inbound: Window


@dataclass(frozen=True, slots=True)
class Wave:
    """orders, offsets_s: per stop, which order was chosen and when its cycle starts after that of the street, 0..cycle.

    outbound_s, inbound_s: band widths; 0: no band. outbound_at_s, inbound_at_s: when the front of each band passes each
    stop, in the order of the stops (an inbound band passes the last one first).
    """

    cycle_s: float
    orders: tuple[int, ...]
    offsets_s: tuple[float, ...]
    outbound_s: float
    inbound_s: float
    outbound_at_s: tuple[float, ...]
    inbound_at_s: tuple[float, ...]


def widest_wave(
    street: Street,
    orders: Sequence[Sequence[Order]],
    cycle_s: float,
    weights: tuple[float, float],
    fixed: tuple[Sequence[int], Sequence[float]] | None = None,
) -> Wave | None:
    """The offsets of the widest bands, each weighed by its direction; None where the solver found none in its time.

    orders: what may be chosen, per stop. fixed: orders and offsets that are there already: only their bands are asked.
    """
    programme = _Programme(street, orders, cycle_s, weights)
    if fixed is not None:
        programme.fix(*fixed)
    answer = milp(
        programme.cost,
        constraints=LinearConstraint(np.array(programme.rows), programme.low, programme.high),
        bounds=Bounds(programme.least, programme.most),
        integrality=programme.whole,
        options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": GAP},
    )
    return None if answer.x is None else programme.wave(np.asarray(answer.x, np.float64))


class _Programme:
    """Columns: the bands, their evenness, whether there is a band out and in; then per stop offset, front out, front
    in, cycle out, cycle in, orders. Where there is no band its front may pass at any time."""

    def __init__(
        self, street: Street, orders: Sequence[Sequence[Order]], cycle_s: float, weights: tuple[float, float]
    ) -> None:
        self._street, self._orders, self._cycle_s = street, orders, cycle_s
        count = len(street.stops)
        self._first = [5]
        for options in orders:
            self._first.append(self._first[-1] + 5 + len(options))
        self._columns = self._first.pop()
        self.rows: list[F64] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._bound(count)
        self.cost = np.zeros(self._columns)
        self.cost[:3] = -weights[0], -weights[1], -EVENNESS
        for place in range(count):
            self.cost[self._first[place] + 6 : self._first[place] + 5 + len(orders[place])] = CHANGED_ORDER
            self._choose_one(place)
            self._pass(place)
        for place, (link, back) in enumerate(zip(street.outbound, street.inbound, strict=True)):
            self._drive(self._first[place] + 1, self._first[place + 1] + 1, link)
            self._drive(self._first[place + 1] + 2, self._first[place] + 2, back)
        for band, weight in enumerate(weights):
            if min(weights) > 0:
                self._row({2: 1.0, band: -0.5 / weight}, -np.inf, 0.0)
            else:
                self.most[2] = 0.0
            self._row({band: 1.0, 3 + band: -self._cycle_s}, -np.inf, 0.0)

    def fix(self, orders: Sequence[int], offsets_s: Sequence[float]) -> None:
        for place, (order, offset_s) in enumerate(zip(orders, offsets_s, strict=True)):
            first = self._first[place]
            self.least[first] = self.most[first] = offset_s
            self.least[first + 5 + order] = 1.0

    def wave(self, x: F64) -> Wave:
        firsts = np.array(self._first)
        chosen = tuple(
            int(x[first + 5 : first + 5 + len(options)].argmax())
            for first, options in zip(self._first, self._orders, strict=True)
        )
        return Wave(
            cycle_s=self._cycle_s,
            orders=chosen,
            offsets_s=tuple((x[firsts] % self._cycle_s).tolist()),
            outbound_s=max(float(x[0]), 0.0),
            inbound_s=max(float(x[1]), 0.0),
            outbound_at_s=tuple(x[firsts + 1].tolist()),
            inbound_at_s=tuple(x[firsts + 2].tolist()),
        )

    def _bound(self, count: int) -> None:
        """The street's clock starts with the first stop's cycle; each band passes its own first stop in its first."""
        longest_s = max(_slowest_s(self._street.outbound), _slowest_s(self._street.inbound)) + 2 * self._cycle_s
        cycles = ceil(longest_s / self._cycle_s) + 1
        self.least, self.most = np.zeros(self._columns), np.full(self._columns, self._cycle_s)
        self.whole = np.zeros(self._columns)
        self.most[3:5], self.whole[3:5] = 1.0, 1.0
        for place, first in enumerate(self._first):
            self.most[first] = 0.0 if place == 0 else self._cycle_s
            self.most[first + 1] = self._cycle_s if place == 0 else longest_s
            self.most[first + 2] = self._cycle_s if place == count - 1 else longest_s
            self.least[first + 3 : first + 5], self.most[first + 3 : first + 5] = -2.0, float(cycles)
            self.most[first + 5 : first + 5 + len(self._orders[place])] = 1.0
            self.whole[first + 3 : first + 5 + len(self._orders[place])] = 1.0

    def _choose_one(self, place: int) -> None:
        first = self._first[place]
        self._row({first + 5 + k: 1.0 for k in range(len(self._orders[place]))}, 1.0, 1.0)

    def _pass(self, place: int) -> None:
        """A band passes within one green: front - offset - cycles lies in it, and so does front + band."""
        first = self._first[place]
        for band, windows in enumerate(
            ([one.outbound for one in self._orders[place]], [one.inbound for one in self._orders[place]])
        ):
            when = {first + 1 + band: 1.0, first: -1.0, first + 3 + band: -self._cycle_s}
            starts = {first + 5 + k: -window.start_s for k, window in enumerate(windows)}
            ends = {first + 5 + k: -(window.start_s + window.length_s) for k, window in enumerate(windows)}
            self._row({**when, **starts, 3 + band: -self._cycle_s}, -self._cycle_s, np.inf)
            self._row({**when, **ends, band: 1.0, 3 + band: self._cycle_s}, -np.inf, self._cycle_s)

    def _drive(self, here: int, there: int, link: Link) -> None:
        self._row({there: 1.0, here: -1.0}, link.length_m / link.fastest_mps, link.length_m / link.slowest_mps)

    def _row(self, terms: dict[int, float], low: float, high: float) -> None:
        row = np.zeros(self._columns)
        row[list(terms)] = list(terms.values())
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)


def _slowest_s(links: Sequence[Link]) -> float:
    return sum(link.length_m / link.slowest_mps for link in links)


def speeds_mps(street: Street, wave: Wave) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What each band drives on each link, outbound and inbound, in the order of the links."""
    out = tuple(
        link.length_m / (b - a) for link, (a, b) in zip(street.outbound, pairwise(wave.outbound_at_s), strict=True)
    )
    back = tuple(
        link.length_m / (a - b) for link, (a, b) in zip(street.inbound, pairwise(wave.inbound_at_s), strict=True)
    )
    return out, back
