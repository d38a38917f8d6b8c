"""What an office sets up for its desk: files of its own in the data folder, each in the place of the one that ships.

DATA/desk.yaml      how many people, locks, blind looks, windows (violations.cases.desk_rules)
DATA/office.yaml    what it prints of itself (violations.papers.office)
DATA/wording.yaml   the legal sentences of its papers (violations.papers.wording)
DATA/registry.yaml  the registry's service, in the place of the imported table (violations.registry.service)
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from violations.cases.desk_rules import DeskRules, load_desk_rules, shipped_desk_rules
from violations.papers.office import Office, load_office, shipped_office
from violations.papers.wording import Wording, load_wording, shipped_wording
from violations.registry.port import Registrar
from violations.registry.service import open_registry


@dataclass(frozen=True, slots=True)
class DeskSetup:
    rules: DeskRules
    office: Office
    wording: Wording
    registrar: Registrar


def load_setup(engine: Engine, data: Path) -> DeskSetup:
    """Raises DeskRulesError, OfficeError, LawFileError or RegistryError for a file that is there and wrong."""
    rules, office, wording = (data / name for name in ("desk.yaml", "office.yaml", "wording.yaml"))
    return DeskSetup(
        rules=load_desk_rules(rules) if rules.exists() else shipped_desk_rules(),
        office=load_office(office) if office.exists() else shipped_office(),
        wording=load_wording(wording) if wording.exists() else shipped_wording(),
        registrar=Registrar(open_registry(engine, data / "registry.yaml")),
    )
