"""Each green of one stop line: who waited for it, who passed in it, second by second, and who was left behind."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from vision.arrays import F64
from vision.events.bodies import Crossing
from vision.events.lamps import Lamp
from vision.traffic.counts import LATEST_S
from vision.traffic.facts.cells import KINDS, Cells
from vision.traffic.facts.layout import Approach
from vision.traffic.facts.trails import JUDGED_AFTER_S, Trails
from vision.traffic.facts.watch import Look, standing_in
from vision.vehicles import KIND_NAMES

SLICE_S = 4.0
RED_LOOK_S = 5.0
# Where the watch began too late to judge who stood at the start of green, a look so long after it must do: hardly
# anybody has left by then.
LATE_LOOK_S = 2.0
# A track is some frames old before it is believed at all.
UNBORN_S = 0.4
# So many changes of the lamp are remembered: a crossing is told a moment after it happened.
LAMPS_KEPT = 16
SHOWN = (Lamp.RED, Lamp.YELLOW, Lamp.GREEN)


@dataclass(slots=True)
class Green:
    """One green. waiting: kind by track of those who stood at its start; None where that was not seen.

    ended_s None: it lasts. slices: (6,) vehicles by kind in each four seconds. crossed: when each waiting one
    passed. covered_s, watched_s: of the detectors, in the green; red_*: in the seconds after it. arrivals: on green, in
    all.
    """

    started_s: float
    whole: bool
    waiting: dict[int, int] | None
    ended_s: float | None = None
    slices: dict[int, F64] = field(default_factory=dict)
    crossed: dict[int, float] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    covered_s: float = 0.0
    watched_s: float = 0.0
    red_covered_s: float = 0.0
    red_watched_s: float = 0.0
    arrivals: tuple[int, int] = (0, 0)


class Greens:
    """The lamp of one stop line and the greens it gives; `place` is the approach's among those of the layout."""

    def __init__(self, approach: Approach, place: int, cells: Cells) -> None:
        self._approach = approach
        self._place = place
        self._cells = cells
        self._shown: list[tuple[float, Lamp]] = []
        self._arrived: set[int] = set()
        self._arrivals = [0, 0]
        self._watched_since_s: float | None = None
        self._green: Green | None = None
        self._over: Green | None = None

    def see(self, lamp: Lamp, look: Look, trails: Trails, media_s: float, step_s: float | None) -> Iterator[Green]:
        """Take in one frame; a green comes out once nothing more can be learned of it."""
        if step_s is None:
            self._watched_since_s = media_s
        covered = bool(look.covered[list(self._approach.detectors)].any())
        self._watch(covered, step_s or 0.0)
        if self._over is not None and media_s - (self._over.ended_s or media_s) > max(RED_LOOK_S, LATEST_S):
            yield self._close()
        self._arrive(trails, media_s)
        if self._green is not None and self._green.waiting is None and media_s - self._green.started_s <= LATE_LOOK_S:
            self._green.waiting = self._waiting(trails, media_s)
        before = self._shown[-1][1] if self._shown else Lamp.UNKNOWN
        if lamp is before:
            return
        self._shown = [*self._shown[-LAMPS_KEPT:], (media_s, lamp)]
        if lamp is Lamp.GREEN:
            if self._over is not None:
                yield self._close()
            self._green = Green(media_s, before in SHOWN, self._waiting(trails, media_s))
        elif self._green is not None:
            self._green.ended_s, self._green.whole = media_s, self._green.whole and lamp in SHOWN
            self._over, self._green = self._green, None

    def finish(self, media_s: float) -> Iterator[Green]:
        if self._over is not None:
            yield self._close()
        if self._green is not None and media_s > self._green.started_s:
            self._green.ended_s, self._green.whole = media_s, False
            self._over, self._green = self._green, None
            yield self._close()

    def cross(self, crossing: Crossing) -> None:
        """A vehicle went over the stop line into the junction."""
        if crossing.direction is not self._approach.entering or crossing.vehicle == "pedestrian":
            return
        if crossing.track not in self._arrived:
            self._arrived.add(crossing.track)
            self._count_arrival(crossing.at_s)
        for green in (self._over, self._green):
            if green is None:
                continue
            if green.waiting is not None and crossing.track in green.waiting:
                green.crossed[crossing.track] = crossing.at_s
            if green.started_s <= crossing.at_s < (green.ended_s or np.inf):
                place = int((crossing.at_s - green.started_s) // SLICE_S)
                green.slices.setdefault(place, np.zeros(KINDS))[KIND_NAMES.index(crossing.vehicle)] += 1

    def forget(self, ended: set[int]) -> None:
        self._arrived -= ended
        for green in (self._over, self._green):
            if green is not None and green.waiting is not None:
                green.lost |= ended & green.waiting.keys() - green.crossed.keys()

    def _watch(self, covered: bool, step_s: float) -> None:
        if self._green is not None:
            self._green.watched_s += step_s
            self._green.covered_s += covered * step_s
        elif self._over is not None and self._over.red_watched_s < RED_LOOK_S:
            self._over.red_watched_s += step_s
            self._over.red_covered_s += covered * step_s

    def _arrive(self, trails: Trails, media_s: float) -> None:
        """Who comes to a stand joins the queue now; who was found standing came at a time nobody knows."""
        if not self._approach.lanes:
            return
        came = set(trails.id[trails.began].tolist())
        for track, _ in standing_in(trails, self._approach.lanes):
            if track not in self._arrived:
                self._arrived.add(track)
                if track in came:
                    self._count_arrival(media_s)

    def _count_arrival(self, at_s: float) -> None:
        lamp = self._lamp_at(at_s)
        if lamp in SHOWN:
            on_green = int(lamp is Lamp.GREEN)
            self._arrivals = [self._arrivals[0] + on_green, self._arrivals[1] + 1]
            self._cells.at(at_s).arrivals[self._place] += (on_green, 1)

    def _lamp_at(self, at_s: float) -> Lamp:
        place = bisect_right([since_s for since_s, _ in self._shown], at_s)
        return self._shown[place - 1][1] if place else Lamp.UNKNOWN

    def _waiting(self, trails: Trails, media_s: float) -> dict[int, int] | None:
        if not self._approach.lanes or self._watched_since_s is None:
            return None
        if media_s - self._watched_since_s <= JUDGED_AFTER_S + UNBORN_S:
            return None
        return dict(standing_in(trails, self._approach.lanes))

    def _close(self) -> Green:
        assert self._over is not None
        green, self._over = self._over, None
        green.arrivals = (self._arrivals[0], self._arrivals[1])
        self._arrivals = [0, 0]
        return green
