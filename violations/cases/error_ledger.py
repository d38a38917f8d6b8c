"""What an office publishes of its own mistakes: by month, camera and offence, with small numbers withheld. Pure.

Where only a few cases stand behind a row, somebody who knows of one of them would learn how it came out. Such rows are
put together within their month; where even together they are few, the month says only that there are some. Totals add
up what is shown and nothing else, so that no subtraction brings a withheld row back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from violations.cases.agreement import UNDECIDED
from violations.cases.states import CaseState

FEWEST = 5
TOGETHER = "*"
"""In the place of camera and offence in a month's row of small numbers."""
Outcome = tuple[str, str, str, CaseState, int]
"""Month such as 2026-11, camera, offence, how cases came out, and how many."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Cases recorded in one month. accepted: an offence for all who decided so far; rejected: let go by the desk;
    overturned: accepted first, let go later. The three are None where the numbers are withheld."""

    month: str
    camera: str
    offence: str
    accepted: int | None
    rejected: int | None
    overturned: int | None

    @property
    def decided(self) -> int | None:
        if self.accepted is None or self.rejected is None or self.overturned is None:
            return None
        return self.accepted + self.rejected + self.overturned


def error_ledger(outcomes: Iterable[Outcome], fewest: int = FEWEST) -> tuple[LedgerRow, ...]:
    """Newest month first, then by camera and offence; the row of a month's small numbers last."""
    counted: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(dict)
    for month, camera, offence, state, n in outcomes:
        if state not in UNDECIDED and state is not CaseState.CLOSED:
            counted[month].setdefault((camera, offence), [0, 0, 0])[_column(state)] += n
    return tuple(row for month in sorted(counted, reverse=True) for row in _month(month, counted[month], fewest))


def total(rows: Iterable[LedgerRow], camera: str = "", offence: str = "") -> LedgerRow:
    """What the rows show, added up; a withheld one adds nothing."""
    shown = [row for row in rows if row.decided is not None]
    return LedgerRow(
        "",
        camera,
        offence,
        sum(row.accepted or 0 for row in shown),
        sum(row.rejected or 0 for row in shown),
        sum(row.overturned or 0 for row in shown),
    )


def _column(state: CaseState) -> int:
    return {CaseState.REJECTED: 1, CaseState.WITHDRAWN: 2}.get(state, 0)


def _month(month: str, cells: dict[tuple[str, str], list[int]], fewest: int) -> Iterator[LedgerRow]:
    small = [numbers for numbers in cells.values() if sum(numbers) < fewest]
    for (camera, offence), numbers in sorted(cells.items()):
        if sum(numbers) >= fewest:
            yield LedgerRow(month, camera, offence, *numbers)
    if small:
        together = [sum(column) for column in zip(*small, strict=True)]
        enough = sum(together) >= fewest
        yield (
            LedgerRow(month, TOGETHER, TOGETHER, *together)
            if enough
            else LedgerRow(month, TOGETHER, TOGETHER, None, None, None)
        )
