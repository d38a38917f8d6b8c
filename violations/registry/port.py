"""What a vehicle registry is to us: a plate and its ground colour go in, one vehicle or none comes out.

Nobody asks it directly: `Registrar` is the only door, wants the number of a case, and has the look written down before
the answer is handed on.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints

from violations.cases.plate_text import plate_key
from violations.registry.errors import NoCaseError, RegistryError

Ground = Literal["white", "yellow", "blue", "red"]
"""The colour under the characters: part of a plate's identity in Vietnam."""
VehicleType = Literal["motorbike", "car", "bus", "truck"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class Vehicle(BaseModel):
    """One entry. inspected_until: last day of the inspection; it and registered_on are None where not on record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plate: Annotated[str, StringConstraints(min_length=4, max_length=40)]
    ground: Ground
    kind: VehicleType
    owner: Annotated[Line, StringConstraints(min_length=1)]
    address: Line = ""
    registered_on: date | None = None
    inspected_until: date | None = None


class Registry(Protocol):
    """`name` goes into the audit and beside every answer. May raise RegistryDown and RegistryAnswerError."""

    name: str

    def find(self, key: str, ground: Ground, case_id: int) -> Vehicle | None:
        """The vehicle of this `plate_key` and ground; None where there is none."""
        ...


WriteDown = Callable[[int, str, Ground], None]
"""(case, plate, ground): put the look into the audit log for good, or raise; nothing is asked before it returns."""


class Registrar:
    """The one way to ask. `write_down` is the caller's own entry into the audit log."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.name = registry.name

    def look(self, case_id: int | None, plate: str | None, ground: Ground, write_down: WriteDown) -> Vehicle | None:
        """Raises NoCaseError without a case, RegistryError without a plate, and whatever the registry raises."""
        if case_id is None or case_id < 1:
            raise NoCaseError(f"registry: wanted the number of a case for every look, found {case_id}")
        key = plate_key(plate)
        if plate is None or key is None:
            raise RegistryError(f"registry: wanted a plate for case {case_id}, found {plate or 'none'}")
        write_down(case_id, plate, ground)
        return self._registry.find(key, ground, case_id)
