"""A site file: every camera that one box watches, in YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from edge.errors import SiteFileError
from edge.loop.settings import CameraSettings, GateSettings
from vision.geometry.marked_model import read_model
from vision.geometry.parts import Name, Polygon
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
    lamps_feed    the controller's own word on them: JSON lines from a file that grows, a pipe or an http(s) address
    lamps_from_image   read them in the picture too, at the scene's signal_heads
    override      windows in which an officer or a priority vehicle has the say (YAML)
    paced         play a video file at its own pace, over and over, as if it were a camera
    started_at    time of a recording's first frame, with its offset from UTC
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

    @property
    def may_come_later(self) -> bool:
        """Whether it is a camera, which may be away for a while; a recording that is not there is a mistake."""
        return self.paced or is_live(self.source)

    def settings(self) -> CameraSettings:
        gate = self.gate.settings() if isinstance(self.gate, GatePlan) else GateSettings() if self.gate else None
        return CameraSettings(self.rate, self.roi, gate, self.detect_every)


class SitePlan(SitePart):
    """`version`: of this form of file."""

    version: Literal[1]
    note: str | None = None
    cameras: Annotated[dict[Name, CameraPlan], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Site:
    """A plan with its places found: paths in `cameras` are as they are opened. file: where it stands."""

    file: Path
    cameras: Mapping[str, CameraPlan]
    lines: Mapping[str, int]

    def fault(self, camera: str, problem: str) -> SiteFileError:
        """What is wrong with that camera's entry."""
        return SiteFileError(self.file, self.lines[camera], f"camera {camera}: {problem}")


def load_site(file: Path) -> Site:
    """Raises SiteFileError with file, line and the allowed values, for every problem found."""
    plan, document = read_model(file, SitePlan, SiteFileError, place=_place)
    found = {name: _beside(file.parent, camera) for name, camera in plan.cameras.items()}
    return Site(file, found, {name: document.line_of(("cameras", name, "[key]")) for name in found})


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
    return feed if feed is None or feed.startswith(("http://", "https://")) else str(folder / feed)
