"""Evidence files for people's browsers: by content, for ever the same, never run as a page."""

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import ProblemError, problems
from violations.api.values import Sha256Path
from violations.audit.evidence import looked_at, note_evidence
from violations.cases.states import Role
from violations.store.errors import EvidenceNotFoundError
from violations.store.evidence_files import BINARY, EvidenceShelf

# Inside the file's own tab nothing may load or run, whatever the bytes turn out to be.
INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; sandbox"
BYTES = {BINARY: {"schema": {"type": "string", "format": "binary"}}}
# Up to here one read and one write are much cheaper than many small ones; a pause of the reader costs this memory.
AT_ONCE_BYTES = 1 << 20
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
        looked = looked_at(shelf.engine, caller, sha256, now())
        file, path = shelf.get(sha256, None if looked else caller.districts)
        if not looked:
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
        if file.media_type == BINARY:
            headers["content-disposition"] = f'attachment; filename="{sha256}.bin"'
        part = _part(request, file.size_bytes, headers["etag"])
        first, end = part or (0, file.size_bytes)
        if end - first > AT_ONCE_BYTES:
            return FileResponse(path, headers=headers, media_type=file.media_type)
        headers["accept-ranges"] = "bytes"
        if part:
            headers["content-range"] = f"bytes {first}-{end - 1}/{file.size_bytes}"
        return Response(_read(path, first, end), 206 if part else 200, headers, file.media_type)

    return router


def _has(if_none_match: str, sha256: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or f'"{sha256}"' in tags


def _part(request: Request, size_bytes: int, tag: str) -> tuple[int, int] | None:
    """[first, end) of the one sound range that is wanted; None for the whole file. Raises ProblemError (416).

    Other ranges are ignored, as RFC 9110 allows, and taken from the request, so that FileResponse ignores them too.
    """
    wanted = request.headers.get("range")
    if wanted is None:
        return None
    match = ONE_RANGE.fullmatch(wanted.strip())
    first, last, suffix = match.groups() if match else (None, None, None)
    other = request.headers.get("if-range") not in {None, tag}
    if match is None or other or (first and last and int(last) < int(first)):
        request.scope["headers"] = [header for header in request.scope["headers"] if header[0] != b"range"]
        return None
    if (first and int(first) >= size_bytes) or (suffix and int(suffix) == 0):
        raise ProblemError(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range",
            "The range lies outside the file",
            f"range: wanted a part of the file's {size_bytes} bytes, found {wanted}",
            {"content-range": f"bytes */{size_bytes}"},
        )
    if first:
        return int(first), min(int(last) + 1, size_bytes) if last else size_bytes
    return max(0, size_bytes - int(suffix or 0)), size_bytes


def _read(path: Path, first: int, end: int) -> bytes:
    """Raises EvidenceNotFoundError for a file that retention took in this very moment."""
    try:
        with path.open("rb") as file:
            file.seek(first)
            return file.read(end - first)
    except FileNotFoundError as error:
        raise EvidenceNotFoundError(f"evidence: wanted the bytes of {path.name}, found them gone") from error
