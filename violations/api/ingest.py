"""From the agents: evidence files first, then the events that name them."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field, WithJsonSchema
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.problems import ProblemError, problems
from violations.api.values import Answer, Sha256Path
from violations.cases.states import Role
from violations.store.errors import FileTooLargeError
from violations.store.evidence_files import BINARY, EvidenceShelf
from violations.store.ingest import MAX_EVENTS, ingest
from vision.events.envelope import EVENT_OF

EVENT_SCHEMAS = tuple(event.__name__ for event in EVENT_OF.values())
RawEvent = Annotated[
    Any, WithJsonSchema({"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in EVENT_SCHEMAS]})
]


RAW_BODY = {"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}


class EventBatch(Answer):
    """Events are judged one by one, so that a wrong one does not hold up the others."""

    events: Annotated[list[RawEvent], Field(max_length=MAX_EVENTS, description=f"At most {MAX_EVENTS}.")]


class RefusalOut(Answer):
    id: str = Field(description="What the event called itself; empty where it had no usable id.")
    reason: str


class ReceiptOut(Answer):
    """Sent only after the database's commit: whoever reads it may forget these events."""

    acknowledged: list[str] = Field(description="In the database now, whether new or known before.")
    refused: list[RefusalOut] = Field(description="Invalid in themselves: sending them again changes nothing.")


class StoredFile(Answer):
    sha256: str
    new: bool = Field(description="False when the centre had the file already.")


def build_ingest_router(engine: Engine, shelf: EvidenceShelf, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["ingest"])

    @router.put(
        "/media/{sha256}",
        summary="Store one evidence file under its SHA-256",
        status_code=HTTPStatus.CREATED,
        response_description="Stored for good.",
        responses={
            200: {"model": StoredFile, "description": "The centre had it already."},
            **problems(413, 422, 507),
        },
        openapi_extra=RAW_BODY,
    )
    async def put_media(
        sha256: Sha256Path,
        request: Request,
        response: Response,
        _caller: Annotated[Caller, allow(Role.DEVICE)],
        content_type: Annotated[str, Header(description="Media type the file is kept and served with.")] = BINARY,
        content_length: Annotated[
            int | None, Header(ge=0, description="Size in bytes; too large is refused unread.")
        ] = None,
    ) -> StoredFile:
        """The body is the raw bytes. Sending a file twice is harmless."""
        if content_length is not None and content_length > shelf.max_file_bytes:
            raise FileTooLargeError(sha256, shelf.max_file_bytes, str(content_length))
        try:
            new = await _receive(shelf, sha256, content_type.partition(";")[0].strip().lower(), request, now)
        except OSError as error:
            raise no_storage(sha256, error) from error
        response.status_code = HTTPStatus.CREATED if new else HTTPStatus.OK
        return StoredFile(sha256=sha256, new=new)

    @router.post(
        "/events",
        summary="Store a batch of events",
        responses=problems(400, 409, 413, 422),
    )
    def post_events(batch: EventBatch, caller: Annotated[Caller, allow(Role.DEVICE)]) -> ReceiptOut:
        """Idempotent by id. A finding opens a case in the same transaction, once.

        409 when findings name files that are not here: then nothing of the batch is stored, and `missing` names them.
        403 when a camera belongs to another district than the device.
        """
        receipt = ingest(engine, shelf, batch.events, now(), _district(caller))
        refused = [RefusalOut(id=refusal.id, reason=refusal.reason) for refusal in receipt.refused]
        return ReceiptOut(acknowledged=list(receipt.acknowledged), refused=refused)

    return router


def no_storage(sha256: str, error: OSError) -> ProblemError:
    """507: the same file may be sent again later."""
    return ProblemError(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "no-storage",
        "The centre cannot store files",
        f"evidence {sha256}: wanted it on the disk, found {error.strerror}; send it again later",
    )


def _district(caller: Caller) -> str | None:
    """Of the device; None in local mode, where nobody proved to be one."""
    return None if caller.districts is None else next(iter(caller.districts))


async def _receive(
    shelf: EvidenceShelf, sha256: str, media_type: str, request: Request, now: Callable[[], datetime]
) -> bool:
    """Stream the body to the shelf; the disk is only touched in worker threads."""
    upload = await run_in_threadpool(shelf.receive, sha256)
    with upload:
        async for chunk in request.stream():
            await run_in_threadpool(upload.write, chunk)
        return await run_in_threadpool(upload.finish, media_type, now())
