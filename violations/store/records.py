"""What the store hands out: plain values, detached from the database."""

from dataclasses import dataclass
from datetime import datetime

from violations.cases.case import Case
from violations.cases.states import CaseState
from vision.events.bodies import Finding
from vision.events.envelope import Event


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case as it stands. `at` is the UTC label of the offence; measured times are media seconds in `finding`.

    file_name: the same in all cases of one file, None where it is alone. life: the case as the state machine sees it.
    """

    id: int
    event_id: str
    camera: str
    at: datetime
    state: CaseState
    version: int
    created_at: datetime
    changed_at: datetime
    finding: Finding
    district: str
    file_name: str | None
    life: Case


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step. `action` is `opened` or a Verdict; `from_state` is None for the first; `reason` a rejection code."""

    at: datetime
    who: str
    action: str
    from_state: CaseState | None
    to_state: CaseState
    reason: str | None
    note: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Newest first. `next_before` is the `before` of the following page; None when this is the last."""

    cases: tuple[CaseRecord, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    event: Event
    received_at: datetime


@dataclass(frozen=True, slots=True)
class EventPage:
    """Oldest first. `next_after` is the (time, id) to continue after; None when this is the last page."""

    events: tuple[StoredEvent, ...]
    next_after: tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    sha256: str
    size_bytes: int
    media_type: str
    stored_at: datetime
