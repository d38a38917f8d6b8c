"""Stills and clips of cameras over HTTP: an agent sends a still, an officer a still or a short clip."""

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from centre.scenes.answers import CameraPath, StillOut
from centre.scenes.pictures import MOST_CLIP_BYTES, MOST_STILL_BYTES, Still
from centre.scenes.product import ProductError
from centre.scenes.routes import EDITORS, JPEG, SceneDesk, check_seen
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.api.evidence import INERT
from violations.api.ingest import RAW_BODY
from violations.api.problems import ProblemError, problems
from violations.audit.log import Note, note, note_view
from violations.cases.states import Role
from violations.store.database import writing
from violations.store.districts import claim_cameras

Keep = Callable[[str, Path], Still]
# Signal engineers need the drawing, not the picture, on which plates may be read.
PICTURE_ROLES = tuple(role for role in PERSON_ROLES if role is not Role.ENGINEER)


def build_uploads_router(desk: SceneDesk) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["scenes"])

    @router.put(
        "/stills/{camera}",
        summary="Send the newest still of a camera",
        openapi_extra=RAW_BODY,
        responses=problems(403, 404, 413, 422, 507),
    )
    async def put_still(
        camera: CameraPath, request: Request, caller: Annotated[Caller, allow(Role.DEVICE, *EDITORS)]
    ) -> StillOut:
        """The body is a JPEG, PNG or WebP. It takes the place of the one before."""
        return await _put(desk, camera, request, caller, clip=False)

    @router.put(
        "/clips/{camera}",
        summary="Send a short clip of a camera, to try its scene on",
        openapi_extra=RAW_BODY,
        responses=problems(404, 413, 422, 507),
    )
    async def put_clip(camera: CameraPath, request: Request, caller: Annotated[Caller, allow(*EDITORS)]) -> StillOut:
        """The body is MP4, Matroska or AVI. Its first frame becomes the camera's still."""
        return await _put(desk, camera, request, caller, clip=True)

    @router.get(
        "/stills/{camera}",
        summary="The newest still of a camera",
        response_class=Response,
        responses={200: {"description": "The picture.", "content": JPEG}, **problems(404, 422)},
    )
    def get_still(camera: CameraPath, caller: Annotated[Caller, allow(*PICTURE_ROLES)]) -> Response:
        """Each look is in the audit log: passers-by may be on it."""
        check_seen(desk, camera, caller)
        still = desk.pictures.still(camera)
        if still is None:
            raise ProblemError(
                HTTPStatus.NOT_FOUND, "no-such-still", "No still of this camera", f"still of {camera}: found none"
            )
        note_view(desk.engine, caller, Note("still.view", f"camera/{camera}"), desk.now())
        headers = {"cache-control": "private, no-cache", "content-security-policy": INERT}
        return FileResponse(still.path, headers=headers, media_type="image/jpeg")

    return router


async def _put(desk: SceneDesk, camera: str, request: Request, caller: Caller, *, clip: bool) -> StillOut:
    most = MOST_CLIP_BYTES if clip else MOST_STILL_BYTES
    keep = desk.pictures.keep_clip if clip else desk.pictures.keep_still
    await run_in_threadpool(_check_sender, desk, camera, caller)
    try:
        with desk.pictures.receive() as folder:
            upload = Path(folder) / "upload"
            await _receive(request, upload, most)
            still = await run_in_threadpool(_keep, desk, camera, caller, keep, upload)
    except ProductError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "no-picture", "No picture in it", str(error)) from error
    except OSError as error:
        raise ProblemError(
            HTTPStatus.INSUFFICIENT_STORAGE,
            "no-storage",
            "The centre cannot store it",
            f"pictures of {camera}: wanted room on the centre's disk, found {error.strerror}",
        ) from error
    width, height = still.size_px
    return StillOut(camera=camera, width=width, height=height, url=still_url(camera, still))


def still_url(camera: str, still: Still) -> str:
    return f"/api/stills/{camera}?v={still.stamp}"


def _check_sender(desk: SceneDesk, camera: str, caller: Caller) -> None:
    """A device may only send for cameras of its district, makes a new one that district's, and does not send often."""
    if caller.device is None:
        check_seen(desk, camera, caller)
        return
    wait_s = ceil(desk.pictures.wait_s(camera))
    if wait_s:
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-soon",
            "A still of this camera came a short while ago",
            f"still of {camera}: wanted the next one in {wait_s} s, found it now",
            {"retry-after": str(wait_s)},
        )
    with writing(desk.engine) as session:
        claim_cameras(session, [camera], next(iter(caller.districts or ()), None))


async def _receive(request: Request, upload: Path, most: int) -> None:
    taken = 0
    with upload.open("wb") as file:
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > most:
                raise ProblemError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "too-large",
                    "The file is too large",
                    f"upload: wanted at most {most} bytes, found more",
                )
            await run_in_threadpool(file.write, chunk)


def _keep(desk: SceneDesk, camera: str, caller: Caller, keep: Keep, upload: Path) -> Still:
    still = keep(camera, upload)
    with writing(desk.engine) as session:
        note(session, caller, Note("still.put", f"camera/{camera}"), desk.now())
    return still
