"""SUMO's vehicle classes as kinds of ours, and what each takes of the road."""

from signals.demand.pcu import pcu_table
from vision.vehicles import KindName

# Others take the room of a car.
_KINDS: dict[str, KindName] = {
    "motorcycle": "motorbike",
    "moped": "motorbike",
    "bicycle": "bicycle",
    "bus": "bus",
    "coach": "bus",
    "truck": "truck",
    "trailer": "truck",
}


def units_of(vehicle_class: str) -> float:
    """Passenger-car units, by the table that is used unless somebody chooses another."""
    return pcu_table().factors[_KINDS.get(vehicle_class, "car")]
