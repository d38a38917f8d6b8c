"""What an offence costs: a lookup in dated, sourced data. An offence is judged by the law of its own day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from violations.errors import LawError
from vision.events.bodies import Name
from vision.vehicles import KindName

Certainty = Literal["P", "S", "R", "I", "U"]
Code = Annotated[str, Field(pattern=r"^\d{4,6}\.\d+\.\d+\.[a-zđ]$")]
Amount = Annotated[int, Field(gt=0)]

# Vietnam has one time zone and no summer time; the day of an offence is the day there.
VIETNAM = timezone(timedelta(hours=7))


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fine(Written):
    """A range of dong, the licence points, where it is written, and how sure we are of it.

    since: first day this stands as given. note: a sentence the reviewer must see, empty where there is none.
    """

    offence: Name
    vehicle: KindName
    from_vnd: Amount
    to_vnd: Amount
    points: Annotated[int, Field(ge=0, le=12)]
    codes: tuple[Code, ...]
    source: str
    since: date
    certainty: Certainty
    note: str = ""


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


class Row(Written):
    """One offence of some vehicles. since, until: first and last day, None for those of the decree and for no end."""

    offence: Name
    vehicles: Annotated[tuple[KindName, ...], Field(min_length=1)]
    from_vnd: Amount
    to_vnd: Amount
    points: Annotated[int, Field(ge=0, le=12)]
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    decree: str
    certainty: Certainty
    place: Name | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        if self.to_vnd < self.from_vnd:
            raise ValueError(f"to_vnd: wanted {self.from_vnd} or more, found {self.to_vnd}")
        return self


class Catalogue(Written):
    """Checked as a whole: every decree is listed, and no two rows answer the same question."""

    format: Literal[1]
    decrees: dict[str, Decree]
    amendments: tuple[Amendment, ...] = ()
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name in (*(row.decree for row in self.rows), *(change.of for change in self.amendments)):
            if name not in self.decrees:
                raise ValueError(f"decree {name}: wanted one of {', '.join(self.decrees)}")
        for row, other in combinations(self.rows, 2):
            if self._both_answer(row, other):
                raise ValueError(f"{row.offence}: two rows for {', '.join(other.vehicles)} in the same days and place")
        return self

    def find(self, offence: str, vehicle: str, at: date, place: str | None) -> Fine | None:
        """The row of the place, else of the country; None where the catalogue does not know."""
        rows = [
            row
            for row in self.rows
            if row.offence == offence and vehicle in row.vehicles and self._since(row) <= at <= _until(row)
        ]
        local = [row for row in rows if row.place == place]
        national = [row for row in rows if row.place is None]
        return next((self._fine(row, vehicle, at) for row in (*local, *national)), None)

    def _fine(self, row: Row, vehicle: str, at: date) -> Fine:
        changes = list(self._amendments(row, at))
        latest = changes[-1] if changes else None
        return Fine.model_validate(
            {
                **row.model_dump(include={"offence", "from_vnd", "to_vnd", "points", "codes"}),
                "vehicle": vehicle,
                "source": self.decrees[row.decree].title,
                "since": latest.since if latest else self._since(row),
                "certainty": latest.certainty if latest else row.certainty,
                "note": latest.note if latest else "",
            }
        )

    def _amendments(self, row: Row, at: date) -> Iterator[Amendment]:
        """Those that came after the row was entered and before the offence, in order."""
        for change in sorted(self.amendments, key=lambda one: one.since):
            if change.of == row.decree and self._since(row) < change.since <= at:
                yield change

    def _since(self, row: Row) -> date:
        return row.since or self.decrees[row.decree].since

    def _both_answer(self, row: Row, other: Row) -> bool:
        same = (row.offence, row.place) == (other.offence, other.place) and set(row.vehicles) & set(other.vehicles)
        return bool(same) and self._since(row) <= _until(other) and self._since(other) <= _until(row)


def fine(
    offence: str, vehicle: str, at: date, place: str | None = None, catalogue: Catalogue | None = None
) -> Fine | None:
    """What the law of the day `at` says, or None where we do not know; a guess is worse than no answer.

    at: the day in Vietnam, or an aware moment. place: a locality with amounts of its own; where it has none the
    country's stand. catalogue: the one that ships when None.
    """
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise LawError(f"fine for {offence}: wanted a day or a moment with its time zone, found {at.isoformat()}")
        at = at.astimezone(VIETNAM).date()
    return (catalogue or shipped_catalogue()).find(offence, vehicle, at, place)


@cache
def shipped_catalogue() -> Catalogue:
    """The one beside this file, read once."""
    with resources.as_file(resources.files("violations.law") / "catalogue.yaml") as path:
        return load_catalogue(path)


def load_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue. Raises LawError with the first mistake and its place."""
    try:
        return Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LawError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise LawError(f"{path}: {where}: {first['msg']}, found {str(first['input'])[:100]}") from error


def _until(row: Row) -> date:
    return row.until or date.max
