"""Values that several routes take: moments in UTC, SHA-256 names, and cursors that callers hand back unread."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query, Request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from violations.api.problems import ProblemError


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("wanted a moment between the years 1 and 9999 in UTC") from error


UtcMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Text = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Sha256Path = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, lower-case hex.")]
WholeNumber = Annotated[int, Field(ge=-(2**62), le=2**62)]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before this one.")]
Since = Annotated[UtcMoment | None, Query(description="From this moment on (RFC 3339 with offset).")]
Until = Annotated[UtcMoment | None, Query(description="Before this moment (RFC 3339 with offset).")]


def known_queries(request: Request) -> None:
    """A dependency of routes that filter. Raises ProblemError (422) for a query that the route does not know: a filter
    misspelt and left aside would answer with everything."""
    known = [field.alias for field in request.scope["route"].dependant.query_params]
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unknown-query",
            "There is no such query",
            f"query: wanted only {', '.join(known)}; found {', '.join(unknown)}",
        )


class Answer(BaseModel):
    """What we send: every field is described by its type, none is added in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Place = TypeVar("Place")


class CursorOf(Generic[Place]):
    """Turns the place where a page ended into text and back."""

    def __init__(self, adapter: TypeAdapter[Place]) -> None:
        self._adapter = adapter

    def write(self, place: Place | None) -> str | None:
        return None if place is None else urlsafe_b64encode(self._adapter.dump_json(place)).decode()

    def read(self, text: str | None) -> Place | None:
        """Raises ProblemError (422) for a cursor that is not ours."""
        if text is None:
            return None
        try:
            return self._adapter.validate_json(urlsafe_b64decode(text.encode("ascii")))
        except (ValueError, ValidationError) as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "cursor",
                "The cursor is not ours",
                "cursor: wanted the `next` of the page before this one, found something else",
            ) from error
