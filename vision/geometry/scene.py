"""One camera's scene: lanes, lines, markings, zones, rules and calibration, from one YAML file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from vision.errors import SceneError
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Ends, Line
from vision.geometry.marked_yaml import Loc, Problem, read_marked
from vision.geometry.parts import (
    Calibration,
    CountingLine,
    Lane,
    Limits,
    Movement,
    Name,
    Part,
    Segment,
    SignalHead,
    StopLine,
    Zone,
)
from vision.geometry.rules import Marking, Rule, rule_problems
from vision.geometry.wording import shown, word

NAMED_KINDS = ("lanes", "stop_lines", "counting_lines", "zones", "movements", "markings", "signal_heads", "rules")
LINE_KINDS = ("stop_lines", "counting_lines")


def known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"wanted a time zone such as Asia/Ho_Chi_Minh, found '{name}'") from None
    return name


class Scene(Part):
    """What one fixed camera looks at. A name is used once in the whole scene.

    timezone: in which the hours of its rules are told. pcu_table: the name of the table in which its traffic is told in
    passenger-car units; None for the default.
    """

    version: Literal[1]
    camera: Name
    note: str | None = None
    lanes: dict[Name, Lane] = Field(default_factory=dict)
    stop_lines: dict[Name, StopLine] = Field(default_factory=dict)
    counting_lines: dict[Name, CountingLine] = Field(default_factory=dict)
    zones: dict[Name, Zone] = Field(default_factory=dict)
    movements: dict[Name, Movement] = Field(default_factory=dict)
    markings: dict[Name, Marking] = Field(default_factory=dict)
    signal_heads: dict[Name, SignalHead] = Field(default_factory=dict)
    rules: dict[Name, Rule] = Field(default_factory=dict)
    timezone: Annotated[str, AfterValidator(known_timezone)] = "Asia/Ho_Chi_Minh"
    calibration: Calibration | None = None
    limits: Limits = Limits()
    pcu_table: Name | None = None

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        wrong = [
            InitErrorDetails(type=PydanticCustomError("name", "{problem}", {"problem": text}), loc=loc, input=loc[-1])
            for loc, text in name_problems(self.model_dump())
        ]
        if wrong:
            raise ValidationError.from_exception_data("Scene", wrong)
        return self

    def lines(self, frame_size_px: tuple[int, int]) -> tuple[Line, ...]:
        """Every counting and stop line, in pixels of a frame of (width, height)."""
        counting = [Line(n, "counting", _in_px(each.line, frame_size_px)) for n, each in self.counting_lines.items()]
        stop = [Line(n, "stop", _in_px(each.line, frame_size_px)) for n, each in self.stop_lines.items()]
        return (*counting, *stop)

    def ground_plane(self, frame_size_px: tuple[int, int]) -> GroundPlane | None:
        """Pixels of a frame of (width, height) to metres; None where the scene has no calibration."""
        return self.calibration.plane().in_pixels(frame_size_px) if self.calibration else None


class ReadScene(NamedTuple):
    """sha256: of the very bytes the scene was made of, so that an edit right after goes unseen by nobody."""

    scene: Scene
    sha256: str


def load_scene(path: Path) -> Scene:
    """The scene in the YAML file `path`; one SceneError that holds every problem found, in order of line."""
    return read_scene(path).scene


def read_scene(path: Path) -> ReadScene:
    """As `load_scene`."""
    document = read_marked(path)
    if document.value is None:
        raise SceneError(path, 0, "the file is empty: wanted a scene (`ngatu scene new` writes one to start from)")
    if not isinstance(document.value, dict):
        raise SceneError(path, 1, f"wanted keys and values such as 'version: 1', found {shown(document.value)}")
    scene, wrong = check_scene(document.value)
    problems = [*document.problems, *(Problem(document.line_of(loc), text) for loc, text in wrong.items())]
    if scene is not None and not problems:
        return ReadScene(scene, document.sha256)
    first, *others = sorted(problems, key=lambda problem: problem.line)
    raise SceneError(path, first.line, first.text, [(other.line, other.text) for other in others])


def check_scene(value: Mapping[str, object]) -> tuple[Scene | None, dict[Loc, str]]:
    """The scene, or None and what is wrong with the raw mapping: a sentence by place, such as ("lanes", "north_1")."""
    try:
        return Scene.model_validate(value), {}
    except ValidationError as error:
        return None, {**{each["loc"]: word(Scene, each) for each in error.errors()}, **dict(name_problems(value))}


def name_problems(scene: Mapping[str, object]) -> Iterator[tuple[Loc, str]]:
    """Names used twice, and lanes and lines that are not there.

    `scene` is the raw mapping: nothing in it is taken for granted.
    """
    used: dict[str, str] = {}
    for kind in NAMED_KINDS:
        named = scene.get(kind)
        for name in named if isinstance(named, Mapping) else ():
            if name in used:
                yield (kind, name, "[key]"), f"the name '{name}' is already used in {used[name]}; names are unique"
            used.setdefault(name, kind)
    lanes, stop_lines = scene.get("lanes"), scene.get("stop_lines")
    known = sorted(lanes) if isinstance(lanes, Mapping) else []
    for name, stop_line in stop_lines.items() if isinstance(stop_lines, Mapping) else ():
        wanted = stop_line.get("lanes") if isinstance(stop_line, Mapping) else None
        for place, lane in enumerate(wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else ()):
            if isinstance(lane, str) and lane not in known:
                has = ", ".join(known) or "none"
                yield ("stop_lines", name, "lanes", place), f"no lane is called '{lane}'; lanes in this scene: {has}"
    yield from _movement_problems(scene)
    yield from rule_problems(scene)


def _movement_problems(scene: Mapping[str, object]) -> Iterator[tuple[Loc, str]]:
    movements = scene.get("movements")
    kinds = [scene.get(kind) for kind in LINE_KINDS]
    lines = sorted(str(name) for named in kinds if isinstance(named, Mapping) for name in named)
    for name, movement in movements.items() if isinstance(movements, Mapping) else ():
        for end in ("entry", "exit"):
            line = movement.get(end) if isinstance(movement, Mapping) else None
            if isinstance(line, str) and line not in lines:
                has = ", ".join(lines) or "none"
                yield ("movements", name, end), f"no line is called '{line}'; lines in this scene: {has}"


def _in_px(segment: Segment, frame_size_px: tuple[int, int]) -> Ends:
    width_px, height_px = frame_size_px
    (x1, y1), (x2, y2) = segment
    return (x1 * width_px, y1 * height_px), (x2 * width_px, y2 * height_px)
