"""How the law is kept as data: YAML entries with their days, their source and how sure we are of them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from violations.errors import LawError, LawFileError
from vision.errors import SceneError
from vision.geometry.marked_yaml import LARGEST_BYTES, Loc, MarkedDocument, Problem, read_marked
from vision.geometry.wording import shown, word

Certainty = Literal["P", "S", "R", "I", "U"]
"""P read in the legal text itself, S press or law site, R somebody's public repository, I inferred, U not confirmed."""

# Vietnam has one time zone and no summer time; the day of an offence is the day there.
VIETNAM = timezone(timedelta(hours=7))

ACROSS = "across_entries"


def weakest(*certainties: Certainty) -> Certainty:
    """What is known of a statement that rests on all of these; P where it rests on nothing."""
    return max(certainties, key=get_args(Certainty).index, default="P")


def day_in_vietnam(at: date, what: str) -> date:
    """The day of `at`: a day as it is, or an aware moment. Raises LawError for a moment without its time zone."""
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise LawError(f"{what}: wanted a day or a moment with its time zone, found {at.isoformat()}")
    return at.astimezone(VIETNAM).date()


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LawFile(Written):
    """A whole file, checked across its entries too."""

    format: Literal[1]

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """What no entry shows alone: where it stands, and a sentence."""
        yield from ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for loc, problem in self.problems():
            raise PydanticCustomError(ACROSS, "{problem}", {"problem": problem, "loc": loc})
        return self


LawFileT = TypeVar("LawFileT", bound=LawFile)


def read_law_file(path: Path, model: type[LawFileT]) -> LawFileT:
    """Read and check one file; one LawFileError with every problem found, in order of line."""
    document = _read(path)
    if not isinstance(document.value, dict):
        raise LawFileError(path, 1, f"wanted keys and values such as 'format: 1', found {shown(document.value)}")
    problems = list(document.problems)
    try:
        read = model.model_validate(document.value)
    except ValidationError as error:
        problems += _worded(error, model, document)
    if not problems:
        return read
    first, *others = sorted(problems, key=lambda problem: problem.line)
    raise LawFileError(path, first.line, first.text, [(other.line, other.text) for other in others])


def _read(path: Path) -> MarkedDocument:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise LawFileError(path, 0, f"wanted at most {LARGEST_BYTES} bytes, found {path.stat().st_size}")
        return read_marked(path)
    except OSError as error:
        raise LawFileError(path, 0, f"cannot be read: {error.strerror}") from error
    except SceneError as error:  # the reader of marked YAML speaks for the rooms that read scenes
        raise LawFileError(path, error.line, error.problem) from error


def _worded(error: ValidationError, model: type[BaseModel], document: MarkedDocument) -> Iterator[Problem]:
    for one in error.errors():
        if one["type"] == ACROSS:
            yield Problem(document.line_of(one["ctx"]["loc"]), one["ctx"]["problem"])
        else:
            place = ".".join(map(str, one["loc"]))
            yield Problem(document.line_of(one["loc"]), f"{place}: {word(model, one)}" if place else word(model, one))
