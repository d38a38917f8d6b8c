"""The answer to what an offence costs, the reason why there is none, and what several offences cost together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from violations.law.dated import Certainty, Written
from violations.law.entries import Amount, Code, Points
from vision.events.bodies import Name
from vision.vehicles import KindName


class FineRange(Written):
    """A range of dong, the licence points, where it is written, and how sure we are of it.

    codes: empty where only the amount is known. version: the decree, then each that amended it by the day asked for.
    since: first day this stands as given. note, place_note: sentences the reviewer must see, on an amendment and on
    the place; remark: what else the text says; each empty where there is none.
    """

    offence: Name
    vehicle: KindName
    from_vnd: Amount
    to_vnd: Amount
    points: Points
    codes: tuple[Code, ...]
    source: str
    version: str
    since: date
    certainty: Certainty
    place: Name | None = None
    note: str = ""
    place_note: str = ""
    remark: str = ""

    @property
    def articles(self) -> tuple[str, ...]:
        """Where each code stands in the decree, such as 'article 6, clause 9, point b'."""
        split = (code.split(".")[1:] for code in self.codes)
        return tuple(f"article {article}, clause {clause}, point {point}" for article, clause, point in split)


class WhyNoFine(StrEnum):
    OFFENCE_NOT_HELD = "offence_not_held"
    NOT_FOR_THIS_VEHICLE = "not_for_this_vehicle"
    NOT_ON_THIS_DAY = "not_on_this_day"


@dataclass(frozen=True, slots=True)
class NoFine:
    """The catalogue does not know: why, and a sentence. It is false, so that `if answer` asks for an amount."""

    why: WhyNoFine
    sentence: str

    def __bool__(self) -> Literal[False]:
        return False

    @classmethod
    def of(cls, offence: str, vehicle: str, at: date, why: WhyNoFine) -> "NoFine":
        found = {
            WhyNoFine.OFFENCE_NOT_HELD: "it holds no such offence",
            WhyNoFine.NOT_FOR_THIS_VEHICLE: f"it holds the offence, not for a {vehicle}",
            WhyNoFine.NOT_ON_THIS_DAY: f"what it holds was not in force on {at.isoformat()}",
        }
        return cls(why, f"fine for {offence} of a {vehicle}: the catalogue does not say: {found[why]}")


@dataclass(frozen=True, slots=True)
class Deduction:
    """points off the licence, and the fine they come from; None and 0 where no fine takes any."""

    points: int
    because_of: FineRange | None


def points_together(fines: Iterable[FineRange]) -> Deduction:
    """Several offences fined at one time cost one deduction, the largest; the first of equals is named.

    Source: Decree 168/2024/NĐ-CP as held in the catalogue.
    """
    largest = max(fines, key=lambda one: one.points, default=None)
    return Deduction(largest.points, largest) if largest and largest.points else Deduction(0, None)


def points_left(held: int, fines: Iterable[FineRange]) -> int:
    """What stays of `held` points (0 to 12); never below zero."""
    return max(held - points_together(fines).points, 0)
