"""Errors as RFC 9457 problem+json: every fault with the field it is about, and what would make the request possible."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from signals.errors import CapacityError, DemandError, Fault, JunctionError, PcuTableError, PlanError, SignalsError
from signals.library.files import LibraryError
from signals.live.errors import ConflictError, ElsewhereError, LiveError, UnknownJunctionError
from signals.sumo.errors import SumoError
from vision.sentences import VIETNAMESE, in_language

MEDIA_TYPE = "application/problem+json"


class FaultOut(BaseModel):
    field: str = Field(description="Dotted path in the request, for instance junction.stages.0.movements.")
    problem: str = Field(description="What is wrong: the thing, the wanted, the found.")


class Problem(BaseModel):
    """RFC 9457 problem details with two members of our own: `errors` and `ways`."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    errors: tuple[FaultOut, ...]
    ways: tuple[str, ...] = Field(
        default=(), description="Demand above capacity: what would make it possible, each alone."
    )


KINDS: dict[type[SignalsError], tuple[str, str, int]] = {
    JunctionError: ("impossible-junction", "The junction cannot be run like this", 422),
    DemandError: ("unusable-demand", "The flows do not say enough", 422),
    PcuTableError: ("unknown-pcu-table", "No such table of passenger-car units", 422),
    CapacityError: ("demand-above-capacity", "Demand above capacity", 422),
    PlanError: ("unsafe-plan", "The plan failed its own safety check and was thrown away", 500),
    LibraryError: ("unusable-library", "The plans cannot be run", 422),
    LiveError: ("live", "This cannot be asked of the junction", 422),
    UnknownJunctionError: ("no-such-junction", "No such junction", 404),
    ElsewhereError: ("runs-elsewhere", "Another process runs the junctions", 503),
    SumoError: ("no-simulation", "The plans cannot be driven in simulation", 503),
    ConflictError: ("live-conflict", "It is not yours to do, or somebody was quicker", 409),
    SignalsError: ("refused", "This cannot be done", 422),
}
"""An error that is not named here is answered as the nearest kind it is one of."""

INVALID = ("invalid-request", "The request is not as described", 422)

RESPONSES: dict[int | str, dict[str, Any]] = {
    422: {
        "description": "The request cannot be met. `errors` names each field; `ways` says what would make it possible.",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    },
    500: {
        "description": "A fault of the engine; no plan leaves it.",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    },
}


class ProblemRoute(APIRoute):
    """Answers this package's errors itself, so that the routes behave the same in every app that includes them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                content_type = request.headers.get("content-type", "none")
                return _response(problem_of_validation(error, content_type, request.url.path))
            except SignalsError as error:
                return _response(problem_of(error, request.url.path, language_of(request)))

        return answer


def language_of(request: Request) -> str:
    """`vi` where a client asks for Vietnamese before anything else, else `en`."""
    first = request.headers.get("accept-language", "").split(",")[0]
    return VIETNAMESE if first.strip().lower().split("-")[0].split(";")[0] == VIETNAMESE else "en"


def problem_of(error: SignalsError, path: str, language: str = "en") -> Problem:
    """The answer to a request of `path` that cannot be met; faults and ways in `language`, `vi` or `en`."""
    named = next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)
    ways = error.ways if isinstance(error, CapacityError) else ()
    faults = tuple(Fault(fault.where, in_language(fault.sentence, language)) for fault in error.faults)
    return _problem(named, path, faults, tuple(in_language(way, language) for way in ways))


def problem_of_validation(error: RequestValidationError, content_type: str, path: str) -> Problem:
    """Field paths without FastAPI's leading `body`; what the client sent is not repeated."""
    if "json" not in content_type:
        sentence = f"Send the body as application/json; found content type {content_type}."
        return _problem(INVALID, path, (Fault("body", sentence),))
    faults = tuple(
        Fault(".".join(str(part) for part in item["loc"][1:]) or "body", item["msg"].removeprefix("Value error, "))
        for item in error.errors()
    )
    return _problem(INVALID, path, faults)


def _problem(named: tuple[str, str, int], path: str, faults: tuple[Fault, ...], ways: tuple[str, ...] = ()) -> Problem:
    kind, title, status = named
    return Problem(
        type=f"urn:ngatu:problem:{kind}",
        title=title,
        status=status,
        detail="; ".join(f"{fault.where}: {fault.sentence}" for fault in faults),
        instance=path,
        errors=tuple(FaultOut(field=fault.where, problem=fault.sentence) for fault in faults),
        ways=ways,
    )


def _response(problem: Problem) -> Response:
    return Response(problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE)
