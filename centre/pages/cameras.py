"""The pages of one camera: its still with the scene drawn on it, the editor, the versions and what changed in each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import unified_diff
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from centre.scenes.answers import CameraPath, NumberPath, ground_out
from centre.scenes.drafts import examine_points, read_yaml
from centre.scenes.routes import EDITORS, SceneDesk
from centre.scenes.uploads import PICTURE_ROLES, still_url
from centre.scenes.vocabulary import PLACES, vocabulary
from violations.accounts.caller import PERSON_ROLES, Caller
from violations.api.access import allow
from violations.store.errors import SceneVersionNotFoundError
from violations.store.scenes import SceneVersion, may_see_camera, newest_scene, scene_version, scene_versions
from violations.store.traffic import list_cameras
from violations.web.error_pages import error_page
from violations.web.frame import Frame

# Where no still is there to draw on.
BLANK_PX = (960, 540)
Looker = Annotated[Caller, allow(*PERSON_ROLES)]


class CameraPages:
    def __init__(self, desk: SceneDesk, frame: Frame) -> None:
        self._desk = desk
        self._frame = frame
        self._vocabulary = vocabulary()

    def router(self) -> APIRouter:
        """Left out of the OpenAPI document, like all pages."""
        router = APIRouter(prefix="/cameras/{camera}", include_in_schema=False)
        router.add_api_route("", self.camera, methods=["GET"])
        router.add_api_route("/versions/{number}", self.version, methods=["GET"])
        router.add_api_route("/versions/{number}/scene.yaml", self.download, methods=["GET"])
        return router

    def camera(self, request: Request, camera: CameraPath, caller: Looker) -> Response:
        if not may_see_camera(self._desk.engine, camera, caller.districts):
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        newest = newest_scene(self._desk.engine, camera)
        scene: dict[str, Any] = {"version": 1, "camera": camera}
        if newest is not None:
            scene = read_yaml(newest.yaml.encode())
        sees = caller.may(*PICTURE_ROLES)
        still = self._desk.pictures.still(camera) if sees else None
        calibration = scene.get("calibration")
        ground = examine_points(calibration["points"]) if calibration else None
        edits = caller.may(*EDITORS)
        return self._frame.render(
            request,
            "camera.html",
            camera=camera,
            record=next((one for one in list_cameras(self._desk.engine) if one.camera == camera), None),
            still=still,
            sees=sees,
            still_url=still_url(camera, still) if still else None,
            still_at=datetime.fromtimestamp(still.taken_s, UTC) if still else None,
            size_px=still.size_px if still else BLANK_PX,
            scene=scene,
            places=PLACES,
            ground=ground_out(ground) if ground else None,
            newest=newest,
            versions=scene_versions(self._desk.engine, camera),
            edits=edits,
            clip=self._desk.pictures.clip(camera) is not None,
            for_editor=self._for_editor(request, camera, newest, scene) if edits else None,
        )

    def version(self, request: Request, camera: CameraPath, number: NumberPath, caller: Looker) -> Response:
        """One version: who saved it, when and why, what changed, and the file."""
        found = self._version(camera, number, caller)
        if found is None:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        before = self._version(camera, number - 1, caller) if number > 1 else None
        newest = newest_scene(self._desk.engine, camera)
        return self._frame.render(
            request,
            "scene_version.html",
            version=found,
            before=before,
            is_newest=newest is not None and newest.number == number,
            changes=changes(before.yaml if before else "", found.yaml),
        )

    def download(self, request: Request, camera: CameraPath, number: NumberPath, caller: Looker) -> Response:
        """The file as an agent reads it."""
        found = self._version(camera, number, caller)
        if found is None:
            return error_page(self._frame, request, HTTPStatus.NOT_FOUND)
        name = quote(f"{camera}-{number}.yaml")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        return Response(found.yaml, media_type="application/yaml", headers=headers)

    def _version(self, camera: str, number: int, caller: Caller) -> SceneVersion | None:
        if not may_see_camera(self._desk.engine, camera, caller.districts):
            return None
        try:
            return scene_version(self._desk.engine, camera, number)
        except SceneVersionNotFoundError:
            return None

    def _for_editor(
        self, request: Request, camera: str, newest: SceneVersion | None, scene: dict[str, Any]
    ) -> dict[str, Any]:
        """Everything the scripts begin with, words in the reader's language included."""
        sentences = self._frame.texts(request).sentences
        wanted = ("scene.", "vehicle.", "offence.")
        return {
            "camera": camera,
            "number": newest.number if newest else 0,
            "scene": scene,
            "vocabulary": self._vocabulary,
            "words": {key: said for key, said in sentences.items() if key.startswith(wanted)},
        }


def changes(before: str, after: str) -> Sequence[tuple[str, str]]:
    """The lines of a diff with three lines around each change: (`+`, `-`, `@` or blank, the line)."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm="")
    return [(line[:1], line if line.startswith("@") else line[1:]) for line in list(lines)[2:]]
