"""A site file: every camera that one box watches, and what is watched between them, in YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from edge.errors import SiteFileError
from edge.loop.settings import CameraSettings, GateSettings
from edge.patrol.across import Between, End, RoadBetween, SpeedSection
from violations.rules.cloned_plate import USUAL, Road
from violations.rules.section_speed import Section
from violations.rules.speeding import SpeedLimits
from vision.geometry.marked_model import read_model
from vision.geometry.parts import Name, NotNegative, Polygon
from vision.geometry.rules import MOTOR_KINDS, Hours, Kinds
from vision.sources.open import is_live

Above0 = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class SitePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GatePlan(SitePart):
    """When a picture counts as unchanged; see `GateSettings`. What is left out keeps its usual value."""

    least_change: Annotated[int, Field(ge=1, le=255)] | None = None
    least_pixels: Annotated[int, Field(ge=1)] | None = None
    refresh_s: Above0 | None = None

    def settings(self) -> GateSettings:
        return replace(GateSettings(), **{name: value for name, value in self if value is not None})


class CameraPlan(SitePart):
    """
    source        video file, folder of pictures, address or webcam number; a file is looked for beside the site file
    scene         scene file, looked for there too; its `camera` must be this camera's name
    rate          frames looked at per second; without it all that come
    roi           polygon in fractions of the frame, outside of which nobody looks
    gate          look only where something has changed: true, or how much must
    detect_every  let the network look at each k-th frame; between them tracks are predicted
    lamps         what the signal lamps showed (YAML or JSON)
    lamps_feed    the controller's own word on them: JSON lines from a file that grows, a pipe, an http(s)
                  or an mqtt(s) address
    lamps_from_image   read them in the picture too, at the scene's signal_heads
    override      windows in which an officer or a priority vehicle has the say (YAML)
    paced         play a video file at its own pace, over and over, as if it were a camera
    started_at    time of a recording's first frame, with its offset from UTC
    clock_error_s by how much its moments may be wrong against those of the site's other cameras, as whoever set them up
                  measured it; without it nobody is accused, or suspected, of anything between two cameras
    """

    source: Annotated[str, Field(min_length=1)]
    scene: Path
    rate: Above0 | None = None
    roi: Polygon | None = None
    gate: bool | GatePlan = False
    detect_every: Annotated[int, Field(ge=1, le=100)] = 1
    lamps: Path | None = None
    lamps_feed: Annotated[str, Field(min_length=1)] | None = None
    lamps_from_image: bool = False
    override: Path | None = None
    paced: bool = False
    started_at: AwareDatetime | None = None
    clock_error_s: NotNegative | None = None

    @property
    def may_come_later(self) -> bool:
        """Whether it is a camera, which may be away for a while; a recording that is not there is a mistake."""
        return self.paced or is_live(self.source)

    def settings(self) -> CameraSettings:
        gate = self.gate.settings() if isinstance(self.gate, GatePlan) else GateSettings() if self.gate else None
        return CameraSettings(self.rate, self.roi, gate, self.detect_every)


class EndPlan(SitePart):
    """A line in the scene of a camera of this site."""

    camera: Name
    line: Name

    def end(self) -> End:
        return End(self.camera, self.line)


class StretchPlan(SitePart):
    """From one camera's line to another's. The length says also how wrong it may be: somebody measured it."""

    first: EndPlan
    second: EndPlan
    length_m: Above0
    length_error_m: NotNegative

    @model_validator(mode="after")
    def _some_length(self) -> Self:
        if self.first.camera == self.second.camera:
            raise ValueError(f"wanted two cameras, found '{self.first.camera}' at both ends")
        if self.length_error_m >= self.length_m:
            raise ValueError(f"wanted a length surely above 0, found {self.length_m} ± {self.length_error_m} m")
        return self


class SectionPlan(StretchPlan):
    """Where the mean speed is limited. length_m: along the shortest lawful way. kinds, hours: whom it binds, and when.
    Hours are told in the time zone of the second camera's scene."""

    limit_kmh: Annotated[int, Field(strict=True, ge=5, le=150)]
    kinds: Kinds = MOTOR_KINDS
    hours: tuple[Hours, ...] = ()


class RoadPlan(StretchPlan):
    """Two places between which a plate may have been in an impossible time. length_m: along the shortest way anybody
    could take, lawful or not; a straight line is never too long."""

    @model_validator(mode="after")
    def _far_enough(self) -> Self:
        if self.length_m - self.length_error_m < USUAL.apart_m:
            raise ValueError(
                f"wanted cameras surely {USUAL.apart_m:g} m apart, so that they cannot see the same vehicle, "
                f"found {self.length_m} ± {self.length_error_m} m"
            )
        return self


