"""Tables of passenger-car units (or motorbike units): named, dated, sourced data, never constants in code."""

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from vision.errors import PcuTableError
from vision.vehicles import KIND_NAMES, KindName

DEFAULT_TABLE = "tcvn_4054_2005"
OWN_TABLES = "pcu_tables.yaml"
VEHICLE_NAMES: tuple[KindName, ...] = tuple(name for name in KIND_NAMES if name != "pedestrian")

Factor = Annotated[float, Field(gt=0, le=50, allow_inf_nan=False)]
PcuUnit = Literal["pcu", "mcu"]


class PcuTable(BaseModel):
    """Units per vehicle of each kind. `assumed`: kinds whose number the source does not give as it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.-]+$")]
    title: str
    unit: PcuUnit
    source: str
    certainty: Literal["legal_text", "press_or_paper", "public_repository", "inference", "unconfirmed"]
    dated: date
    factors: dict[KindName, Factor]
    assumed: tuple[KindName, ...] = ()
    notes: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.factors) != set(VEHICLE_NAMES):
            raise ValueError(f"factors must name {', '.join(VEHICLE_NAMES)}, found {', '.join(self.factors)}")
        return self

    @property
    def units_per_car(self) -> float:
        return self.factors["car"]


_TABLES = TypeAdapter(dict[str, PcuTable])


def read_pcu_tables(text: str, where: str) -> dict[str, PcuTable]:
    """Tables by name from YAML. `where`: the file, for the message. Raises PcuTableError."""
    try:
        rows = yaml.safe_load(text)
        if not isinstance(rows, dict):
            raise PcuTableError(f"{where}: wanted a mapping of table names, found {type(rows).__name__}.")
        return _TABLES.validate_python({name: {"name": name, **row} for name, row in rows.items()})
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise PcuTableError(f"{where}: {error}") from error


def load_pcu_tables(file: Path) -> dict[str, PcuTable]:
    """A site's own tables."""
    return read_pcu_tables(file.read_text(encoding="utf-8"), str(file))


def pcu_table_beside(name: str | None, folder: Path) -> PcuTable:
    """The table of that name: a shipped one, or one in `pcu_tables.yaml` of the folder; None for the default.

    Raises PcuTableError.
    """
    own = folder / OWN_TABLES
    if name is None or name in shipped_pcu_tables() or not own.is_file():
        return pcu_table(name or DEFAULT_TABLE)
    tables = load_pcu_tables(own)
    if name not in tables:
        known = ", ".join(sorted([*shipped_pcu_tables(), *tables]))
        raise PcuTableError(f"{own}: wanted a table of passenger-car units {name}, found {known}.")
    return tables[name]


@cache
def shipped_pcu_tables() -> dict[str, PcuTable]:
    """The tables that come with the engine. Do not edit the answer: it is shared."""
    file = resources.files("vision") / "pcu_tables.yaml"
    return read_pcu_tables(file.read_text(encoding="utf-8"), file.name)


def pcu_table(name: str = DEFAULT_TABLE) -> PcuTable:
    """The shipped table of that name. Raises PcuTableError naming the tables there are."""
    tables = shipped_pcu_tables()
    if name not in tables:
        known = ", ".join(sorted(tables))
        raise PcuTableError(f"There is no table of passenger-car units {name}; there are: {known}.")
    return tables[name]
