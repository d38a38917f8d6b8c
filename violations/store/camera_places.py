"""Where cameras stand, as far as somebody said."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from violations.rules.cloned_plate import USUAL, Place, straight_road
from violations.store.database import writing
from violations.store.journey_tables import CameraPlaceRow


def place_camera(engine: Engine, camera: str, place: Place) -> None:
    """Say where a camera stands; it counts for findings that come from now on."""
    with writing(engine) as session:
        session.merge(
            CameraPlaceRow(camera=camera, north_deg=place.north_deg, east_deg=place.east_deg, error_m=place.error_m)
        )


def place_of(row: CameraPlaceRow) -> Place:
    return Place(row.north_deg, row.east_deg, row.error_m)


def surely_apart(session: Session, one: str, other: str) -> bool:
    """Whether the two cameras surely cannot see the same vehicle at once; False where nobody said where one stands."""
    first, second = session.get(CameraPlaceRow, one), session.get(CameraPlaceRow, other)
    if first is None or second is None:
        return False
    road = straight_road(place_of(first), place_of(second))
    return road.length_m - road.length_error_m >= USUAL.apart_m
