"""One case as the state machine sees it: plain values, no database. A step makes a new one."""

from dataclasses import dataclass
from datetime import datetime

from violations.cases.plate_text import plate_key
from violations.cases.states import FIRST_STATE, CaseState, Role, Verdict
from violations.law.fine_range import FineRange


@dataclass(frozen=True, slots=True)
class Lock:
    """The case lies before one person until `until` (the centre's UTC: locks are held across processes)."""

    holder: str
    until: datetime

    def holds(self, now: datetime) -> bool:
        return now < self.until


@dataclass(frozen=True, slots=True)
class Look:
    """One person's verdict. plate: what it was given for. blind: without sight of the looks before it."""

    who: str
    role: Role
    verdict: Verdict
    at: datetime
    plate: str | None = None
    reason: str | None = None
    note: str = ""
    blind: bool = False

    @property
    def decides(self) -> bool:
        return self.verdict is not Verdict.ANOTHER_LOOK


@dataclass(frozen=True, slots=True)
class Case:
    """author: who brought it in, a camera or a person. recorded_at: the moment of the offence, aware.

    plate: as it stands; machine_plate: as it was read; None where nobody read one. doubts: reasons not to fine. fine:
    what the law of its day says, None where it says nothing. prosecutable: the record passed its gate; without that
    it is for information only. looks: oldest first; a verdict taken back is not among
    them. notified_at, minutes_at: when the notice and the decision went out, None until then.
    """

    id: int
    recorded_at: datetime
    author: str
    state: CaseState = FIRST_STATE
    plate: str | None = None
    machine_plate: str | None = None
    doubts: tuple[str, ...] = ()
    fine: FineRange | None = None
    prosecutable: bool = False
    lock: Lock | None = None
    looks: tuple[Look, ...] = ()
    identified_at: datetime | None = None
    notified_at: datetime | None = None
    minutes_at: datetime | None = None
    merged_into: int | None = None

    @property
    def plate_edited(self) -> bool:
        """Spaces, dots and hyphens are no edit."""
        return plate_key(self.plate) != plate_key(self.machine_plate)

    def people(self) -> frozenset[str]:
        """Everybody who may no longer judge it: its author and who looked already."""
        return frozenset({self.author, *(look.who for look in self.looks)})
