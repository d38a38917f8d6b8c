"""The envelope every fact travels in: CloudEvents 1.0 (structured JSON mode) with a body of its own type.

`camera`, `boot` and `sequence` are CloudEvents extension attributes; together they are the id, so that the same
event sent twice is one event.
"""

from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from vision.events.bodies import Body, Counts, Crossing, Finding, Health, Name
from vision.events.camera import CameraState, ImageQuality
from vision.events.facts import ApproachFacts, GreenFacts, LaneFacts, LineFacts, TurningFacts
from vision.events.incidents import Incident, SwarmFlow


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


class LineFactsEvent(Envelope):
    type: Literal["vn.ngatu.line_facts.v1"] = "vn.ngatu.line_facts.v1"
    data: LineFacts


class LaneFactsEvent(Envelope):
    type: Literal["vn.ngatu.lane_facts.v1"] = "vn.ngatu.lane_facts.v1"
    data: LaneFacts


class TurningFactsEvent(Envelope):
    type: Literal["vn.ngatu.turning_facts.v1"] = "vn.ngatu.turning_facts.v1"
    data: TurningFacts


class ApproachFactsEvent(Envelope):
    type: Literal["vn.ngatu.approach_facts.v1"] = "vn.ngatu.approach_facts.v1"
    data: ApproachFacts


class GreenFactsEvent(Envelope):
    type: Literal["vn.ngatu.green_facts.v1"] = "vn.ngatu.green_facts.v1"
    data: GreenFacts


class IncidentEvent(Envelope):
    type: Literal["vn.ngatu.incident.v1"] = "vn.ngatu.incident.v1"
    data: Incident


class SwarmFlowEvent(Envelope):
    type: Literal["vn.ngatu.swarm_flow.v1"] = "vn.ngatu.swarm_flow.v1"
    data: SwarmFlow


class CameraStateEvent(Envelope):
    type: Literal["vn.ngatu.camera_state.v1"] = "vn.ngatu.camera_state.v1"
    data: CameraState


class ImageQualityEvent(Envelope):
    type: Literal["vn.ngatu.image_quality.v1"] = "vn.ngatu.image_quality.v1"
    data: ImageQuality


AnyEvent = (
    CrossingEvent
    | CountsEvent
    | FindingEvent
    | HealthEvent
    | LineFactsEvent
    | LaneFactsEvent
    | TurningFactsEvent
    | ApproachFactsEvent
    | GreenFactsEvent
    | IncidentEvent
    | SwarmFlowEvent
    | CameraStateEvent
    | ImageQualityEvent
)
Event = Annotated[AnyEvent, Field(discriminator="type")]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)
EVENT_OF: dict[type[Body], type[AnyEvent]] = {kind.model_fields["data"].annotation: kind for kind in get_args(AnyEvent)}
"""The event that carries each body."""
