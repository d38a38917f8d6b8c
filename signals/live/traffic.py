"""What is heard of the traffic at one junction, kept up to the moment: who stands, who comes, who has passed.

Two sources, the better one first. A *word* is what a detector says about once a second: its silence shows within three
seconds. *Facts and events* are what cameras deliver anyway, every fifteen seconds and a moment after each crossing: the
queue is then carried on from the last fact by who came and who passed.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from signals.live.approaches import Approaches
from signals.live.control import Source
from signals.live.errors import LiveError
from signals.sentences import said
from vision.arrays import F64, Bool

# With the step of a junction's own clock, the stored plan runs within 4 s of the last word.
WORD_S = 3.0
# Facts of 15 s are told some seconds after their end: two that did not come.
FACTS_S = 45.0
KEPT_S = 90.0
# Somebody may always stand at a crossing for people: nobody counts them, and no button is asked.
WALKER = 0.5
MOST_COMING = 200


@dataclass(frozen=True, slots=True)
class Word:
    """What a detector says of one movement now.

    queued: vehicles that stand or crawl. coming_s: seconds until each of those that come would be at the stop line.
    passed: over it since the word before. outflow: share of its saturation flow that the road beyond can take. units:
    of the default table, of a mean vehicle; None: not known.
    """

    movement: str
    queued: float
    coming_s: tuple[float, ...] = ()
    passed: float = 0.0
    outflow: float = 1.0
    units: float | None = None

    def sound(self) -> bool:
        """NaN fails every comparison."""
        numbers = (self.queued, self.passed, *self.coming_s)
        fits = all(isfinite(one) and one >= 0 for one in numbers) and len(self.coming_s) <= MOST_COMING
        return fits and 0 <= self.outflow <= 1 and (self.units is None or (isfinite(self.units) and self.units > 0))


@dataclass(frozen=True, slots=True)
class Fact:
    """One interval of an approach's facts: vehicles in queue and over the line a second, on average; at_s: its middle.

    units as in Word."""

    movement: str
    at_s: float
    queued: float | None
    passing_vps: float | None
    units: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Rows are movements. queued, outflow, passed, units (m,) float64; arrivals (m, steps). passed NaN: not told;
    units NaN: not known; queued and arrivals 0 where nothing is known."""

    queued: F64
    arrivals: F64
    outflow: F64
    passed: F64
    units: F64


