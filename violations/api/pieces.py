"""Evidence files in pieces: over a bad line a large clip goes on where it broke off."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from violations.accounts.caller import Caller
from violations.api.access import allow
from violations.api.ingest import RAW_BODY, no_storage
from violations.api.problems import ProblemError, problems
from violations.api.values import Answer, Sha256Path
from violations.cases.states import Role
from violations.store.errors import FileTooLargeError
from violations.store.evidence_files import BINARY, EvidenceShelf
from violations.store.parts import Piece, received_bytes

Bytes = Annotated[int, Header(ge=0, le=2**40)]
MediaType = Annotated[str, Header(description="Media type of the whole file; counts with the last piece.")]


class ReceivedOut(Answer):
    sha256: str
    received_bytes: int = Field(description="Where the next piece begins: what came from this device so far.")
    whole: bool = Field(description="True when the centre has the file for good.")


def build_pieces_router(shelf: EvidenceShelf, now: Callable[[], datetime]) -> APIRouter:
    """`now` gives aware UTC."""
    router = APIRouter(tags=["ingest"])

    @router.get("/media/{sha256}", summary="Ask how much of a file has arrived", responses=problems(422))
    def get_received(sha256: Sha256Path, caller: Annotated[Caller, allow(Role.DEVICE)]) -> ReceivedOut:
        size_bytes = shelf.size_of(sha256)
        received = received_bytes(shelf, sha256, caller.name) if size_bytes is None else size_bytes
        return ReceivedOut(sha256=sha256, received_bytes=received, whole=size_bytes is not None)

    @router.patch(
        "/media/{sha256}",
        summary="Add the next piece of a file",
        responses=problems(409, 413, 422, 507),
        openapi_extra=RAW_BODY,
    )
    async def patch_media(
        *,
        sha256: Sha256Path,
        request: Request,
        caller: Annotated[Caller, allow(Role.DEVICE)],
        upload_offset: Annotated[Bytes, Field(description="First byte of this piece; must be where the part ends.")],
        upload_length: Annotated[Bytes, Field(description="Size of the whole file.")],
        content_type: MediaType = BINARY,
    ) -> ReceivedOut:
        """The body is the raw bytes of the piece. 409 says in `upload-offset` where it must begin.

        Bytes that arrived before a broken line are kept for a week. The last piece puts the file on the shelf.
        """
        if upload_length > shelf.max_file_bytes:
            raise FileTooLargeError(sha256, shelf.max_file_bytes, str(upload_length))
        media_type = content_type.partition(";")[0].strip().lower()
        try:
            piece = await run_in_threadpool(Piece, shelf, sha256, caller.name, upload_offset)
            with piece:
                async for chunk in request.stream():
                    await run_in_threadpool(piece.write, chunk, upload_length)
                received = await run_in_threadpool(piece.finish, upload_length, media_type, now())
        except BlockingIOError as error:
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "upload-busy",
                "Another piece is arriving",
                f"evidence {sha256}: wait for it to end",
            ) from error
        except OSError as error:
            raise no_storage(sha256, error) from error
        whole = received is None
        return ReceivedOut(sha256=sha256, received_bytes=upload_length if whole else received or 0, whole=whole)

    return router
