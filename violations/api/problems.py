"""Errors as RFC 9457 problem+json, for every route of the app they are installed in."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from violations.accounts.errors import (
    AccountChangedError,
    AccountExistsError,
    AccountValueError,
    NoSuchAccountError,
    NotAllowedError,
    NotSignedInError,
    OwnAccountError,
    TooManyTriesError,
    WrongCodeError,
    WrongPasswordError,
)
from violations.api.problem_words import language_of, sentence, title
from violations.cases.errors import (
    ClockError,
    LackingError,
    LockedError,
    OwnWorkError,
    ReasonError,
    WrongRoleError,
    WrongStateError,
)
from violations.errors import ViolationsError
from violations.registry.errors import RegistryDown, RegistryError
from violations.store.errors import (
    AppealNotFoundError,
    CameraNotFoundError,
    CameraStateError,
    CaseNotFoundError,
    EvidenceDownError,
    EvidenceNotFoundError,
    FileTooLargeError,
    IntervalTooFineError,
    MissingMediaError,
    UploadOffsetError,
    VersionConflictError,
    WrongDistrictError,
    WrongHashError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
UNREADABLE = "There was an error parsing the body"
"""What FastAPI says of JSON that it cannot read."""
KIND = "urn:ngatu:problem:"
LONGEST_INSTANCE = 500
SCHEMAS = "#/components/schemas/"


class FieldFault(BaseModel):
    field: str = Field(description="Dotted path, for instance query.limit or body.version.")
    problem: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """RFC 9457 problem details. `type` is a stable name; `detail` is a sentence for people."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="about:blank, or urn:ngatu:problem:NAME.")
    title: str
    status: int
    detail: str
    instance: Annotated[str, AfterValidator(lambda path: path[:LONGEST_INSTANCE])] = Field(
        description="The path that was asked for, as far as it fits."
    )
    errors: tuple[FieldFault, ...] = Field(default=(), description="Each field that is wrong.")
    missing: tuple[str, ...] = Field(default=(), description="SHA-256 of every evidence file that must come first.")
    version: int | None = Field(default=None, description="The case's version now, after a version conflict.")


