"""Which plan the site itself would run now: week table and day tables, by local time, as M0016 and M0017 set them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from signals.control.rsmp.errors import NotUnderstoodError

DAYS, TABLES = 7, 12
# The highest function of a day table; 0 selects no plan.
FUNCTIONS = 16


@dataclass(slots=True)
class Calendar:
    """week: day table by weekday (0 Monday). days: (table, function, hour, minute) in the order they were given."""

    week: dict[int, int] = field(default_factory=dict)
    days: tuple[tuple[int, int, int, int], ...] = ()

    def plan(self, local: datetime) -> int | None:
        """The function last switched to today; None: none selected."""
        table = self.week.get(local.weekday())
        entries = [each for each in self.days if each[0] == table and each[2:] <= (local.hour, local.minute)]
        latest = max(entries, key=lambda each: each[2:], default=None)
        return (latest[1] or None) if latest else None

    def set_week(self, text: str) -> None:
        """Raises NotUnderstoodError for a day or a table that cannot be. Days that are not named keep their table."""
        pairs = numbers(text)
        for day, table in pairs:
            if not (day < DAYS and table <= TABLES):
                raise NotUnderstoodError(f"Week table: days are 0 to 6 and tables 0 to {TABLES}, found {day}-{table}")
        self.week |= {pair[0]: pair[1] for pair in pairs}

    def set_days(self, text: str, plans: Collection[int]) -> None:
        """The tables that are named are replaced. A plan that is not stored is taken for none when its time comes."""
        entries = [(table, function, hour, minute) for table, function, hour, minute in numbers(text)]
        for table, function, hour, minute in entries:
            if not (1 <= table <= TABLES and function <= FUNCTIONS and hour < 24 and minute < 60):
                told = f"{table}-{function}-{hour}-{minute}"
                raise NotUnderstoodError(f"Time table: wanted table 1-{TABLES}, function 0-{FUNCTIONS}, found {told}")
            if function and function not in plans:
                raise NotUnderstoodError(f"Time table: plan {function} is not stored")
        named = {entry[0] for entry in entries}
        self.days = (*(each for each in self.days if each[0] not in named), *entries)


def numbers(text: str) -> list[tuple[int, ...]]:
    """`1-2,3-4` as tuples; nothing from an empty text."""
    return [tuple(int(each) for each in part.split("-")) for part in text.split(",") if part]


def written(rows: Collection[tuple[int, ...]]) -> str:
    return ",".join("-".join(map(str, row)) for row in rows)
