"""Compares the plates of findings, over all sites: two that no vehicle can both have made speak for a cloned plate.

Only what is stored as a case is compared, never a passer-by. UTC labels of two boxes are all there is to compare them
by, so a box that does not say how wrong its clock may be makes no suspicion.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Engine, Integer, bindparam, select
from sqlalchemy.orm import Session

from violations.evidence.record import EvidenceRecord, Manifest
from violations.rules.accusation import Doubt
from violations.rules.cloned_plate import Suspicion, impossible_journey, straight_road
from violations.store.camera_places import place_of
from violations.store.database import reading
from violations.store.errors import EvidenceNotFoundError
from violations.store.evidence_files import EvidenceShelf
from violations.store.journey_tables import CameraPlaceRow, CaseJourneyRow
from violations.store.scope import Districts
from violations.store.tables import CaseRow
from vision.plates.sightings import Sighting

DOUBT = Doubt.PLATE_PERHAPS_CLONED.value
# From one end of Vietnam to the other, 1,650 km in a straight line, at the speed nobody drives.
WITHIN = timedelta(hours=9)
MOST_COMPARED = 200
LARGEST_MANIFEST_BYTES = 1_000_000
IDS = bindparam("ids", expanding=True, type_=Integer)
DOUBTED = select(CaseJourneyRow.case_id).where(CaseJourneyRow.case_id.in_(IDS)).distinct()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The other case of an impossible journey. case_id: None where it belongs to a district the reader may not see."""

    case_id: int | None
    camera: str
    at: datetime
    distance_m: float
    distance_error_m: float
    took_s: float
    took_error_s: float


def link_journeys(session: Session, shelf: EvidenceShelf, event_id: str) -> None:
    """Inside the caller's transaction, after the case of that event is there: both cases of each impossible journey."""
    row = session.scalars(select(CaseRow).where(CaseRow.event_id == event_id)).one_or_none()
    here = session.get(CameraPlaceRow, row.camera) if row is not None else None
    if row is None or here is None or row.plate_key is None:
        return
    others = select(CaseRow, CameraPlaceRow).join(CameraPlaceRow, CameraPlaceRow.camera == CaseRow.camera)
    near = CaseRow.at.between(row.at - WITHIN, row.at + WITHIN)
    others = others.where(CaseRow.plate_key == row.plate_key, CaseRow.camera != row.camera, near)
    found = session.execute(others.order_by(CaseRow.id.desc()).limit(MOST_COMPARED)).all()
    mine = _sighting(row, shelf) if found else None
    for other, there in found:
        theirs = _sighting(other, shelf)
        if mine is None or theirs is None:
            continue
        suspicion = impossible_journey(mine, theirs, straight_road(place_of(here), place_of(there)))
        if suspicion is not None:
            _keep(session, row.id, other.id, suspicion)


def doubted(session: Session, case_ids: Collection[int]) -> frozenset[int]:
    """Those whose plate was at another place in an impossible time."""
    return frozenset(session.scalars(DOUBTED, {"ids": list(case_ids)}))


def journeys_of(engine: Engine, case_id: int, districts: Districts = None) -> tuple[Elsewhere, ...]:
    """In the order of time. Camera and time of a case of another district are told, since the suspicion rests on them;
    the case itself is not named."""
    query = select(CaseJourneyRow, CaseRow).join(CaseRow, CaseRow.id == CaseJourneyRow.other_id)
    with reading(engine) as session:
        found = session.execute(query.where(CaseJourneyRow.case_id == case_id).order_by(CaseRow.at, CaseRow.id)).all()
        return tuple(
            Elsewhere(
                case_id=other.id if districts is None or other.district in districts else None,
                camera=other.camera,
                at=other.at,
                distance_m=journey.distance_m,
                distance_error_m=journey.distance_error_m,
                took_s=journey.took_s,
                took_error_s=journey.took_error_s,
            )
            for journey, other in found
        )


def _sighting(row: CaseRow, shelf: EvidenceShelf) -> Sighting | None:
    """What the package says of the plate and the clock; None where nobody knows enough."""
    record = _record(shelf, row.package)
    if record is None or record.plate is None or record.plate.text is None or row.plate_key is None:
        return None
    clock_error_s = record.clock.error_s if record.clock.synchronised else None
    return Sighting(
        plate=row.plate_key,
        rows=(str(record.plate.lines),),
        camera=row.camera,
        at_s=row.at.timestamp(),
        at_error_s=None if clock_error_s is None else clock_error_s + record.at_error_s,
        vehicle=record.vehicle,
        certainty=record.plate.confidence or 0.0,
    )


def _record(shelf: EvidenceShelf, package: str) -> EvidenceRecord | None:
    try:
        file = shelf.local(package)
        if file.stat().st_size > LARGEST_MANIFEST_BYTES:
            return None
        return Manifest.model_validate_json(file.read_bytes()).record
    except (OSError, ValidationError, EvidenceNotFoundError):
        return None


def _keep(session: Session, one: int, other: int, suspicion: Suspicion) -> None:
    measures = {measure.name: measure for measure in suspicion.measures}
    distance, took = measures["distance"], measures["took"]
    for case_id, other_id in ((one, other), (other, one)):
        session.merge(
            CaseJourneyRow(
                case_id=case_id,
                other_id=other_id,
                distance_m=distance.value,
                distance_error_m=distance.error,
                took_s=took.value,
                took_error_s=took.error,
            )
        )
    session.flush()
