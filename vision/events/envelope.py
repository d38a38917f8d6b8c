"""The envelope every fact travels in: CloudEvents 1.0 (structured JSON mode) with a body of its own type.

`camera`, `boot` and `sequence` are CloudEvents extension attributes; together they are the id, so that the same
event sent twice is one event.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from vision.events.bodies import Counts, Crossing, Finding, Health, Name


class Envelope(BaseModel):
    """`time` is an aware UTC label for people; everything measured is in media seconds inside `data`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(max_length=300)]
    source: Annotated[str, Field(max_length=200)]
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    camera: Name
    boot: Name
    sequence: Annotated[int, Field(ge=0)]


class CrossingEvent(Envelope):
    type: Literal["vn.ngatu.crossing.v1"] = "vn.ngatu.crossing.v1"
    data: Crossing


class CountsEvent(Envelope):
    type: Literal["vn.ngatu.counts.v1"] = "vn.ngatu.counts.v1"
    data: Counts


class FindingEvent(Envelope):
    type: Literal["vn.ngatu.finding.v1"] = "vn.ngatu.finding.v1"
    data: Finding


class HealthEvent(Envelope):
    type: Literal["vn.ngatu.health.v1"] = "vn.ngatu.health.v1"
    data: Health


Event = Annotated[CrossingEvent | CountsEvent | FindingEvent | HealthEvent, Field(discriminator="type")]
EVENT: TypeAdapter[CrossingEvent | CountsEvent | FindingEvent | HealthEvent] = TypeAdapter(Event)
