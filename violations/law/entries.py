"""The entries a catalogue of fines is made of, as they stand in its file."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from violations.law.dated import Certainty, Written
from vision.events.bodies import Name
from vision.vehicles import KindName

CODE = re.compile(r"\d{3,6}\.\d+\.\d+\.[a-zđ]")


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(f"wanted decree and year, article, clause, point such as 16824.6.9.b, found '{text}'")
    return text


Code = Annotated[str, AfterValidator(_code)]
Amount = Annotated[int, Field(gt=0)]
Points = Annotated[int, Field(ge=0, le=12)]


class Decree(Written):
    since: date
    title: str


class Amendment(Written):
    """Rows of the decree `of` are, from `since` on, known no better than `certainty`."""

    decree: str
    of: str
    since: date
    certainty: Certainty
    note: str


class Locality(Written):
    """A place that may set amounts of its own, at most `up_to_times` the country's.

    note, certainty: what is known of its list; they go with the country's amount where the place has no row.
    since: None where the day is not known.
    """

    title: str
    up_to_times: Annotated[float, Field(ge=1, allow_inf_nan=False)]
    certainty: Certainty
    note: str
    since: date | None = None

    def stands(self, at: date) -> bool:
        return self.since is None or self.since <= at


class SpeedBand(Written):
    """Driving `from_kmh` or more above the limit; where `included` is false, more than that."""

    offence: Name
    from_kmh: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    included: bool

    def reached_by(self, over_kmh: float) -> bool:
        return over_kmh > self.from_kmh or (self.included and over_kmh == self.from_kmh)


class Row(Written):
    """One offence of some vehicles. since, until: first and last day, None for those of the decree and for no end.

    codes: empty where only the amount is known. remark: what else the text says, for the reviewer.
    """

    offence: Name
    vehicles: Annotated[tuple[KindName, ...], Field(min_length=1)]
    from_vnd: Amount
    to_vnd: Amount
    points: Points
    codes: tuple[Code, ...]
    decree: str
    certainty: Certainty
    place: Name | None = None
    since: date | None = None
    until: date | None = None
    remark: str = ""

    @property
    def last_day(self) -> date:
        return self.until or date.max

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        if self.to_vnd < self.from_vnd:
            raise ValueError(f"to_vnd: wanted {self.from_vnd} or more, found {self.to_vnd}")
        if self.since and self.last_day < self.since:
            raise ValueError(f"until: wanted {self.since} or later, found {self.until}")
        return self
