"""Crossings added up: per line and interval for the centre, over all for one video."""

from collections import Counter
from collections.abc import Iterable, Sequence

from vision.events.bodies import Counts, Crossing, Direction
from vision.vehicles import KindName

Tally = dict[Direction, dict[KindName, int]]

# Two frames further apart than this have a hole between them in which nobody looked.
LONGEST_STEP_S = 1.0
# A crossing is certain only a little after it happened; so long an interval waits for its last ones.
LATEST_S = 2.0


def tally(crossings: Iterable[Crossing]) -> Tally:
    """How many of each kind went each way; both directions are always there, kinds never seen are not."""
    numbers = Counter((each.direction, each.vehicle) for each in crossings)
    return {
        direction: {kind: number for (way, kind), number in sorted(numbers.items()) if way is direction}
        for direction in Direction
    }


class IntervalCounts:
    """Adds up the crossings of one camera in intervals that begin at whole multiples of `interval_s` in media time.

    A crossing belongs to the interval of its `at_s`. One that becomes certain only after its interval was given out
    (a vehicle that stood on the line for minutes) goes to the oldest one still open: late, never lost. An interval of
    which no moment was watched and in which nothing crossed is left out.
    """

    def __init__(self, interval_s: float, lines: Sequence[str]) -> None:
        if not interval_s > 0:
            raise ValueError(f"interval_s: wanted more than 0 seconds, found {interval_s}")
        self._interval_s = interval_s
        self._lines = tuple(lines)
        self._last_s: float | None = None
        self._oldest = 0
        self._watched_s: dict[int, float] = {}
        self._crossings: dict[int, list[Crossing]] = {}

    def update(self, crossings: Iterable[Crossing], media_s: float) -> list[Counts]:
        """Take in one analysed frame; the counts of intervals that ended long enough before it, in order of time."""
        if self._last_s is None:
            self._oldest = self._place(media_s)
        elif 0 < media_s - self._last_s <= LONGEST_STEP_S:
            self._watch(self._last_s, media_s)
        self._last_s = media_s
        for crossing in crossings:
            self._crossings.setdefault(max(self._place(crossing.at_s), self._oldest), []).append(crossing)
        return self._give_out(self._place(media_s - LATEST_S))

    def finish(self) -> list[Counts]:
        """The counts of every interval still open; the last one's coverage says how much of it the video filled."""
        return self._give_out(max([self._oldest, *self._watched_s, *self._crossings]) + 1)

    def _place(self, media_s: float) -> int:
        return int(media_s // self._interval_s)

    def _watch(self, since_s: float, until_s: float) -> None:
        """Add the time between two frames to the intervals it lies in."""
        for place in range(self._place(since_s), self._place(until_s) + 1):
            starts_s, ends_s = place * self._interval_s, (place + 1) * self._interval_s
            here_s = max(min(until_s, ends_s) - max(since_s, starts_s), 0.0)
            if here_s and place >= self._oldest:
                self._watched_s[place] = self._watched_s.get(place, 0.0) + here_s

    def _give_out(self, before: int) -> list[Counts]:
        """The counts of the open intervals up to but not including the place `before`."""
        ripe = sorted(place for place in {*self._watched_s, *self._crossings} if place < before)
        self._oldest = max(self._oldest, before)
        return [
            counts
            for place in ripe
            for counts in self._counts(place, self._watched_s.pop(place, 0.0), self._crossings.pop(place, []))
        ]

    def _counts(self, place: int, watched_s: float, crossings: Sequence[Crossing]) -> list[Counts]:
        return [
            Counts(
                line=line,
                since_s=place * self._interval_s,
                until_s=(place + 1) * self._interval_s,
                coverage=min(watched_s / self._interval_s, 1.0),
                counts=tally(each for each in crossings if each.line == line),
            )
            for line in self._lines
        ]
