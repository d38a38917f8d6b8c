"""What an offence costs: a lookup in dated, sourced data. An offence is judged by the law of its own day."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from unicodedata import normalize

from pydantic import Field

from violations.law.dated import Certainty, LawFile, day_in_vietnam, read_law_file, weakest
from violations.law.entries import Amendment, Decree, Locality, Row, SpeedBand
from violations.law.fine_range import FineRange, NoFine, WhyNoFine
from vision.events.bodies import Name
from vision.geometry.marked_yaml import Loc

__all__ = ["Catalogue", "Certainty", "fine", "load_catalogue", "place_named", "shipped_catalogue", "speeding_offence"]


class Catalogue(LawFile):
    """Checked as a whole: decrees and places are listed, no two rows answer one question, no place exceeds its cap."""

    decrees: dict[str, Decree]
    amendments: tuple[Amendment, ...] = ()
    localities: dict[Name, Locality] = Field(default_factory=dict)
    speeding: tuple[SpeedBand, ...] = ()
    rows: tuple[Row, ...]

    def find(self, offence: str, vehicle: str, at: date, place: str | None) -> FineRange | NoFine:
        """The row of the place, else of the country; a reason where the catalogue does not know."""
        of_offence = [row for row in self.rows if row.offence == offence and row.place in {None, place}]
        of_vehicle = [row for row in of_offence if vehicle in row.vehicles]
        in_force = [row for row in of_vehicle if self.since(row) <= at <= row.last_day]
        if in_force:
            row = max(in_force, key=lambda one: one.place is not None)
            return self._answer(row, vehicle, at, self.localities.get(place or ""))
        return NoFine.of(offence, vehicle, at, _why_none(of_offence, of_vehicle))

    def speeding_offence(self, over_kmh: float) -> str | None:
        """The offence of driving this far above the limit; None where it is none (a NaN never is one)."""
        reached = [band for band in self.speeding if band.reached_by(over_kmh)]
        return reached[-1].offence if reached else None

    def place_named(self, district: str) -> str | None:
        """The locality whose name or title the words end with, as in `Cầu Giấy, Hà Nội`; None where it is none held."""
        last = _plain(district.rpartition(",")[2])
        named = (name for name, one in self.localities.items() if last in {_plain(name), _plain(one.title)})
        return next(named, None)

    def since(self, row: Row) -> date:
        return row.since or self.decrees[row.decree].since

    def _answer(self, row: Row, vehicle: str, at: date, locality: Locality | None) -> FineRange:
        changes = list(self._amendments(row, at))
        latest = changes[-1] if changes else None
        certainty = latest.certainty if latest else row.certainty
        # The country's amount is known no better for a place than whether the place has one of its own.
        doubt = locality if row.place is None and locality and locality.stands(at) else None
        return FineRange.model_validate(
            {
                **row.model_dump(include={"offence", "from_vnd", "to_vnd", "points", "codes", "place", "remark"}),
                "vehicle": vehicle,
                "source": self.decrees[row.decree].title,
                "version": " + ".join([row.decree, *(change.decree for change in changes)]),
                "since": latest.since if latest else self.since(row),
                "certainty": weakest(certainty, doubt.certainty) if doubt else certainty,
                "note": latest.note if latest else "",
                "place_note": doubt.note if doubt else "",
            }
        )

    def _amendments(self, row: Row, at: date) -> Iterator[Amendment]:
        """Those that came after the row was entered and before the offence, in order."""
        for change in sorted(self.amendments, key=lambda one: one.since):
            if change.of == row.decree and self.since(row) < change.since <= at:
                yield change

    def problems(self) -> Iterator[tuple[Loc, str]]:
        known = ", ".join(self.decrees)
        named = [(("rows", number, "decree"), row.decree) for number, row in enumerate(self.rows)]
        named += [(("amendments", number, "of"), change.of) for number, change in enumerate(self.amendments)]
        unknown = [(loc, f"decree {name}: wanted one of {known}") for loc, name in named if name not in self.decrees]
        yield from unknown
        if unknown:
            return
        yield from self._place_problems()
        for (_, row), (number, other) in combinations(enumerate(self.rows), 2):
            if self._both_answer(row, other):
                twice = f"{row.offence}: two rows for {', '.join(other.vehicles)} in the same days and place"
                yield ("rows", number), twice
        for number, (lower, higher) in enumerate(zip(self.speeding, self.speeding[1:], strict=False), 1):
            if higher.from_kmh <= lower.from_kmh:
                yield ("speeding", number), f"wanted a speed above {lower.from_kmh:g} km/h, found {higher.from_kmh:g}"

    def _place_problems(self) -> Iterator[tuple[Loc, str]]:
        for number, row in enumerate(self.rows):
            if row.place is None:
                continue
            locality = self.localities.get(row.place)
            if locality is None:
                yield ("rows", number), f"place {row.place}: wanted one of {', '.join(self.localities) or 'no places'}"
                continue
            for country in (one for one in self.rows if one.place is None and self._same_question(row, one)):
                if row.to_vnd > country.to_vnd * locality.up_to_times:
                    most = f"{country.to_vnd * locality.up_to_times:.0f}"
                    yield ("rows", number), f"{row.offence} in {row.place}: wanted at most {most}, found {row.to_vnd}"

    def _both_answer(self, row: Row, other: Row) -> bool:
        return row.place == other.place and self._same_question(row, other)

    def _same_question(self, row: Row, other: Row) -> bool:
        same = row.offence == other.offence and bool(set(row.vehicles) & set(other.vehicles))
        return same and self.since(row) <= other.last_day and self.since(other) <= row.last_day


def fine(
    offence: str, vehicle: str, at: date, place: str | None = None, catalogue: Catalogue | None = None
) -> FineRange | NoFine:
    """What the law of the day `at` says, or why we do not know (false in a condition); a guess is worse than no answer.

    at: the day in Vietnam, or an aware moment. place: a locality with amounts of its own; where it has none the
    country's stand, with what is known of the place. catalogue: the one that ships when None. Raises LawError for a
    moment without its time zone.
    """
    return (catalogue or shipped_catalogue()).find(offence, vehicle, day_in_vietnam(at, f"fine for {offence}"), place)


def speeding_offence(over_kmh: float, catalogue: Catalogue | None = None) -> str | None:
    """The name under which `fine` knows driving `over_kmh` above the limit; None where that is no offence."""
    return (catalogue or shipped_catalogue()).speeding_offence(over_kmh)


def place_named(district: str, catalogue: Catalogue | None = None) -> str | None:
    """The `place` to ask `fine` for an offence in this district of an office; None for the country."""
    return (catalogue or shipped_catalogue()).place_named(district)


@cache
def shipped_catalogue() -> Catalogue:
    """The one beside this file, read once."""
    with resources.as_file(resources.files("violations.law") / "catalogue.yaml") as path:
        return load_catalogue(path)


def load_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue. Raises LawFileError with every mistake and its line."""
    return read_law_file(path, Catalogue)


def _plain(words: str) -> str:
    """Letters with marks may be one sign or two; neither case nor blanks tell names apart."""
    return normalize("NFC", words).strip().casefold()


def _why_none(of_offence: list[Row], of_vehicle: list[Row]) -> WhyNoFine:
    if not of_offence:
        return WhyNoFine.OFFENCE_NOT_HELD
    return WhyNoFine.NOT_ON_THIS_DAY if of_vehicle else WhyNoFine.NOT_FOR_THIS_VEHICLE