class TrafficBook:
    """One junction. Times are seconds of its steady clock; who calls in what order does not matter but for time."""

    def __init__(self, approaches: Approaches) -> None:
        count = len(approaches.names)
        self._approaches = approaches
        self._rows = {name: row for row, name in enumerate(approaches.names) if approaches.watched[row]}
        self._word_s, self._alive_s, self._fact_s = (np.full(count, -np.inf) for _ in range(3))
        self._queued, self._outflow, self._passed = np.zeros(count), np.ones(count), np.zeros(count)
        self._anchor, self._flow_vps, self._units = np.zeros(count), np.zeros(count), np.full(count, np.nan)
        self._coming: list[F64] = [np.zeros(0)] * count
        self._over: list[deque[float]] = [deque() for _ in range(count)]
        self._before: list[deque[float]] = [deque() for _ in range(count)]
        self._crossed = np.zeros(count)

    def tell(self, words: Sequence[Word], now_s: float) -> None:
        """All or none; now_s: when it was seen. Raises LiveError for a movement nobody watches here, and for numbers
        that are none."""
        for word in words:
            if word.movement not in self._rows:
                wanted = ", ".join(self._rows) or "none"
                sentence = said(
                    "Movement {movement} has no approach in the library (these have: {wanted}).",
                    movement=word.movement,
                    wanted=wanted,
                )
                raise LiveError("approaches", sentence)
            if not word.sound():
                sentence = said(
                    "Movement {movement}: wanted numbers of 0 or more, and shares up to 1; found {found}.",
                    movement=word.movement,
                    found=repr(word),
                )
                raise LiveError("approaches", sentence)
        for word in words:
            row = self._rows[word.movement]
            self._passed[row] += word.passed
            if now_s < self._word_s[row]:
                continue  # overtaken on the way by a newer one
            self._word_s[row], self._queued[row], self._outflow[row] = now_s, word.queued, word.outflow
            self._coming[row] = now_s + np.array(word.coming_s, np.float64)
            self._units[row] = self._units[row] if word.units is None else word.units

    def tell_fact(self, fact: Fact, now_s: float) -> None:
        """A movement that is not watched, or an interval long past, is not listened to."""
        row = self._rows.get(fact.movement)
        if row is None or fact.at_s <= self._fact_s[row] or not 0 <= now_s - fact.at_s <= KEPT_S:
            return
        if fact.queued is not None and fact.passing_vps is not None:
            self._fact_s[row], self._anchor[row] = fact.at_s, max(fact.queued, 0.0)
            # About the last minute counts.
            known = np.isfinite(self._alive_s[row])
            self._flow_vps[row] += (0.25 if known else 1.0) * (max(fact.passing_vps, 0.0) - self._flow_vps[row])
            self._alive_s[row] = now_s
        if fact.units is not None and fact.units > 0:
            self._units[row] = fact.units

    def crossed(self, movement: str, at_s: float, *, upstream: bool, now_s: float) -> None:
        """One vehicle over the stop line, or over the line before it."""
        row = self._rows.get(movement)
        if row is None or not now_s - KEPT_S <= at_s <= now_s + WORD_S:
            return
        (self._before if upstream else self._over)[row].append(min(at_s, now_s))
        self._crossed[row] += not upstream

    def source(self, now_s: float) -> list[Source]:
        """Of each movement."""
        detector, facts = self._detector(now_s), self._facts(now_s)
        return [
            Source.DETECTOR if word else Source.FACTS if fact else Source.NONE
            for word, fact in zip(detector.tolist(), facts.tolist(), strict=True)
        ]

    def age_s(self, now_s: float) -> F64:
        """(m,) since the last word or fact; infinite where there was none."""
        return np.asarray(now_s - np.maximum(self._word_s, self._alive_s), np.float64)

    def look(self, served: Bool, now_s: float, step_s: float, steps: int) -> Heard:
        """served: (m,) who has green. Who passed is told once: the next look tells of those after this one."""
        detector, facts = self._detector(now_s), self._facts(now_s)
        queued, passed = np.zeros(len(served)), np.full(len(served), np.nan)
        arrivals = np.zeros((len(served), steps))
        for row in np.flatnonzero(detector | facts).tolist():
            if detector[row]:
                queued[row], passed[row] = self._queued[row], self._passed[row]
                arrivals[row] = _by_step(self._coming[row] - now_s, step_s, steps)
            else:
                queued[row], passed[row] = self._carried_on(row, now_s), self._crossed[row]
                arrivals[row] = self._expected(row, now_s, step_s, steps)
        walks = self._approaches.walks
        self._passed[:] = self._crossed[:] = 0.0
        return Heard(
            np.where(walks & ~served, WALKER, queued),
            arrivals,
            np.where(detector, self._outflow, 1.0),
            np.where(walks, 0.0, passed),
            self._units.copy(),
        )

    def _detector(self, now_s: float) -> Bool:
        return np.asarray(now_s - self._word_s <= WORD_S, np.bool_)

    def _facts(self, now_s: float) -> Bool:
        return np.asarray(now_s - self._alive_s <= FACTS_S, np.bool_)

    def _carried_on(self, row: int, now_s: float) -> float:
        """Who stands by now: those of the last fact, and who came since, less who passed."""
        for kept in (self._over[row], self._before[row]):
            while kept and kept[0] < now_s - KEPT_S:
                kept.popleft()
        since_s, upstream = self._fact_s[row], self._upstream_s(row)
        gone = sum(since_s < at <= now_s for at in self._over[row])
        came = (
            float(self._flow_vps[row]) * float(now_s - since_s)
            if upstream is None
            else sum(since_s < at + upstream <= now_s for at in self._before[row])
        )
        return float(max(self._anchor[row] + came - gone, 0.0))

    def _expected(self, row: int, now_s: float, step_s: float, steps: int) -> F64:
        """Those seen to come, and beyond them as many as usual."""
        usual = np.full(steps, self._flow_vps[row] * step_s)
        upstream = self._upstream_s(row)
        if upstream is None:
            return usual
        ahead_s = np.array([at + upstream - now_s for at in self._before[row]], np.float64)
        known = step_s * np.arange(steps) < upstream
        return np.where(known, _by_step(ahead_s[ahead_s > 0], step_s, steps), usual)

    def _upstream_s(self, row: int) -> float | None:
        upstream = self._approaches.at[self._approaches.names[row]].upstream
        return None if upstream is None else upstream.drive_s


def _by_step(ahead_s: F64, step_s: float, steps: int) -> F64:
    """(steps,) how many fall into each step; who should be there by now counts in the first."""
    step = np.floor(np.maximum(ahead_s, 0.0) / step_s).astype(np.int64)
    return np.bincount(step[step < steps], minlength=steps)[:steps].astype(np.float64)
