"""Where the bars of the desk's charts stand: verdicts by day, and each camera's share of errors. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log10

from violations.cases.states import Verdict

WIDTH = 800
LEFT, RIGHT = 56, 792
TOP, BOTTOM = 12, 132
KINDS = (Verdict.ACCEPT, Verdict.REJECT, Verdict.ANOTHER_LOOK)
"""From the axis upwards."""
BAR_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Piece:
    """One verdict's part of a day's bar."""

    verdict: Verdict
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class DayBar:
    day: date
    x: float
    width: float
    pieces: tuple[Piece, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DayChart:
    """most: the value at the upper end of the scale."""

    bars: tuple[DayBar, ...]
    most: int


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A share with its interval, in units of a drawing 200 wide for 0 to `most`."""

    rate: float | None
    low: float
    high: float
    limit: float


def day_chart(days: Sequence[tuple[date, Mapping[Verdict, int]]]) -> DayChart:
    most = _round_up(max((sum(said.values()) for _, said in days), default=0))
    step = (RIGHT - LEFT) / max(1, len(days))
    bars = []
    for place, (day, said) in enumerate(days):
        left = LEFT + (place + (1 - BAR_SHARE) / 2) * step
        bars.append(DayBar(day, round(left, 1), round(BAR_SHARE * step, 1), _pieces(said, most), sum(said.values())))
    return DayChart(tuple(bars), most)


def share_bar(rate: float | None, low: float, high: float, limit: float, most: float = 1.0) -> ShareBar:
    def x_of(share: float) -> float:
        return round(200 * min(share, most) / most, 1)

    return ShareBar(None if rate is None else x_of(rate), x_of(low), x_of(high), x_of(limit))


def _pieces(said: Mapping[Verdict, int], most: int) -> tuple[Piece, ...]:
    scale = (BOTTOM - TOP) / most
    y, pieces = float(BOTTOM), []
    for verdict in KINDS:
        height = said.get(verdict, 0) * scale
        y -= height
        if height:
            pieces.append(Piece(verdict, round(y, 1), round(height, 1)))
    return tuple(pieces)


def _round_up(n: int) -> int:
    """To one, two or five with zeros behind, at least 10."""
    if n <= 10:
        return 10
    power = int(10 ** int(log10(n)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= n)
