"""What goes into a junction comes out or is still in it: a check of every line on all the others.

Each count comes with its error bar, and the bars are added as they are, not in quadrature: a detector's error is a
habit, the same in every window. So books that can balance within their errors are never called wrong. One sum that
does not balance accuses nobody yet. A line is named where a single wrong factor of its counts, the same in every
window, explains them all, and no such factor of any other line does; a camera where every line that could explain it
is that camera's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LineCount:
    """Vehicles over one line in one window; the truth lies in low..high."""

    line: str
    camera: str
    way: Literal["in", "out"]
    count: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.count <= self.high:
            raise ValueError(
                f"{self.line}: wanted 0 <= low <= count <= high, found {self.low}, {self.count}, {self.high}"
            )


@dataclass(frozen=True, slots=True)
class Window:
    """All lines of the junction in [since_s, until_s); each once."""

    since_s: float
    until_s: float
    counts: tuple[LineCount, ...]

    def __post_init__(self) -> None:
        lines = [each.line for each in self.counts]
        if len(set(lines)) < len(lines):
            raise ValueError(f"window from {self.since_s} s: wanted each line once, found {', '.join(lines)}")


@dataclass(frozen=True, slots=True)
class Imbalance:
    """In these windows together, in less out lies in low..high, and no way of storing 0 to `storage` vehicles fits."""

    since_s: float
    until_s: float
    counted_in: float
    counted_out: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """Were the truth this factor times what the line counts, all books would balance. A silent line has no factor."""

    line: str
    camera: str
    factor_low: float | None
    factor_high: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`line`, `camera`: who lies; None where the books balance, or where the evidence points to more than one."""

    imbalances: tuple[Imbalance, ...]
    suspects: tuple[Suspect, ...]
    line: str | None
    camera: str | None

    @property
    def balanced(self) -> bool:
        return not self.imbalances


def check_conservation(windows: Sequence[Window], storage: float) -> Verdict:
    """Judge windows in order of time, each alone and each run of them from the first.

    storage: most vehicles the junction holds between its lines. A line that is missing from a window, such as one whose
    camera was down, leaves the window out. ValueError for a storage below 0.
    """
    if not (math.isfinite(storage) and storage >= 0):
        raise ValueError(f"storage: wanted a number of vehicles from 0 up, found {storage}")
    runs = _runs(_complete(windows))
    imbalances = tuple(one for one in (_imbalance(run, storage) for run in runs) if one)
    suspects = tuple(_suspects(runs, storage)) if imbalances else ()
    cameras = {suspect.camera for suspect in suspects}
    return Verdict(
        imbalances,
        suspects,
        suspects[0].line if len(suspects) == 1 else None,
        cameras.pop() if len(cameras) == 1 else None,
    )


def _complete(windows: Sequence[Window]) -> list[Window]:
    """Those with every line, in order of time."""
    lines = {each.line for window in windows for each in window.counts}
    whole = [window for window in windows if {each.line for each in window.counts} == lines]
    return sorted(whole, key=lambda window: window.since_s)


def _runs(windows: Sequence[Window]) -> list[list[Window]]:
    """Each window alone, and the unbroken runs that begin with the first of each row of neighbours."""
    runs: list[list[Window]] = []
    row: list[Window] = []
    for window in windows:
        row = [*row, window] if row and row[-1].until_s == window.since_s else [window]
        runs.append([window])
        if len(row) > 1:
            runs.append(row)
    return runs


def _imbalance(run: Sequence[Window], storage: float) -> Imbalance | None:
    counts = [each for window in run for each in window.counts]
    low, high = _in_less_out(counts)
    if low <= storage and high >= -storage:
        return None
    ins, outs = (sum(each.count for each in counts if each.way == way) for way in ("in", "out"))
    return Imbalance(run[0].since_s, run[-1].until_s, ins, outs, low, high)


def _in_less_out(counts: Sequence[LineCount]) -> tuple[float, float]:
    low = sum(each.low if each.way == "in" else -each.high for each in counts)
    high = sum(each.high if each.way == "in" else -each.low for each in counts)
    return low, high


def _suspects(runs: Sequence[Sequence[Window]], storage: float) -> list[Suspect]:
    lines = {each.line: each for run in runs for window in run for each in window.counts}
    found: list[Suspect] = []
    for name, line in lines.items():
        if _silent(name, runs):
            if _could_carry(line, runs, storage):
                found.append(Suspect(name, line.camera, None, None))
            continue
        low, high = _factor(line, runs, storage)
        if low <= high:
            found.append(Suspect(name, line.camera, low, high))
    return found


def _silent(name: str, runs: Sequence[Sequence[Window]]) -> bool:
    return not any(each.count for run in runs for window in run for each in window.counts if each.line == name)


def _could_carry(line: LineCount, runs: Sequence[Sequence[Window]], storage: float) -> bool:
    """Whether vehicles that a silent line never counted could balance every run."""
    for run in runs:
        low, high = _in_less_out([each for window in run for each in window.counts if each.line != line.line])
        # What is missing must be missing on this line's own side of the books.
        if (low > storage) if line.way == "in" else (high < -storage):
            return False
    return True


def _factor(line: LineCount, runs: Sequence[Sequence[Window]], storage: float) -> tuple[float, float]:
    """The factors of this line's counts that balance every run; low > high where there is none."""
    least, most = 0.0, math.inf
    for run in runs:
        counts = [each for window in run for each in window.counts]
        own = [each for each in counts if each.line == line.line]
        low, high = _in_less_out([each for each in counts if each.line != line.line])
        # An entry must bring, an exit take away, between so many and so many.
        wanted = (-storage - high, storage - low) if line.way == "in" else (low - storage, high + storage)
        own_low, own_high = sum(each.low for each in own), sum(each.high for each in own)
        if wanted[1] < 0 or (own_high == 0 and wanted[0] > 0):
            return math.inf, 0.0
        least = max(least, wanted[0] / own_high if own_high else 0.0)
        most = min(most, wanted[1] / own_low if own_low else math.inf)
    return least, most
