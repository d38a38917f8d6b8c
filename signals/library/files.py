"""The YAML files of plan libraries and streets: read whole, or refused with the line that is wrong."""

from collections.abc import Sequence
from pathlib import Path

from signals.errors import Fault, SignalsError
from signals.library.convert import library_of, street_of
from signals.library.described import LibraryIn, StreetIn
from signals.optimize.corridor.street import Street
from signals.plan.library import PlanLibrary
from signals.sentences import said
from vision.geometry.marked_model import read_model


class LibraryError(SignalsError):
    """A file of plans or of a street that cannot be used. `where` of its faults begins with the file."""


def load_library(file: Path) -> tuple[LibraryIn, PlanLibrary]:
    """As written, and checked: no plan in it is unsafe. Raises LibraryError."""
    described, _ = read_model(file, LibraryIn, _wrong)
    try:
        return described, library_of(described)
    except SignalsError as error:
        raise _within(file, error) from error


def load_street(file: Path) -> tuple[StreetIn, Street]:
    """Raises LibraryError."""
    described, _ = read_model(file, StreetIn, _wrong)
    try:
        return described, street_of(described)
    except SignalsError as error:
        raise _within(file, error) from error


def _wrong(file: Path, line: int, problem: str, others: Sequence[tuple[int, str]]) -> LibraryError:
    lines = [(line, problem), *others]
    return LibraryError(
        *(
            Fault(
                f"{file}:{at}",
                said("{file}, line {at}: {text}.", file=file, at=at, text=text)
                if at
                else said("{file}: {text}.", file=file, text=text),
            )
            for at, text in lines
        )
    )


def _within(file: Path, error: SignalsError) -> LibraryError:
    return LibraryError(
        *(
            Fault(f"{file}:{fault.where}", said("{file}: {sentence}", file=file, sentence=fault.sentence))
            for fault in error.faults
        )
    )
