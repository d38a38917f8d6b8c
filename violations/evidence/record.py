"""What an evidence package states: everything a person needs to judge the moment, and to doubt the judge."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from violations.evidence.canonical import canonical_json
from vision.events.bodies import Direction, Measure, MediaFile, Name, NotNegative, Sha256
from vision.events.lamps import LampSpan
from vision.vehicles import KindName

Seconds = Annotated[float, Field(allow_inf_nan=False)]


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ClockQuality(Stated):
    """How far the time label can be trusted; None where the system did not say."""

    synchronised: bool | None
    error_s: NotNegative | None


class ModelUsed(Stated):
    """The detector's model card."""

    name: str
    sha256: Sha256


class Still(Stated):
    """One picture: `name` of its file, what it `shows`, the frame it is and that frame's time."""

    name: Name
    shows: Name
    frame: Annotated[int, Field(ge=0)]
    media_s: Seconds


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


class EvidenceRecord(Stated):
    """All times in seconds are on the camera's own clock (media time); `time` is their label for people, in UTC.

    scene_sha256: of the scene file in force. software: name and version of what looked. at_error_s: half-width of
    the moment. lamps: the spans known around the moment; where none covers it, nobody knows what the lamp showed.
    """

    camera: Name
    boot: Name
    scene_sha256: Sha256
    model: ModelUsed
    software: str
    offence: Name
    vehicle: KindName
    track: Annotated[int, Field(ge=1)]
    line: Name | None = None
    direction: Direction | None = None
    at_s: Seconds
    at_error_s: NotNegative
    time: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    clock: ClockQuality
    measures: tuple[Measure, ...]
    lamps: tuple[LampSpan, ...] = ()
    stills: tuple[Still, ...]
    clip: Clip | None = None
    reasons_not_to_fine: tuple[str, ...] = ()

    def named_files(self) -> list[str]:
        """The files this record speaks of; each must lie in the package."""
        return [still.name for still in self.stills] + ([self.clip.name] if self.clip else [])


class Manifest(Stated):
    """`manifest.json`: the record, and every other file of the package with its size and SHA-256.

    device: fingerprint of the key that seals the package, so that a seal taken away is missed; None where the package
    is hashed and not signed (format 1, the only one until the end of 2026).
    """

    format: Literal["ngatu-evidence-1", "ngatu-evidence-2"]
    record: EvidenceRecord
    files: tuple[MediaFile, ...]
    device: Sha256 | None = None

    @model_validator(mode="after")
    def _device_from_format_2_on(self) -> Self:
        if (self.device is None) != (self.format == "ngatu-evidence-1"):
            raise ValueError(
                f"device: wanted a fingerprint in ngatu-evidence-2 alone, found it otherwise in {self.format}"
            )
        return self

    @classmethod
    def of(cls, record: EvidenceRecord, files: tuple[MediaFile, ...], device: str | None) -> Self:
        return cls(
            format="ngatu-evidence-2" if device else "ngatu-evidence-1", record=record, files=files, device=device
        )

    def written(self) -> bytes:
        """The bytes of the file. Raises ValueError for what canonical JSON cannot hold."""
        return canonical_json(self.model_dump(mode="json", exclude=None if self.device else {"device"}))
