"""The typed bodies: what a camera may say. Units are in the names; positions are fractions of the frame."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vision.events.lamps import LampSpan
from vision.vehicles import KindName

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.-]+$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Direction(StrEnum):
    """Which hand of someone walking the line from its first point to its second, as a viewer sees the picture."""

    LEFT_TO_RIGHT = "left_to_right"
    RIGHT_TO_LEFT = "right_to_left"


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Crossing(Body):
    """One confirmed track passed one line.

    at_s and at_error_s: media seconds at which the feet met the line, interpolated between frames, and its
    half-width. x, y: where. speed_mps is None where the scene has no calibration. foot_hidden: a nearer vehicle may
    have covered the lower edge of the box on the way over the line, so that where the feet were is a guess.
    """

    line: Name
    role: Literal["counting", "stop"]
    track: Annotated[int, Field(ge=1)]
    vehicle: KindName
    direction: Direction
    frame: Annotated[int, Field(ge=0)]
    at_s: float
    at_error_s: NotNegative
    x: Fraction
    y: Fraction
    speed_mps: NotNegative | None = None
    speed_error_mps: NotNegative | None = None
    foot_hidden: bool = False


class Counts(Body):
    """Vehicles over one line in [since_s, until_s), by direction and kind; kinds never seen are left out.

    coverage: share of that time in which frames were really analysed. view_moved: for a part of it the camera did not
    look where the scene was drawn, so that the line lay elsewhere.
    """

    line: Name
    since_s: float
    until_s: float
    coverage: Fraction
    view_moved: bool = False
    counts: dict[Direction, dict[KindName, Annotated[int, Field(ge=0)]]]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self


class Measure(Body):
    """A measured value a case rests on, always with its error (same unit)."""

    name: Name
    value: float
    error: NotNegative
    unit: str


class MediaFile(Body):
    """A file of evidence; `shows` says what it is (still_before, still_at, still_after, clip, overlay, manifest)."""

    name: Name
    shows: Name
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0)]
    media_type: str


class Gate(Body):
    """Whether the record is in order for a prosecution. reasons: why it is for information only, as codes; none
    where it is prosecutable."""

    prosecutable: bool
    reasons: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _either_or(self) -> Self:
        if self.prosecutable == bool(self.reasons):
            raise ValueError(f"wanted reasons exactly where it is not prosecutable, found {list(self.reasons)}")
        return self


class Finding(Body):
    """A possible offence with its proof already on disk: `package` is the SHA-256 of the evidence manifest.

    place: the name of the line, lane, zone, marking or movement in the scene; `line` too where it is a line.
    gate: None in findings of agents that knew no gate; nobody may take such a one for prosecutable.
    """

    offence: Name
    vehicle: KindName
    track: Annotated[int, Field(ge=1)]
    line: Name | None = None
    place: Name | None = None
    at_s: float
    measures: tuple[Measure, ...]
    lamp: LampSpan | None = None
    plate: str | None = None
    reasons_not_to_fine: tuple[str, ...] = ()
    gate: Gate | None = None
    package: Sha256
    media: tuple[MediaFile, ...]


class Health(Body):
    """How the camera and its agent are; `note` is a sentence for the operator."""

    state: Literal["started", "running", "source_lost", "source_damaged", "ended", "failed"]
    frames: Annotated[int, Field(ge=0)]
    dropped: Annotated[int, Field(ge=0)] = 0
    fps: NotNegative | None = None
    note: str = ""
