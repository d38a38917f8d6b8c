"""What a comparison of the engine's counts with somebody's own consists of."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from signals.report.geh import GOOD, geh_of_counts
from signals.report.manual import ManualCount, OverLine, Way
from signals.report.number import Number
from signals.report.watched import Origin
from vision.vehicles import KindName

WHOLE = 0.99
"""Coverage from which an interval counts as watched: a recording's last one ends a frame early with nothing missed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One manual row and what the engine counted. coverage None: nobody says how much was looked at.

    engine: its error is known for turning movements alone. cut: the interval begins or ends inside one of the engine's
    whose single vehicles are not at hand. movement: the turn's name in the scene. lost, found: of turns, vehicles that
    entered somewhere and were not seen to leave, and that left and were not seen to enter.
    """

    manual: ManualCount
    camera: str
    since: datetime
    until: datetime
    engine: Number
    coverage: float | None
    origin: Origin
    cut: bool
    movement: str | None = None
    lost: Number | None = None
    found: Number | None = None

    @property
    def engine_n(self) -> int:
        return round(self.engine.value or 0.0)

    @property
    def whole(self) -> bool:
        return self.coverage is not None and self.coverage >= WHOLE and not self.cut

    @property
    def difference(self) -> int:
        return self.engine_n - self.manual.n

    @property
    def geh(self) -> float:
        return geh_of_counts(self.engine_n, self.manual.n, self.manual.length_s)


@dataclass(frozen=True, slots=True)
class Movement:
    """All compared rows of one line or turn and kind. vehicle None: all together. length_s: their sum."""

    camera: str
    place: OverLine | Way
    movement: str | None
    vehicle: KindName | None
    rows: int
    length_s: float
    manual_n: int
    engine: Number
    good: int
    """Rows with GEH below 5."""

    @property
    def engine_n(self) -> int:
        return round(self.engine.value or 0.0)

    @property
    def difference(self) -> int:
        return self.engine_n - self.manual_n

    @property
    def percent(self) -> float | None:
        """Of the manual count; None where that is 0."""
        return 100.0 * self.difference / self.manual_n if self.manual_n else None

    @property
    def geh(self) -> float:
        return geh_of_counts(self.engine_n, self.manual_n, self.length_s)

    @property
    def within_error(self) -> bool | None:
        """Whether the manual count lies inside the engine's own error; None where it states none."""
        return None if self.engine.error is None else abs(self.difference) <= self.engine.error


@dataclass(frozen=True, slots=True)
class Comparison:
    """rows: compared, in the order of the file. left_out: not wholly watched, and the caller wanted only whole ones.

    unlisted: vehicles the engine counted in a manual interval, of a kind or way that no row there speaks of, by
    camera, place and kind.
    """

    rows: tuple[Compared, ...]
    left_out: tuple[Compared, ...]
    movements: tuple[Movement, ...]
    unlisted: Counter[tuple[str, OverLine | Way, KindName]]
    offset_s: float

    @property
    def good_share(self) -> float | None:
        """Share of rows with GEH below 5; None without rows."""
        return sum(row.geh < GOOD for row in self.rows) / len(self.rows) if self.rows else None
