"""What a proof says: who is accused of what, by whom, and the record and finding made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from edge.agent.places import PlaceShape
from edge.patrol.linked import Linked
from violations.errors import EvidenceError
from violations.evidence.believed import TRACKS
from violations.evidence.gate import GateFacts, View, judge_record
from violations.evidence.package import EvidenceFile, Package
from violations.evidence.papers import DevicePapers
from violations.evidence.plate_read import PlateRead
from violations.evidence.record import (
    Clip,
    ClockQuality,
    EarlierSighting,
    EvidenceRecord,
    LampStart,
    ModelUsed,
    Place,
    Still,
)
from violations.rules import cloned_plate
from violations.rules.accusation import Accusation, Occurrence
from vision.events.bodies import Finding, Gate
from vision.events.lamps import Lamp, LampSpan
from vision.plates.voted import VotedPlate

LAMPS_AROUND_S = 60.0
EARLIER_PLATE = "earlier_plate"


@dataclass(frozen=True, slots=True)
class Charge:
    """An accusation that waits for its proof.

    lamp: what the accusation rests on, None where it rests on no lamp. spans: all that is known of that lamp. plate:
    what was read of this very track. view: whether the camera looked where the scene was drawn, all of that time.
    linked: the sighting at another camera on which it rests too.
    """

    accusation: Accusation
    occurrence: Occurrence
    lamp: LampSpan | None = None
    spans: Sequence[LampSpan] = ()
    plate: VotedPlate | None = None
    view: View = View.UNKNOWN
    linked: Linked | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says so: these stand in every package.

    clock: when the agent began; a Witness may be given a way to ask again. models: the other networks, by what they do
    (finder, reader, riders, lamps). live: the pictures come from the camera itself, not from a recording.
    """

    camera: str
    boot: str
    scene_sha256: str
    model: ModelUsed
    software: str
    clock: ClockQuality
    calibration_sha256: str | None = None
    models: Mapping[str, ModelUsed] = field(default_factory=dict)
    papers: DevicePapers | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show for a charge, and how things stood when it was packed.

    time: the label of the moment. place: None where the scene has none of that name. plate: None where nobody looked.
    """

    time: datetime
    clock: ClockQuality
    scene_intact: bool
    place: PlaceShape | None
    stills: Sequence[Still]
    clip: Clip
    plate: PlateRead | None


def record_of(identity: Identity, charge: Charge, shown: Shown) -> EvidenceRecord:
    """Raises EvidenceError where the plate itself links two cameras and no picture of it is kept here."""
    if charge.linked is not None and (shown.plate is None or shown.plate.text is None):
        raise EvidenceError(
            f"track {charge.occurrence.track} at {charge.occurrence.at_s:.2f} s: its plate links it with another "
            "camera, and no picture in which it was read is kept"
        )
    occurrence, shape = charge.occurrence, shown.place
    return EvidenceRecord(
        camera=identity.camera,
        boot=identity.boot,
        scene_sha256=identity.scene_sha256,
        calibration_sha256=identity.calibration_sha256,
        model=identity.model,
        models=dict(identity.models),
        software=identity.software,
        offence=charge.accusation.offence,
        vehicle=occurrence.vehicle,
        track=occurrence.track,
        line=occurrence.place if shape and shape.kind == "line" else None,
        place=Place(kind=shape.kind, name=occurrence.place) if shape else None,
        direction=occurrence.direction,
        since_s=occurrence.since_s if occurrence.since_s < occurrence.at_s else None,
        at_s=occurrence.at_s,
        at_error_s=occurrence.at_error_s,
        time=shown.time,
        clock=shown.clock,
        measures=charge.accusation.measures,
        lamps=_around(charge.spans, occurrence.at_s),
        yellow=yellow_before(charge.spans, occurrence.at_s),
        plate=shown.plate,
        stills=tuple(shown.stills),
        clip=shown.clip,
        tracks=TRACKS,
        reasons_not_to_fine=charge.accusation.reasons_not_to_fine,
        gate=_gate(identity, charge, shown),
        papers=identity.papers,
        earlier=_earlier(charge.linked) if charge.linked is not None else None,
    )


def files_of(charge: Charge) -> tuple[EvidenceFile, ...]:
    """What a charge brings along from elsewhere."""
    if charge.linked is None:
        return ()
    return (EvidenceFile(f"{EARLIER_PLATE}.png", EARLIER_PLATE, "image/png", charge.linked.then.picture),)


def _earlier(linked: Linked) -> EarlierSighting:
    earlier, then, later = linked.earlier, linked.then, linked.later.then
    return EarlierSighting(
        name=linked.name,
        site_sha256=linked.site_sha256,
        camera=earlier.camera,
        line=then.line,
        vehicle=earlier.vehicle,
        plate=earlier.plate,
        rows=earlier.rows,
        certainty=earlier.certainty,
        ground=earlier.ground,
        at_s=then.media_s,
        at_error_s=then.media_error_s,
        clock_error_s=then.clock_error_s,
        own_clock_error_s=later.clock_error_s if later is not None else None,
        time=then.time,
        frame=then.frame,
        picture=f"{EARLIER_PLATE}.png",
        lacks=then.lacks,
    )


def _gate(identity: Identity, charge: Charge, shown: Shown) -> Gate:
    facts = GateFacts(
        time=shown.time,
        live=identity.live,
        synchronised=shown.clock.synchronised,
        clock_error_s=shown.clock.error_s,
        view=charge.view,
        scene_intact=shown.scene_intact,
        place=charge.occurrence.place if shown.place is not None else None,
        measures=charge.accusation.measures,
        stills=len(shown.stills),
        clip=True,
        signed=True,
        suspicion=charge.accusation.offence == cloned_plate.OFFENCE,
        others_in_order=charge.linked is None or not charge.linked.then.lacks,
    )
    return judge_record(identity.papers, facts)


def _around(spans: Sequence[LampSpan], at_s: float) -> tuple[LampSpan, ...]:
    since_s, until_s = at_s - LAMPS_AROUND_S, at_s + LAMPS_AROUND_S
    return tuple(span for span in spans if span.until_s > since_s and span.since_s < until_s)


def yellow_before(spans: Sequence[LampSpan], at_s: float) -> LampStart | None:
    """When the last yellow that is known began before the moment; None where nobody knows of one near it."""
    yellows = [span for span in spans if span.state is Lamp.YELLOW and at_s - LAMPS_AROUND_S < span.since_s <= at_s]
    last = max(yellows, key=lambda span: span.since_s, default=None)
    return LampStart(at_s=last.since_s, error_s=last.error_s, origin=last.origin) if last else None


def finding_of(charge: Charge, record: EvidenceRecord, package: Package) -> Finding:
    return Finding(
        offence=record.offence,
        vehicle=record.vehicle,
        track=record.track,
        line=record.line,
        place=charge.occurrence.place,
        at_s=record.at_s,
        measures=record.measures,
        lamp=charge.lamp,
        plate=record.plate.text if record.plate else None,
        reasons_not_to_fine=record.reasons_not_to_fine,
        gate=record.gate,
        package=package.manifest_sha256,
        media=package.media,
    )
