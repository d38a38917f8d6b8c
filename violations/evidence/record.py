"""What an evidence package states: everything a person needs to judge the moment, and to doubt the judge."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from violations.evidence.canonical import canonical_json
from violations.evidence.papers import DevicePapers
from violations.evidence.plate_read import PlateRead
from violations.evidence.stated import Stated
from vision.events.bodies import Direction, Gate, Measure, MediaFile, Name, NotNegative, Sha256
from vision.events.lamps import LampSpan
from vision.vehicles import KindName

Seconds = Annotated[float, Field(allow_inf_nan=False)]
Format = Literal["ngatu-evidence-1", "ngatu-evidence-2", "ngatu-evidence-3"]
NEWEST: Format = "ngatu-evidence-3"


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class ClockQuality(Stated):
    """How far the time label can be trusted; None where the system did not say."""

    synchronised: bool | None
    error_s: NotNegative | None


class ModelUsed(Stated):
    """A network, by its model card."""

    name: str
    sha256: Sha256


class Still(Stated):
    """One picture: `name` of its file, what it `shows`, the frame it is and that frame's time.

    kept: `clip`, a frame of the clip, so that whoever has the clip can make the picture again; `picture`, encoded when
    it was seen and kept since then, because the camera's packets of that time are not held any more.
    """

    name: Name
    shows: Name
    frame: Annotated[int, Field(ge=0)]
    media_s: Seconds
    kept: Literal["clip", "picture"] = "clip"


class Clip(Stated):
    """The camera's own encoded packets from `since_s` to `until_s`."""

    name: Name
    since_s: Seconds
    until_s: Seconds

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self


class Place(Stated):
    """What of the scene the offence is about, by its name there."""

    kind: Literal["line", "lane", "zone", "marking", "movement"]
    name: Name


class EarlierSighting(Stated):
    """The same plate at another camera of the site, before: what a speed over a section, or a suspicion, rests on too.

    name: of the section or road in the site file whose SHA-256 is site_sha256. at_s, at_error_s, frame: on that
    camera's own clock. clock_error_s, own_clock_error_s: by how much that camera's clock, and this one's, may be wrong
    against the site's. time: the UTC label. certainty: of the text, 0..1. picture: the file that shows the plate.
    lacks: why that camera's record was not in order then, in the gate's codes.
    """

    name: Name
    site_sha256: Sha256
    camera: Name
    line: Name
    vehicle: KindName
    plate: Annotated[str, Field(min_length=1, max_length=20)]
    rows: tuple[str, ...] = ()
    certainty: Annotated[float, Field(ge=0, le=1)]
    ground: Name | None = None
    at_s: Seconds
    at_error_s: NotNegative
    clock_error_s: NotNegative | None
    own_clock_error_s: NotNegative | None
    time: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    frame: Annotated[int, Field(ge=0)]
    picture: Name
    lacks: tuple[Name, ...] = ()


class LampStart(Stated):
    """When the lamp began to show something, known to ± error_s, and who says so."""

    at_s: Seconds
    error_s: NotNegative
    origin: Name


class EvidenceRecord(Stated):
    """All times in seconds are on the camera's own clock (media time); `time` is their label for people, in UTC.

    scene_sha256: of the scene file in force. software: name and version of what looked. at_error_s: half-width of
    the moment. lamps: the spans known around the moment; where none covers it, nobody knows what the lamp showed.

    Since format 3: models: the other networks that looked, by what they do (finder, reader, riders, lamps).
    calibration_sha256: of the scene's calibration in canonical JSON. place: `line` is its name too where it is a line.
    since_s: when the offence began; None: it is one of a moment. yellow: the start of the last yellow before the
    moment. tracks: the file that says where who was believed to be, frame by frame. gate, papers: whether the record is
    in order for a prosecution, and what the office says of the device. earlier: the same plate at another
    camera.
    """

    camera: Name
    boot: Name
    scene_sha256: Sha256
    calibration_sha256: Sha256 | None = None
    model: ModelUsed
    models: dict[Name, ModelUsed] = Field(default_factory=dict)
    software: str
    offence: Name
    vehicle: KindName
    track: Annotated[int, Field(ge=1)]
    line: Name | None = None
    place: Place | None = None
    direction: Direction | None = None
    since_s: Seconds | None = None
    at_s: Seconds
    at_error_s: NotNegative
    time: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    clock: ClockQuality
    measures: tuple[Measure, ...]
    lamps: tuple[LampSpan, ...] = ()
    yellow: LampStart | None = None
    plate: PlateRead | None = None
    stills: tuple[Still, ...]
    clip: Clip | None = None
    tracks: Name | None = None
    reasons_not_to_fine: tuple[str, ...] = ()
    gate: Gate | None = None
    papers: DevicePapers | None = None
    earlier: EarlierSighting | None = None

    def named_files(self) -> list[str]:
        """The files this record speaks of; each must lie in the package."""
        crop = [self.plate.crop.name, self.plate.crop.still] if self.plate and self.plate.crop else []
        elsewhere = self.earlier.picture if self.earlier else None
        others = [name for name in (self.clip.name if self.clip else None, self.tracks, elsewhere) if name is not None]
        return [*(still.name for still in self.stills), *crop, *others]


SINCE_3 = frozenset(
    {"calibration_sha256", "models", "place", "since_s", "yellow", "plate", "tracks", "gate", "papers", "earlier"}
)
"""Fields that records of older formats have not."""


class Manifest(Stated):
    """`manifest.json`: the record, and every other file of the package with its size and SHA-256.

    device: fingerprint of the key that seals the package, so that a seal taken away is missed; None where the package
    is hashed and not signed (all of format 1, none of format 2).
    """

    format: Format
    record: EvidenceRecord
    files: tuple[MediaFile, ...]
    device: Sha256 | None = None

    @model_validator(mode="after")
    def _each_format_its_own(self) -> Self:
        if self.format != NEWEST and (self.device is None) != (self.format == "ngatu-evidence-1"):
            raise ValueError(
                f"device: wanted a fingerprint in ngatu-evidence-2 alone, found it otherwise in {self.format}"
            )
        newer = sorted(self.record.model_fields_set & SINCE_3)
        if self.format != NEWEST and newer:
            raise ValueError(f"record: wanted what {self.format} knows, found {', '.join(newer)}")
        return self

    @classmethod
    def of(cls, record: EvidenceRecord, files: tuple[MediaFile, ...], device: str | None) -> Self:
        return cls(format=NEWEST, record=record, files=files, device=device)

    def written(self) -> bytes:
        """The bytes of a file of the newest format. Raises ValueError for what canonical JSON cannot hold."""
        return canonical_json(self.model_dump(mode="json"))
