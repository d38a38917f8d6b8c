"""Scenes as JSON: versions that agents fetch, drafts that are checked, tried and saved. The editor uses only these."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from centre.scenes.answers import (
    CameraPath,
    CheckOut,
    DraftIn,
    DryRunOut,
    NumberPath,
    RestoreIn,
    RunPath,
    SaveIn,
    SceneOut,
    VersionsOut,
    check_out,
    dry_run_out,
    scene_out,
    version_out,
)
from centre.scenes.drafts import Draft, dump, examine, read_yaml
from centre.scenes.dry_runs import BusyError, DryRuns, Trial
from centre.scenes.pictures import CameraPictures
from centre.scenes.run_records import DryRun
from centre.scenes.sentences import lines_in, report_in
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.api.problems import ProblemError, problems
from violations.audit.entry import Detail
from violations.audit.log import Note, note
from violations.cases.states import Role
from violations.store.database import writing
from violations.store.errors import SceneConflictError, SceneVersionNotFoundError
from violations.store.scenes import (
    SceneVersion,
    add_scene_version,
    hash_of,
    may_see_camera,
    newest_scene,
    scene_version,
    scene_versions,
)
from violations.web.preferences import preferences_of
from vision.errors import SceneError
from vision.geometry.marked_yaml import LARGEST_BYTES

EDITORS = (Role.SUPERVISOR, Role.ADMIN)
READERS = (*PERSON_ROLES, Role.DEVICE)
TEXT_BODY = {"requestBody": {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}}
JPEG: dict[str, Any] = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}

Reader = Annotated[Caller, allow(*READERS)]
Editor = Annotated[Caller, allow(*EDITORS)]


@dataclass(frozen=True, slots=True)
class SceneDesk:
    """What scenes need. now: aware UTC."""

    engine: Engine
    pictures: CameraPictures
    runs: DryRuns
    now: Callable[[], datetime]


def build_scenes_router(desk: SceneDesk) -> APIRouter:
    router = APIRouter(prefix="/api/scenes/{camera}", tags=["scenes"])
    _add_versions(router, desk)
    _add_drafts(router, desk)
    _add_dry_runs(router, desk)
    return router


def check_seen(desk: SceneDesk, camera: str, caller: Caller) -> None:
    """Raises ProblemError (404) for a camera of another district: to others it does not exist."""
    if not may_see_camera(desk.engine, camera, caller.districts):
        raise _not_found(f"camera {camera}: wanted one of your districts, found none of that name")


def _add_versions(router: APIRouter, desk: SceneDesk) -> None:
    @router.get("", summary="The newest version of a camera's scene", responses=problems(404, 422))
    def get_scene(camera: CameraPath, caller: Reader) -> SceneOut:
        check_seen(desk, camera, caller)
        newest = newest_scene(desk.engine, camera)
        if newest is None:
            raise _not_found(f"scene of {camera}: wanted a saved version, found none")
        return _handed_out(desk, newest, caller)

    @router.get("/versions", summary="The versions of a camera's scene", responses=problems(404, 422))
    def get_versions(camera: CameraPath, caller: Annotated[Caller, allow(*PERSON_ROLES)]) -> VersionsOut:
        check_seen(desk, camera, caller)
        return VersionsOut(versions=[version_out(one) for one in scene_versions(desk.engine, camera)])

    @router.get("/versions/{number}", summary="One version of a camera's scene", responses=problems(404, 422))
    def get_version(camera: CameraPath, number: NumberPath, caller: Reader) -> SceneOut:
        return _handed_out(desk, _version(desk, camera, number, caller), caller)

    @router.post(
        "",
        summary="Save a scene as the next version",
        status_code=HTTPStatus.CREATED,
        responses=problems(404, 409, 422),
    )
    def save_scene(camera: CameraPath, asked: SaveIn, caller: Editor) -> SceneOut:
        """409 where somebody saved one since `based_on`; 422 while the scene has problems, which `check` lists."""
        check_seen(desk, camera, caller)
        yaml = _sound(asked.scene, camera)
        return _save(
            desk, SceneVersion(camera, asked.based_on + 1, hash_of(yaml), yaml, "", desk.now(), asked.reason), caller
        )

    @router.post(
        "/versions/{number}/restore",
        summary="Save an old version anew as the next one",
        status_code=HTTPStatus.CREATED,
        responses=problems(404, 409, 422),
    )
    def restore_scene(camera: CameraPath, number: NumberPath, asked: RestoreIn, caller: Editor) -> SceneOut:
        old = _version(desk, camera, number, caller)
        now = desk.now()
        return _save(
            desk, SceneVersion(camera, asked.based_on + 1, old.sha256, old.yaml, "", now, asked.reason), caller
        )


def _add_drafts(router: APIRouter, desk: SceneDesk) -> None:
    @router.post(
        "/check", summary="Problems of a scene, and what its calibration is worth", responses=problems(404, 422)
    )
    def check(camera: CameraPath, asked: DraftIn, request: Request, caller: Editor) -> CheckOut:
        check_seen(desk, camera, caller)
        report = report_in(examine(asked.scene, camera), preferences_of(request).language)
        return check_out(report, dump(asked.scene) if report.scene is not None else None)

    @router.post(
        "/read",
        summary="Read a scene file into a draft",
        openapi_extra=TEXT_BODY,
        responses=problems(404, 413, 422),
    )
    async def read(camera: CameraPath, request: Request, caller: Editor) -> DraftIn:
        """The body is the YAML. 422 names every wrong line."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BYTES:
                raise ProblemError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "too-large",
                    "The file is too large",
                    f"scene file: wanted at most {LARGEST_BYTES} bytes, found more",
                )
        return await run_in_threadpool(_read, desk, camera, body, request, caller)


