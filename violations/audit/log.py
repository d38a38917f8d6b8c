"""The audit log: who looked at what or did what. Entries are only added, each naming the one before by its hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Engine, String, bindparam, func, insert, select
from sqlalchemy.orm import Session

from violations.accounts.caller import Caller
from violations.audit.entry import EMPTY, Detail, Entry, Head
from violations.store.audit_tables import AuditRow
from violations.store.database import reading, writing

ONE_WRITER = 0x6E67617564  # "ngaud": the advisory lock that PostgreSQL's writers of the log queue for
ONE_LOOK = timedelta(seconds=60)
_table = AuditRow.metadata.tables[AuditRow.__tablename__]
_audit = _table.c
# Made once: every page that shows personal data asks these.
HEAD = select(_audit.id, _audit.hash).order_by(_audit.id.desc()).limit(1)
LAST_LOOK = (
    select(_audit.at, _audit.details)
    .where(*(_audit[name] == bindparam(name, type_=String) for name in ("subject", "who", "action", "address")))
    .order_by(_audit.id.desc())
    .limit(1)
)
ADDED = insert(_table)
HELD = select(func.pg_advisory_xact_lock(bindparam("key", ONE_WRITER, BigInteger)))
LONGEST = {"who": 80, "roles": 120, "address": 80, "action": 40, "subject": 200}


@dataclass(frozen=True, slots=True)
class Note:
    """What happened: `action` as room.verb, such as case.view; `subject` such as case/12; `details` small and plain."""

    action: str
    subject: str
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """`hash` is the one written with the entry; `verify` says whether it is the right one."""

    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class EntriesWanted:
    """None: any. `subject` and `who` are exact."""

    who: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def note(session: Session, caller: Caller, what: Note, now: datetime) -> Entry:
    """Add an entry in the caller's transaction, as its last act: on PostgreSQL the log is held until its end."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(HELD)
    before = head(session)
    texts = {
        "who": caller.name,
        "roles": ",".join(sorted(caller.roles)),
        "address": caller.address,
        "action": what.action,
        "subject": what.subject,
    }
    plain = {name: _plain(text)[: LONGEST[name]] for name, text in texts.items()}
    details = {name: _plain_detail(value) for name, value in what.details.items()}
    entry = Entry(before.number + 1, now.astimezone(UTC), details=details, previous=before.hash, **plain)
    numbered = {"id": entry.number, "at": entry.at, "details": details}
    session.flush()
    session.execute(ADDED, {**numbered, "previous": entry.previous, "hash": entry.hash(), **plain})
    return entry


def note_view(engine: Engine, caller: Caller, what: Note, now: datetime) -> datetime:
    """Add an entry about a look, before what was asked for is handed out; the time of the entry that tells of it.

    The same look by the same caller from the same place within a minute is the same look: a page asks for its clip in
    many ranges.
    """
    with reading(engine) as session:
        asked = {"subject": what.subject, "who": caller.name, "action": what.action, "address": caller.address}
        last = session.execute(LAST_LOOK, asked).one_or_none()
    if last is not None and timedelta() <= now - last.at < ONE_LOOK and last.details == dict(what.details):
        at: datetime = last.at
        return at
    with writing(engine) as session:
        return note(session, caller, what, now).at


def head(session: Session) -> Head:
    """EMPTY where nothing was written yet."""
    last = session.execute(HEAD).one_or_none()
    return EMPTY if last is None else Head(last.id, last.hash)


def list_entries(
    engine: Engine, wanted: EntriesWanted, *, limit: int = 100, before: int | None = None
) -> tuple[Stored, ...]:
    """Newest first, below the number `before`."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    equal = ((AuditRow.who, wanted.who), (AuditRow.action, wanted.action), (AuditRow.subject, wanted.subject))
    query = query.where(*(column == value for column, value in equal if value is not None))
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    if before is not None:
        query = query.where(AuditRow.id < before)
    with reading(engine) as session:
        return tuple(stored(row) for row in session.scalars(query))


def stored(row: AuditRow) -> Stored:
    entry = Entry(
        number=row.id,
        at=row.at,
        who=row.who,
        roles=row.roles,
        address=row.address,
        action=row.action,
        subject=row.subject,
        details=row.details,
        previous=row.previous,
    )
    return Stored(entry, row.hash)


def _plain(text: str) -> str:
    """Without what no database can keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _plain_detail(value: Detail) -> Detail:
    if isinstance(value, str):
        return _plain(value)
    return value if value is None or isinstance(value, int) else [_plain(one) for one in value]