class ProblemError(Exception):
    """A problem that a route finds itself; becomes the answer."""

    def __init__(
        self, status: HTTPStatus, kind: str, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.status = status
        self.kind = kind
        self.title = title


KINDS: Mapping[type[ViolationsError], tuple[HTTPStatus, str, str]] = {
    MissingMediaError: (HTTPStatus.CONFLICT, "missing-media", "Evidence files are missing"),
    VersionConflictError: (HTTPStatus.CONFLICT, "version-conflict", "Somebody decided in the meantime"),
    WrongStateError: (HTTPStatus.CONFLICT, "wrong-state", "The case is not open for this verdict"),
    WrongRoleError: (HTTPStatus.FORBIDDEN, "wrong-role", "Not for this role"),
    LockedError: (HTTPStatus.CONFLICT, "locked", "The case lies before somebody else"),
    ClockError: (HTTPStatus.CONFLICT, "law-clock", "The law's time for this step"),
    LackingError: (HTTPStatus.CONFLICT, "lacking", "The case lacks what the step needs"),
    OwnWorkError: (HTTPStatus.FORBIDDEN, "own-work", "Nobody judges their own work"),
    RegistryDown: (HTTPStatus.SERVICE_UNAVAILABLE, "registry-down", "The vehicle registry does not answer"),
    RegistryError: (HTTPStatus.CONFLICT, "registry", "The vehicle registry cannot be asked so"),
    ReasonError: (HTTPStatus.UNPROCESSABLE_ENTITY, "reason", "The verdict lacks its reason"),
    CaseNotFoundError: (HTTPStatus.NOT_FOUND, "no-such-case", "No such case"),
    CameraNotFoundError: (HTTPStatus.NOT_FOUND, "no-such-camera", "No such camera"),
    CameraStateError: (HTTPStatus.CONFLICT, "camera-state", "The camera stands so already"),
    AppealNotFoundError: (HTTPStatus.NOT_FOUND, "no-such-appeal", "No such appeal"),
    EvidenceNotFoundError: (HTTPStatus.NOT_FOUND, "no-such-evidence", "No such evidence file"),
    EvidenceDownError: (HTTPStatus.SERVICE_UNAVAILABLE, "evidence-down", "The place of the evidence does not answer"),
    WrongHashError: (HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-hash", "The bytes are not what their name says"),
    UploadOffsetError: (HTTPStatus.CONFLICT, "upload-offset", "The piece does not follow what is here"),
    FileTooLargeError: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The file is too large"),
    IntervalTooFineError: (HTTPStatus.UNPROCESSABLE_ENTITY, "interval-too-fine", "Finer than measured"),
    WrongDistrictError: (HTTPStatus.FORBIDDEN, "wrong-district", "A camera of another district"),
    NotSignedInError: (HTTPStatus.UNAUTHORIZED, "not-signed-in", "Sign in first"),
    OwnAccountError: (HTTPStatus.FORBIDDEN, "own-account", "Nobody changes what they themselves may do"),
    WrongCodeError: (HTTPStatus.NOT_FOUND, "no-such-code", "No such code"),
    NotAllowedError: (HTTPStatus.FORBIDDEN, "not-allowed", "Not for this account"),
    WrongPasswordError: (HTTPStatus.UNAUTHORIZED, "wrong-password", "Name or password is wrong"),
    TooManyTriesError: (HTTPStatus.TOO_MANY_REQUESTS, "too-many", "Too many in a short time"),
    NoSuchAccountError: (HTTPStatus.NOT_FOUND, "no-such-account", "No such account"),
    AccountChangedError: (HTTPStatus.PRECONDITION_FAILED, "account-changed", "Somebody changed it in the meantime"),
    AccountExistsError: (HTTPStatus.CONFLICT, "account-exists", "The name is taken"),
    AccountValueError: (HTTPStatus.UNPROCESSABLE_ENTITY, "account-value", "Not fit for an account"),
}


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of the app becomes problem+json, also those no route was reached for (404, 405) and crashes."""
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(ViolationsError, fault_problem)
    app.add_exception_handler(Exception, crash_problem)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares in the OpenAPI document; a crash (500) is always among it.

    By reference, because FastAPI makes a validator for every `model` of every route, though nobody ever uses these:
    half of what it costs to build the centre. `with_problems` adds what is referred to.
    """
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}{Problem.__name__}"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in (*statuses, 500)}


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the schemas that `problems` refers to."""
    own = Problem.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(own.pop("$defs"))
    schemas[Problem.__name__] = own
    return document


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    content = problem.model_dump_json(exclude_defaults=True)
    return Response(content, problem.status, headers, media_type=MEDIA_TYPE)


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = tuple(
        FieldFault(field=_path(fault["loc"]), problem=_sayable(fault["msg"].removeprefix("Value error, ")))
        for fault in error.errors()[:20]
    )
    detail = "; ".join(f"{fault.field}: {fault.problem}" for fault in faults[:3])
    return problem_response(
        Problem(
            type=f"{KIND}invalid-request",
            title=title("invalid-request", "The request is not as described", request.headers),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            detail=detail,
            instance=request.url.path,
            errors=faults,
        )
    )


def http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    detail = phrase if error.detail == phrase else _sayable(str(error.detail))
    if error.detail == UNREADABLE:
        detail = sentence("not-json", request.headers)
    if error.status_code == HTTPStatus.NOT_FOUND and detail == phrase:
        detail = "there is nothing at this address"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and detail == phrase:
        detail = f"{request.method} is not possible at this address"
    return problem_response(
        Problem(type="about:blank", title=phrase, status=error.status_code, detail=detail, instance=request.url.path),
        error.headers,
    )


def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(
        Problem(
            type=KIND + error.kind,
            title=title(error.kind, error.title, request.headers),
            status=error.status,
            detail=str(error),
            instance=request.url.path,
        ),
        error.headers,
    )


def fault_problem(request: Request, error: Exception) -> Response:
    """A fault of any room of violations. One nobody foresaw is a crash: logged, and the caller learns nothing."""
    kind = next((known for known in type(error).__mro__ if known in KINDS), None)
    if kind is None:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return crash_problem(request, error)
    status, name, english = KINDS[kind]
    return problem_response(
        Problem(
            type=KIND + name,
            title=title(name, english, request.headers),
            status=status,
            detail=_said(error, request),
            instance=request.url.path,
            missing=error.missing if isinstance(error, MissingMediaError) else (),
            version=error.found if isinstance(error, VersionConflictError) else None,
        ),
        _headers(error),
    )


def _said(error: Exception, request: Request) -> str:
    if isinstance(error, FileTooLargeError) and language_of(request.headers) != "en":
        return sentence("too-large", request.headers, most=error.most_bytes)
    return str(error)


def _headers(error: Exception) -> Mapping[str, str] | None:
    if isinstance(error, TooManyTriesError):
        return {"retry-after": str(error.wait_s)}
    if isinstance(error, UploadOffsetError):
        return {"upload-offset": str(error.received_bytes)}
    return {"www-authenticate": "Bearer"} if isinstance(error, NotSignedInError) else None


def crash_problem(request: Request, _error: Exception) -> Response:
    """Says that it was not the caller's fault, and nothing about the inside; the server logs the rest."""
    return problem_response(
        Problem(
            type="about:blank",
            title="Internal Server Error",
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            detail="the centre failed at this request; its log says why. Nothing half-done was stored",
            instance=request.url.path,
        )
    )


def _path(place: tuple[int | str, ...]) -> str:
    return _sayable(".".join(str(part) for part in place)) or "request"


def _sayable(text: str) -> str:
    """JSON lets half a character in; no answer can carry it out."""
    return text.encode("utf-8", "replace").decode()
