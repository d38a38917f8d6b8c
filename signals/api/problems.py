"""Errors as RFC 9457 problem+json: every fault with the field it is about, and what would make the request possible."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from signals.errors import CapacityError, DemandError, Fault, JunctionError, PcuTableError, PlanError, SignalsError

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
}

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
                return _response(problem_of_validation(error, request.headers.get("content-type", "none")))
            except SignalsError as error:
                return _response(problem_of(error))

        return answer


def problem_of(error: SignalsError) -> Problem:
    kind, title, status = KINDS[type(error)]
    ways = error.ways if isinstance(error, CapacityError) else ()
    return _problem(kind, title, status, error.faults, ways)


def problem_of_validation(error: RequestValidationError, content_type: str) -> Problem:
    """Field paths without FastAPI's leading `body`; what the client sent is not repeated."""
    if "json" not in content_type:
        sentence = f"Send the body as application/json; found content type {content_type}."
        return _problem("invalid-request", "The request is not as described", 422, (Fault("body", sentence),), ())
    faults = tuple(
        Fault(".".join(str(part) for part in item["loc"][1:]) or "body", item["msg"].removeprefix("Value error, "))
        for item in error.errors()
    )
    return _problem("invalid-request", "The request is not as described", 422, faults, ())


def _problem(kind: str, title: str, status: int, faults: tuple[Fault, ...], ways: tuple[str, ...]) -> Problem:
    return Problem(
        type=f"urn:ngatu:problem:{kind}",
        title=title,
        status=status,
        detail="; ".join(f"{fault.where}: {fault.sentence}" for fault in faults),
        errors=tuple(FaultOut(field=fault.where, problem=fault.sentence) for fault in faults),
        ways=ways,
    )


def _response(problem: Problem) -> Response:
    return Response(problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE)
