"""A scene on its way from the editor to a file: what is wrong with it and where, what its calibration is worth, and the
YAML that an agent reads. Pure, but for the temporary file that the scenes' own reader wants."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from pydantic import TypeAdapter, ValidationError

from vision.arrays import F64
from vision.errors import SceneError
from vision.geometry.calibration import GroundPlane
from vision.geometry.marked_yaml import LARGEST_BYTES, PLAIN, Loc, read_marked
from vision.geometry.metre_grid import metre_grid
from vision.geometry.parts import CalibrationPoint
from vision.geometry.scene import NAMED_KINDS, Scene, check_scene, load_scene

POINTS = TypeAdapter(tuple[CalibrationPoint, ...])
Draft = Mapping[str, Any]
"""The raw mapping of a scene file: nothing in it is taken for granted."""


@dataclass(frozen=True, slots=True)
class PlacedProblem:
    """`kind` is a section of the file and `name` the thing in it; both empty where the whole scene is meant. For the
    calibration, `name` counts its points from 0. `field`: the key or the place in it, as far as known."""

    kind: str
    name: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the calibration points are worth, in metres. residual_m: by point. fitted: where the fit puts each, (x, y)
    in fractions of the frame, None behind the camera. own_error_m: as GroundPlane.leave_one_out_m, None also where the
    points contradict each other, which `agrees` tells apart."""

    residual_m: tuple[float, ...]
    rms_m: float
    worst_m: float
    own_error_m: float | None
    agrees: bool
    fitted: tuple[tuple[float, float] | None, ...]
    step_m: float
    grid: tuple[F64, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """`scene` None where there are problems; `ground` None where the points give no plane."""

    scene: Scene | None
    problems: tuple[PlacedProblem, ...]
    ground: Ground | None


def examine(draft: Draft, camera: str) -> Report:
    """Everything that the editor shows of a draft of this camera's scene."""
    if not _is_plain(draft):
        return Report(None, (PlacedProblem("", "", "", "wanted plain values, found something no file can hold"),), None)
    scene, wrong = check_scene(draft)
    problems = [_placed(loc, text) for loc, text in wrong.items()]
    if scene is not None and scene.camera != camera:
        problems.append(PlacedProblem("", "", "camera", f"wanted the camera {camera}, found {scene.camera}"))
    if len(dump(draft).encode()) > LARGEST_BYTES:
        problems.append(PlacedProblem("", "", "", f"wanted a scene of at most {LARGEST_BYTES} bytes, found more"))
    calibration = draft.get("calibration")
    ground = examine_points(calibration.get("points")) if isinstance(calibration, Mapping) else None
    return Report(None if problems else scene, tuple(problems), ground)


def examine_points(points: object) -> Ground | None:
    """None where the points are wrong or too few: `examine` says why."""
    try:
        read = POINTS.validate_python(points)
        metres = np.array([point.metres for point in read], np.float64)
        plane = GroundPlane.fit(np.array([point.at for point in read], np.float64), metres)
    except (ValidationError, ValueError, OverflowError):
        return None
    grid = metre_grid(plane, metres)
    fitted = [(float(x), float(y)) if np.isfinite((x, y)).all() else None for x, y in plane.to_pixels(metres)]
    return Ground(
        residual_m=tuple(plane.residual_m.tolist()),
        rms_m=plane.residual_rms_m,
        worst_m=plane.residual_worst_m,
        own_error_m=plane.leave_one_out_m if plane.agrees else None,
        agrees=plane.agrees,
        fitted=tuple(fitted),
        step_m=grid.step_m,
        grid=grid.lines,
    )


def dump(draft: Draft) -> str:
    """The YAML file of a draft, which reads back as the very same values."""
    return str(yaml.dump(dict(draft), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def read_yaml(text: bytes, name: str = "scene.yaml") -> dict[str, Any]:
    """The raw mapping of a sound scene file. Raises SceneError with each problem's line."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(text)
        try:
            load_scene(file)
            document = read_marked(file)
        except SceneError as error:
            first, *others = error.problems
            raise SceneError(Path(name), *first, others) from error
    assert isinstance(document.value, dict)
    return document.value


def _is_plain(draft: Draft) -> bool:
    """Whether it can be written: no half of a character, no number beyond all bounds, not nested without end."""
    try:
        return len(json.dumps(draft, ensure_ascii=False, allow_nan=False).encode()) > 0
    except (ValueError, RecursionError):
        return False


class _Dumper(yaml.SafeDumper):
    """Quotes whatever our own reader, which knows other plain words than YAML 1.1, would take for no text."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


for _tag, (_pattern, _first) in PLAIN.items():
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _first)


def _flow(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    """Places and words stand in one line; lists of things with keys stand one below the other."""
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=not any(map(_has_keys, values)))


def _has_keys(value: object) -> bool:
    return isinstance(value, dict)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Line ends of other scripts would be folded into blanks unless they are escaped."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(list, _flow)
_Dumper.add_representer(str, _text)


def _placed(loc: Loc, text: str) -> PlacedProblem:
    kind, *rest = [str(part) for part in loc]
    if kind in NAMED_KINDS and rest:
        return PlacedProblem(kind, rest[0], rest[-1] if len(rest) > 1 else "", text)
    if kind == "calibration":
        point = rest[1] if len(rest) > 1 and rest[0] == "points" else ""
        return PlacedProblem(kind, point, rest[-1] if rest else "", text)
    return PlacedProblem("", "", kind, text)
