"""What the registry's answer says against a fine: reasons for a person to look twice, such as a cloned plate. Pure."""

from datetime import date
from enum import StrEnum

from violations.registry.port import Ground, Vehicle
from vision.vehicles import KindName


class Suspicion(StrEnum):
    """Translation keys under `doubt`, beside the camera's own reasons not to fine."""

    NOT_REGISTERED = "registry_unknown"
    OTHER_TYPE = "registry_type_differs"
    OTHER_GROUND = "registry_ground_differs"
    REGISTERED_LATER = "registry_later_than_offence"


def suspicions(vehicle: Vehicle | None, seen: KindName, ground: Ground | None, on: date) -> tuple[Suspicion, ...]:
    """What does not fit between the registry's vehicle and the one the camera saw.

    vehicle: None where the registry has none. ground: as the camera read it, None where it could not tell: then it
    contradicts nothing. on: the day of the offence in Vietnam.
    """
    if vehicle is None:
        return (Suspicion.NOT_REGISTERED,)
    differs = {
        Suspicion.OTHER_TYPE: vehicle.kind != seen,
        Suspicion.OTHER_GROUND: ground is not None and vehicle.ground != ground,
        Suspicion.REGISTERED_LATER: vehicle.registered_on is not None and vehicle.registered_on > on,
    }
    return tuple(why for why, holds in differs.items() if holds)
