"""The registry as a table beside the cases: what was imported from the registry's own export."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, delete, select

from violations.cases.plate_text import plate_key
from violations.registry.port import Ground, Vehicle
from violations.store.case_tables import RegistryVehicleRow
from violations.store.database import reading, writing

AT_ONCE = 1000


class TableRegistry:
    """Answers from the last import; how old that is stands in `imported_at` of each row."""

    name = "table"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, key: str, ground: Ground, case_id: int) -> Vehicle | None:
        """The plate with this ground; else the only one of another ground, so that the difference can be told."""
        query = select(RegistryVehicleRow).where(RegistryVehicleRow.plate_key == key)
        with reading(self._engine) as session:
            rows = session.scalars(query).all()
        same = [row for row in rows if row.ground == ground]
        chosen = same or (rows if len(rows) == 1 else [])
        return _vehicle(chosen[0]) if chosen else None


def put_vehicles(engine: Engine, vehicles: Iterable[Vehicle], now: datetime, *, replace: bool) -> int:
    """All of them or none: those known by plate and ground are overwritten, the rest stays, or goes with `replace`."""
    by_key = {(plate_key(one.plate) or "", one.ground): one for one in vehicles}
    with writing(engine) as session:
        if replace:
            session.execute(delete(RegistryVehicleRow))
        for number, ((key, _), vehicle) in enumerate(by_key.items(), 1):
            session.merge(_row(key, vehicle, now))
            if number % AT_ONCE == 0:
                session.flush()
    return len(by_key)


def _row(key: str, vehicle: Vehicle, now: datetime) -> RegistryVehicleRow:
    return RegistryVehicleRow(plate_key=key, imported_at=now, **vehicle.model_dump())


def _vehicle(row: RegistryVehicleRow) -> Vehicle:
    return Vehicle.model_validate({name: getattr(row, name) for name in Vehicle.model_fields})
