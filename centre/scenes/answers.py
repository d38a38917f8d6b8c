"""What the routes of scenes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from centre.scenes.drafts import Ground, PlacedProblem, Report
from centre.scenes.run_records import DryRun
from violations.api.values import Answer
from violations.store.scenes import SceneVersion

CameraPath = Annotated[
    str, Path(pattern=r"^[\w.-]+$", max_length=80, description="Name of the camera, as its events say it.")
]
NumberPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version.")]
RunPath = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="Id of the dry run.")]
Scene = Annotated[dict[str, Any], Field(description="The scene as its file says it; not yet checked.")]
Newest = Annotated[int, Field(ge=0, le=2**31 - 2, description="The newest version when it was read; 0 for none.")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DraftIn(Asked):
    scene: Scene


class SaveIn(Asked):
    scene: Scene
    based_on: Newest
    reason: Reason


class RestoreIn(Asked):
    based_on: Newest
    reason: Reason


class VersionOut(Answer):
    camera: str
    number: int
    sha256: str = Field(description="Of the file, as an agent that runs it states it.")
    author: str
    at: datetime
    reason: str


class SceneOut(VersionOut):
    yaml: str = Field(description="The scene file.")
    scene: Scene


class VersionsOut(Answer):
    versions: list[VersionOut] = Field(description="Newest first.")


class ProblemOut(Answer):
    kind: str = Field(description="Section of the file; empty where the whole scene is meant.")
    name: str = Field(description="The thing in it; of the calibration the point, counted from 0.")
    field: str
    text: str


class GroundOut(Answer):
    """Metres. Places are fractions of the frame."""

    residual_m: list[float]
    rms_m: float
    worst_m: float
    own_error_m: float | None = Field(description="Each point left out in turn; null where that cannot be known.")
    agrees: bool = Field(description="False where the points contradict each other: no speeds then.")
    fitted: list[tuple[float, float] | None] = Field(description="Where the fit puts each point.")
    step_m: float = Field(description="Metres from line to line of the grid.")
    grid: list[list[tuple[float, float]]]


class CheckOut(Answer):
    problems: list[ProblemOut]
    ground: GroundOut | None
    yaml: str | None = Field(description="The file that would be saved; null while there are problems.")


class StillOut(Answer):
    camera: str
    width: int
    height: int
    url: str


class DryRunOut(Answer):
    id: str
    state: Literal["running", "done", "failed"]
    share: float | None = Field(description="Of the clip, 0 to 1; null while nobody knows.")
    problem: str | None
    frames: int | None
    counts: dict[str, Any] = Field(description="By line, direction and kind.")
    crossings: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    withheld: dict[str, int] = Field(description="Not accused, in doubt: how many for which reason.")
    picture: str | None = Field(description="Address of the picture, once there is one.")


def version_out(version: SceneVersion) -> VersionOut:
    return VersionOut(**{name: getattr(version, name) for name in VersionOut.model_fields})


def scene_out(version: SceneVersion, scene: dict[str, Any]) -> SceneOut:
    return SceneOut(**version_out(version).model_dump(), yaml=version.yaml, scene=scene)


def problem_out(problem: PlacedProblem) -> ProblemOut:
    return ProblemOut(kind=problem.kind, name=problem.name, field=problem.field, text=problem.text)


def ground_out(ground: Ground) -> GroundOut:
    grid = [np.round(line, 5).tolist() for line in ground.grid]
    plain = {name: getattr(ground, name) for name in Ground.__slots__ if name != "grid"}
    return GroundOut(**plain, grid=grid)


def check_out(report: Report, yaml: str | None) -> CheckOut:
    ground = ground_out(report.ground) if report.ground is not None else None
    return CheckOut(problems=[problem_out(one) for one in report.problems], ground=ground, yaml=yaml)


def dry_run_out(one: DryRun) -> DryRunOut:
    return DryRunOut(
        id=one.id,
        state=one.state,
        share=one.share,
        problem=one.problem,
        frames=one.document.get("frames"),
        counts=one.document.get("counts", {}),
        crossings=one.crossings,
        findings=one.findings,
        withheld=one.document.get("withheld", {}),
        picture=f"/api/scenes/{one.camera}/dry-runs/{one.id}/picture" if one.seen else None,
    )
