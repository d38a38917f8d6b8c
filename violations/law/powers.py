"""Who may decide a fine: each office has a limit, and the lowest that reaches far enough gets the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Literal

from violations.law.dated import Certainty, LawFile, Written, day_in_vietnam, read_law_file
from violations.law.entries import Amount
from violations.law.fine_range import FineRange
from vision.events.bodies import Name
from vision.geometry.marked_yaml import Loc


class Power(Written):
    """An office that may fine up to `up_to_vnd`. since, until: first and last day; no end where until is None."""

    office: Name
    title_vi: str
    title_en: str
    up_to_vnd: Amount
    source: str
    certainty: Certainty
    since: date
    until: date | None = None

    def stands(self, on: date) -> bool:
        return self.since <= on <= (self.until or date.max)


@dataclass(frozen=True, slots=True)
class NoPower:
    """Nobody is known to have the power; a sentence. It is false, like NoFine."""

    sentence: str

    def __bool__(self) -> Literal[False]:
        return False


class Powers(LawFile):
    powers: tuple[Power, ...]

    def on(self, day: date) -> list[Power]:
        """Those in force, the smallest limit first."""
        return sorted((power for power in self.powers if power.stands(day)), key=lambda power: power.up_to_vnd)

    def problems(self) -> Iterator[tuple[Loc, str]]:
        for (_, one), (number, other) in combinations(enumerate(self.powers), 2):
            meet = one.since <= (other.until or date.max) and other.since <= (one.until or date.max)
            if one.office == other.office and meet:
                yield ("powers", number), f"{one.office}: two limits in the same days"


def who_may_fine(fine: FineRange, on: date, powers: Powers | None = None) -> Power | NoPower:
    """The lowest office whose limit reaches the upper end of the range; `on` is the day of the decision.

    That the upper end decides is our reading of how powers are counted; it never gives a case to too low an office.
    Raises LawError for a moment without its time zone.
    """
    day = day_in_vietnam(on, "who may fine")
    in_force = (powers or shipped_powers()).on(day)
    if not in_force:
        return NoPower(f"who may fine on {day.isoformat()}: no powers are held for that day")
    able = next((power for power in in_force if power.up_to_vnd >= fine.to_vnd), None)
    most = in_force[-1]
    return able or NoPower(f"who may fine {fine.to_vnd} dong: wanted at most {most.up_to_vnd} ({most.title_en})")


@cache
def shipped_powers() -> Powers:
    """The ones beside this file, read once."""
    with resources.as_file(resources.files("violations.law") / "powers.yaml") as path:
        return load_powers(path)


def load_powers(path: Path) -> Powers:
    """Raises LawFileError with every mistake and its line."""
    return read_law_file(path, Powers)
