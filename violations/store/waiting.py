"""What waits for a decision, in the order in which people decide: the oldest recording first, its days end first.

Pages go on after a (time, id), never by counting rows. Whoever is led to a case is offered it: for a while nobody else
is led there, so that fifty people at one queue do not decide the same case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, Tuple, delete, literal, literal_column, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from violations.cases.plate_text import plate_key
from violations.store.case_tables import CaseLookRow
from violations.store.cases import PLATE_KEY_MAX
from violations.store.database import reading, writing
from violations.store.desk_tables import CaseOfferRow
from violations.store.scope import Districts, within
from violations.store.tables import WAITING_SQL, CaseRow, UtcTime

WAITING: ColumnElement[bool] = literal_column(f"cases.{WAITING_SQL}").self_group()
OFFER = timedelta(minutes=5)
TRIES = 5
Place = tuple[datetime, int]
"""Where a page ends: the time of the recording and the case's id."""


@dataclass(frozen=True, slots=True)
class WaitingWanted:
    """None: any. plate: whatever its spaces, marks and case. since, until: of the recording, [since, until)."""

    offence: str | None = None
    camera: str | None = None
    plate: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    districts: Districts = None


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """One line of the queue. machine_plate: as it was read. still: SHA-256 of the picture at the moment, or None."""

    id: int
    offence: str
    vehicle: str
    plate: str | None
    machine_plate: str | None
    camera: str
    district: str
    place: str | None
    at: datetime
    state: str
    version: int
    still: str | None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """`next_after` continues; None when this is the last page."""

    cases: tuple[WaitingCase, ...]
    next_after: Place | None


def waiting_page(engine: Engine, wanted: WaitingWanted, *, limit: int = 50, after: Place | None = None) -> WaitingPage:
    """At most `limit` of them, after the given place."""
    query = select(CaseRow).where(WAITING, *_filters(wanted)).order_by(CaseRow.at, CaseRow.id).limit(limit + 1)
    if after is not None:
        query = query.where(_beyond(after))
    with reading(engine) as session:
        rows = session.scalars(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return WaitingPage(tuple(_line(row) for row in rows[:limit]), None if last is None else (last.at, last.id))


def beside(engine: Engine, here: Place, districts: Districts, who: str, now: datetime) -> tuple[int | None, int | None]:
    """(previous, next) undecided case of this person beside the one they look at; None where there is none."""
    query = _for(who, districts, now)
    with reading(engine) as session:
        return (
            session.scalar(query.where(_before(here)).order_by(*_backwards()).limit(1)),
            session.scalar(query.where(_beyond(here)).order_by(*_forwards()).limit(1)),
        )


def lead(engine: Engine, here: Place, districts: Districts, who: str, now: datetime) -> tuple[int | None, int | None]:
    """As `beside`; this case and the next are offered to this person from now on, and no others."""
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            # An offer that a power cut forgets does no harm, so nobody waits for the disk.
            session.execute(text("SET LOCAL synchronous_commit TO OFF"))
        previous = session.scalar(_for(who, districts, now).where(_before(here)).order_by(*_backwards()).limit(1))
        session.execute(delete(CaseOfferRow).where((CaseOfferRow.who == who[:80]) | (CaseOfferRow.until <= now)))
        _offer(session, here[1], who, now)
        return previous, _offer_first(session, here, districts, who, now)


def after_verdict(engine: Engine, done: Place, districts: Districts, who: str, now: datetime) -> int | None:
    """Where this person goes on: the case already offered to them, else the one after, else the queue's first."""
    mine = select(CaseOfferRow.case_id).where(CaseOfferRow.who == who[:80], CaseOfferRow.until > now)
    query = _for(who, districts, now).where(CaseRow.id != done[1]).order_by(*_forwards()).limit(1)
    with reading(engine) as session:
        return (
            session.scalar(query.where(CaseRow.id.in_(mine)))
            or session.scalar(query.where(_beyond(done)))
            or session.scalar(query)
        )


def _offer_first(session: Session, after: Place, districts: Districts, who: str, now: datetime) -> int | None:
    """The first that nobody else was offered meanwhile; after TRIES the last one seen, offered or not."""
    found = None
    for _ in range(TRIES):
        query = _for(who, districts, now).order_by(*_forwards()).limit(1)
        found = session.scalar(query.where(_beyond(after)))
        if found is None or _offer(session, found, who, now):
            break
    return found


def _offer(session: Session, case_id: int, who: str, now: datetime) -> bool:
    """Keep the case for `who` for a while; False where somebody else has it."""
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"who": who[:80], "until": now + OFFER}
    free = (CaseOfferRow.until <= now) | (CaseOfferRow.who == who[:80])
    put = kind.insert(CaseOfferRow).values(case_id=case_id, **values)
    put = put.on_conflict_do_update(index_elements=[CaseOfferRow.case_id], set_=values, where=free)
    return session.scalar(put.returning(CaseOfferRow.case_id)) is not None


def _for(who: str, districts: Districts, now: datetime) -> Select[int]:
    """Nobody is led to a case a second time: their look has been given. Nor to one that lies before somebody else."""
    looked = select(CaseLookRow.id).where(CaseLookRow.case_id == CaseRow.id, CaseLookRow.who == who).exists()
    others = (CaseOfferRow.case_id == CaseRow.id) & (CaseOfferRow.who != who) & (CaseOfferRow.until > now)
    offered = select(CaseOfferRow.case_id).where(others).exists()
    locked = (CaseRow.lock_until > now) & (CaseRow.lock_holder != who)
    free = CaseRow.lock_until.is_(None) | ~locked
    return select(CaseRow.id).where(WAITING, within(CaseRow.district, districts), ~looked, ~offered, free)


def _filters(wanted: WaitingWanted) -> Sequence[ColumnElement[bool]]:
    equal = ((CaseRow.offence, wanted.offence), (CaseRow.camera, wanted.camera))
    found = [within(CaseRow.district, wanted.districts), *(column == value for column, value in equal if value)]
    if wanted.plate is not None:
        found.append(CaseRow.plate_key == (plate_key(wanted.plate) or "")[:PLATE_KEY_MAX])
    if wanted.since is not None:
        found.append(CaseRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(CaseRow.at < wanted.until)
    return found


def _beyond(place: Place) -> ColumnElement[bool]:
    return tuple_(CaseRow.at, CaseRow.id) > _literal(place)


def _before(place: Place) -> ColumnElement[bool]:
    return tuple_(CaseRow.at, CaseRow.id) < _literal(place)


def _literal(place: Place) -> Tuple:
    return tuple_(literal(place[0], UtcTime), literal(place[1]))


def _forwards() -> tuple[Any, Any]:
    return CaseRow.at, CaseRow.id


def _backwards() -> tuple[Any, Any]:
    return CaseRow.at.desc(), CaseRow.id.desc()


def _line(row: CaseRow) -> WaitingCase:
    """The stored finding was checked when it came; here only three of its values are wanted, fifty times a page."""
    finding = row.finding
    still = next((file["sha256"] for file in finding["media"] if file["shows"] == "still_at"), None)
    return WaitingCase(
        id=row.id,
        offence=row.offence,
        vehicle=row.vehicle,
        plate=row.plate,
        machine_plate=finding.get("plate"),
        camera=row.camera,
        district=row.district,
        place=finding.get("line") or finding.get("place"),
        at=row.at,
        state=row.state,
        version=row.version,
        still=still,
    )
