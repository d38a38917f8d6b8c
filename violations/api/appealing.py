"""An appeal as a citizen sends it, by page or by program: what is wrong with it, and how it is recorded.

Nothing here looks into a file: its first bytes must say a type we keep, and nobody ever decodes it on the server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from violations.accounts.caller import Caller
from violations.audit.log import Note, note
from violations.cases.desk_rules import DeskRules
from violations.cases.moves import Event, Step
from violations.cases.reasons import NOTE_MAX
from violations.cases.states import Actor, Role
from violations.papers.short_code import new_code
from violations.store.case_papers import Appeal, put_appeal
from violations.store.case_steps import take_steps
from violations.store.evidence_files import EvidenceShelf
from violations.store.records import CaseRecord
from vision.masking.picture_size import MOST_PIXELS, picture_size

CITIZEN = Actor("citizen", Role.CITIZEN)
TRIES_PER_MINUTE = 12
APPEALS_PER_MINUTE = 6
MOST_FILES = 3
MOST_FILE_BYTES = 4_000_000
CONTACT_MAX = 200
STARTS: Sequence[tuple[bytes, int, str]] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"ftyp", 4, "video/mp4"),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """media_type: told from the first bytes; None for a type we do not keep."""

    content: bytes
    media_type: str | None


@dataclass(frozen=True, slots=True)
class TypedAppeal:
    """`files` may be more or larger than allowed: `problem` says so."""

    words: str
    contact: str
    files: tuple[Attached, ...]

    def problem(self) -> str | None:
        """The text key under `citizen` of what is missing or wrong; None when it can be sent."""
        if not self.words:
            return "missing_words"
        if len(self.words) > NOTE_MAX or len(self.contact) > CONTACT_MAX or "\x00" in self.words + self.contact:
            return "too_long"
        if len(self.files) > MOST_FILES or any(len(file.content) > MOST_FILE_BYTES for file in self.files):
            return "too_large"
        if any(file.media_type is None for file in self.files):
            return "wrong_type"
        return "too_many_pixels" if any(is_pixel_bomb(file.content) for file in self.files) else None


def is_pixel_bomb(content: bytes) -> bool:
    """Whether a picture's header claims more pixels than whoever looks at it could open; nothing is decoded."""
    size_px = picture_size(content)
    return size_px is not None and size_px[0] * size_px[1] > MOST_PIXELS


def media_type_of(content: bytes) -> str | None:
    return next((kind for start, at, kind in STARTS if content[at : at + len(start)] == start), None)


def record_appeal(
    engine: Engine,
    shelf: EvidenceShelf,
    caller: Caller,
    case: CaseRecord,
    typed: TypedAppeal,
    *,
    now: datetime,
    rules: DeskRules,
) -> str:
    """The receipt. Only after `problem()` is None; raises the CaseError of a case that cannot be appealed now.

    The files first, as with all evidence: an appeal never names one that is not there.
    """
    names = tuple(_shelve(shelf, file, now) for file in typed.files)
    given = Appeal(now, "", typed.words, typed.contact, names)
    receipts: list[str] = []

    def record(session: Session, moved: CaseRecord) -> None:
        receipts.append(put_appeal(session, moved.id, given, new_code))
        note(session, caller, Note("notice.appeal", f"case/{moved.id}"), now)

    event = Event(Step.APPEAL, note=typed.words)
    take_steps(engine, case.id, [event], actor=CITIZEN, version=None, now=now, rules=rules, record=record)
    return receipts[0]


def _shelve(shelf: EvidenceShelf, file: Attached, now: datetime) -> str:
    name = sha256(file.content).hexdigest()
    with shelf.receive(name) as upload:
        upload.write(file.content)
        upload.finish(file.media_type or "", now)
    return name
