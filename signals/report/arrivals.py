"""Which crossings of cameras are arrivals at the stop lines of a street, and when they came on the street's clock."""

from collections.abc import Iterable

from signals.library.described import StreetIn
from signals.report.clock import VIETNAM
from signals.report.time_space import Arrival
from vision.events.bodies import Crossing
from vision.events.envelope import Event


def cameras_of(street: StreetIn) -> set[str]:
    """Those that some stop names."""
    return {camera for camera, _, _ in _places(street)}


def arrivals_at(street: StreetIn, events: Iterable[Event]) -> list[Arrival]:
    """The crossings of every line that the street names, in seconds since local midnight; other events are left out."""
    places = _places(street)
    found: list[Arrival] = []
    for event in events:
        body = event.data
        if not isinstance(body, Crossing):
            continue
        place = places.get((event.camera, body.line, body.direction.value))
        if place is not None:
            local = event.time.astimezone(VIETNAM)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            found.append(Arrival(*place, (local - midnight).total_seconds()))
    return found


def _places(street: StreetIn) -> dict[tuple[str, str, str], tuple[str, bool]]:
    """(camera, line, direction) → (junction, outbound)."""
    return {
        (line.camera, line.line, line.direction): (stop.junction.name, outbound)
        for stop in street.stops
        for line, outbound in ((stop.outbound_line, True), (stop.inbound_line, False))
        if line is not None
    }