class SitePlan(SitePart):
    """`version`: of this form of file."""

    version: Literal[1]
    note: str | None = None
    cameras: Annotated[dict[Name, CameraPlan], Field(min_length=1)]
    sections: dict[Name, SectionPlan] = Field(default_factory=dict)
    roads: dict[Name, RoadPlan] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """A plan with its places found: paths in `cameras` are as they are opened. file: where it stands, sha256: of the
    bytes it was read from."""

    file: Path
    cameras: Mapping[str, CameraPlan]
    lines: Mapping[str, int]
    sections: Mapping[str, SectionPlan] = field(default_factory=dict)
    roads: Mapping[str, RoadPlan] = field(default_factory=dict)
    sha256: str = ""

    def fault(self, camera: str, problem: str) -> SiteFileError:
        """What is wrong with that camera's entry."""
        return SiteFileError(self.file, self.lines[camera], f"camera {camera}: {problem}")

    def stretch_fault(self, name: str, problem: str) -> SiteFileError:
        """What is wrong with that section or road."""
        return SiteFileError(
            self.file, self.lines[name], f"{'section' if name in self.sections else 'road'} {name}: {problem}"
        )

    def stretches(self) -> dict[str, tuple[EndPlan, EndPlan]]:
        """By name, both ends of every section and road."""
        return {name: (plan.first, plan.second) for name, plan in (*self.sections.items(), *self.roads.items())}

    def between(self) -> Between | None:
        """What is watched between cameras; None: nothing."""
        if not self.sections and not self.roads:
            return None
        return Between(
            tuple(_section(name, plan) for name, plan in self.sections.items()),
            tuple(
                RoadBetween(name, (plan.first.end(), plan.second.end()), Road(plan.length_m, plan.length_error_m))
                for name, plan in self.roads.items()
            ),
            self.sha256,
        )


def load_site(file: Path) -> Site:
    """Raises SiteFileError with file, line and the allowed values, for every problem found."""
    plan, document = read_model(file, SitePlan, SiteFileError, place=_place)
    found = {name: _beside(file.parent, camera) for name, camera in plan.cameras.items()}
    keys = [(kind, name) for kind in ("cameras", "sections", "roads") for name in getattr(plan, kind)]
    lines = {name: document.line_of((kind, name, "[key]")) for kind, name in keys}
    site = Site(file, found, lines, plan.sections, plan.roads, document.sha256)
    for name in plan.sections.keys() & plan.roads.keys():
        raise site.stretch_fault(name, "wanted each name once among sections and roads, found a road of the same name")
    for name, stretch in (*plan.sections.items(), *plan.roads.items()):
        for end in (stretch.first, stretch.second):
            if end.camera not in found:
                has = ", ".join(found)
                raise site.stretch_fault(name, f"no camera is called '{end.camera}'; in this site: {has}")
    return site


def _section(name: str, plan: SectionPlan) -> SpeedSection:
    section = Section(name, plan.first.camera, plan.second.camera, plan.length_m, plan.length_error_m)
    limits = SpeedLimits(plan.limit_kmh, frozenset(plan.kinds), plan.hours)
    return SpeedSection(section, plan.first.end(), plan.second.end(), limits)


def _place(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The place without pydantic's own words for the branches of a choice."""
    return tuple(part for part in loc if part not in {"bool", "GatePlan"})


def _beside(folder: Path, camera: CameraPlan) -> CameraPlan:
    """Relative paths are relative to the site file; an address or a webcam's number stays as it is.

    A recording that is not there at all keeps its name for the message; one that plays a camera may come later, and is
    waited for beside the site file.
    """
    beside = folder / camera.source
    waited_for = camera.paced and not is_live(camera.source) and not Path(camera.source).exists()
    return camera.model_copy(
        update={
            "source": str(beside) if beside.exists() or waited_for else camera.source,
            "scene": folder / camera.scene,
            "lamps": None if camera.lamps is None else folder / camera.lamps,
            "lamps_feed": _feed_beside(folder, camera.lamps_feed),
            "override": None if camera.override is None else folder / camera.override,
            "started_at": None if camera.started_at is None else camera.started_at.astimezone(UTC),
        }
    )


def _feed_beside(folder: Path, feed: str | None) -> str | None:
    return feed if feed is None or "://" in feed else str(folder / feed)