def _add_dry_runs(router: APIRouter, desk: SceneDesk) -> None:
    @router.post(
        "/dry-runs",
        summary="Try a scene on the camera's clip",
        status_code=HTTPStatus.ACCEPTED,
        responses=problems(404, 409, 422),
    )
    def start(camera: CameraPath, asked: DraftIn, caller: Editor) -> DryRunOut:
        """Nothing is saved and nobody is accused: the agent's own program watches the clip and tells what it saw."""
        check_seen(desk, camera, caller)
        yaml = _sound(asked.scene, camera)
        clip = desk.pictures.clip(camera)
        if clip is None:
            raise _not_found(f"clip of {camera}: wanted one to try the scene on, found none; upload one first")
        try:
            one = desk.runs.start(Trial(camera, yaml, clip, reads_lamps=bool(asked.scene.get("signal_heads"))))
        except BusyError as error:
            raise ProblemError(
                HTTPStatus.CONFLICT, "dry-run-busy", "Another dry run is under way", str(error)
            ) from error
        with writing(desk.engine) as session:
            note(session, caller, Note("scene.try", f"camera/{camera}", {"sha256": hash_of(yaml)}), desk.now())
        return dry_run_out(one)

    @router.get("/dry-runs/{name}", summary="How a dry run stands", responses=problems(404, 422))
    def get_run(camera: CameraPath, name: RunPath, caller: Editor) -> DryRunOut:
        return dry_run_out(_run(desk, camera, name, caller))

    @router.get(
        "/dry-runs/{name}/picture",
        summary="What a dry run saw, drawn",
        response_class=Response,
        responses={200: {"description": "The picture.", "content": JPEG}, **problems(404, 422)},
    )
    def get_picture(camera: CameraPath, name: RunPath, caller: Editor) -> Response:
        picture = desk.runs.picture(_run(desk, camera, name, caller).id)
        if picture is None:
            raise _not_found("picture: wanted that of a finished dry run, found none")
        return Response(picture, media_type="image/jpeg")


def _version(desk: SceneDesk, camera: str, number: int, caller: Caller) -> SceneVersion:
    check_seen(desk, camera, caller)
    try:
        return scene_version(desk.engine, camera, number)
    except SceneVersionNotFoundError as error:
        raise _not_found(str(error)) from error


def _run(desk: SceneDesk, camera: str, name: str, caller: Caller) -> DryRun:
    check_seen(desk, camera, caller)
    one = desk.runs.get(name)
    if one is None or one.camera != camera:
        raise _not_found("dry run: wanted one of this camera within the last day, found none of that id")
    return one


def _sound(draft: Draft, camera: str) -> str:
    """The file of a draft without problems. Raises ProblemError (422)."""
    report = examine(draft, camera)
    if report.problems:
        first = report.problems[0]
        where = ".".join(part for part in (first.kind, first.name, first.field) if part) or "scene"
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "scene-problems",
            "The scene has problems",
            f"{where}: {first.text}" + (f" (and {len(report.problems) - 1} more)" if len(report.problems) > 1 else ""),
        )
    return dump(draft)


def _save(desk: SceneDesk, version: SceneVersion, caller: Caller) -> SceneOut:
    signed = SceneVersion(
        version.camera, version.number, version.sha256, version.yaml, caller.name, version.at, version.reason
    )
    what: dict[str, Detail] = {"version": signed.number, "sha256": signed.sha256, "reason": signed.reason}
    try:
        with writing(desk.engine) as session:
            add_scene_version(session, signed)
            note(session, caller, Note("scene.save", f"camera/{signed.camera}", what), signed.at)
    except SceneConflictError as error:
        raise ProblemError(HTTPStatus.CONFLICT, "scene-conflict", "Somebody saved a version", str(error)) from error
    return scene_out(signed, read_yaml(signed.yaml.encode()))


def _handed_out(desk: SceneDesk, version: SceneVersion, caller: Caller) -> SceneOut:
    """To an agent too: which one took which version is in the audit log."""
    if caller.device is not None:
        with writing(desk.engine) as session:
            note(
                session,
                caller,
                Note("scene.fetch", f"camera/{version.camera}", {"version": version.number}),
                desk.now(),
            )
    return scene_out(version, read_yaml(version.yaml.encode()))


def _read(desk: SceneDesk, camera: str, body: bytes, request: Request, caller: Caller) -> DraftIn:
    check_seen(desk, camera, caller)
    try:
        return DraftIn(scene=read_yaml(body))
    except SceneError as error:
        said = lines_in(error, preferences_of(request).language)
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "scene-file", "The scene file is wrong", "\n".join(said)
        ) from error


def _not_found(sentence: str) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "no-such-scene", "No such thing of this camera", sentence)
