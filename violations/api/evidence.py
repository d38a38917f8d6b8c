"""Evidence files for people's browsers: by content, for ever the same, never run as a page."""

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import ProblemError, problems
from violations.api.values import Sha256Path
from violations.audit.evidence import note_evidence
from violations.cases.states import Role
from violations.store.evidence_files import BINARY, EvidenceShelf

# Inside the file's own tab nothing may load or run, whatever the bytes turn out to be.
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"
BYTES = {BINARY: {"schema": {"type": "string", "format": "binary"}}}
ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def build_evidence_router(shelf: EvidenceShelf, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["evidence"])

    @router.get(
        "/evidence/{sha256}",
        summary="Read one evidence file",
        response_class=Response,
        responses={
            200: {"description": "The file, with its own media type.", "content": BYTES},
            206: {"description": "The wanted range.", "content": BYTES},
            304: {"description": "You have it already."},
            **problems(404, 416, 422),
        },
    )
    def get_evidence(
        sha256: Sha256Path,
        request: Request,
        caller: Annotated[Caller, allow(Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR)],
    ) -> Response:
        """Only files of cases in the caller's districts; each look is in the audit log.

        Ranges are served, so that clips play and seek. A browser that has the file asks again and is told so: the
        bytes never change, but who may see them does.
        """
        file, path = shelf.get(sha256, caller.districts)
        note_evidence(shelf.engine, caller, sha256, now())
        headers = {
            "etag": f'"{sha256}"',
            "cache-control": "private, no-cache",
            "x-content-type-options": "nosniff",
            "content-security-policy": INERT,
            "cross-origin-resource-policy": "same-origin",
        }
        if _has(request.headers.get("if-none-match", ""), sha256):
            return Response(status_code=304, headers=headers)
        _check_range(request, file.size_bytes)
        if file.media_type == BINARY:
            headers["content-disposition"] = f'attachment; filename="{sha256}.bin"'
        return FileResponse(path, headers=headers, media_type=file.media_type)

    return router


def _has(if_none_match: str, sha256: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or f'"{sha256}"' in tags


def _check_range(request: Request, size_bytes: int) -> None:
    """Leave one sound range for FileResponse. Others are ignored, as RFC 9110 allows: the whole file is the answer."""
    wanted = request.headers.get("range")
    if wanted is None:
        return
    match = ONE_RANGE.fullmatch(wanted.strip())
    first, last, suffix = match.groups() if match else (None, None, None)
    if match is None or (first and last and int(last) < int(first)):
        request.scope["headers"] = [header for header in request.scope["headers"] if header[0] != b"range"]
    elif (first and int(first) >= size_bytes) or (suffix and int(suffix) == 0):
        raise ProblemError(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range",
            "The range lies outside the file",
            f"range: wanted a part of the file's {size_bytes} bytes, found {wanted}",
            {"content-range": f"bytes */{size_bytes}"},
        )
