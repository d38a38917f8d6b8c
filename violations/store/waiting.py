"""What waits for a decision, in the order in which people decide: the oldest recording first, its days end first.

Pages go on after a (time, id), never by counting rows. Whoever is led to a case is offered it: for a while nobody else
is led there, so that fifty people at one queue do not decide the same case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    delete,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from violations.store.case_tables import CaseLookRow
from violations.store.database import reading, writing
from violations.store.desk_tables import CaseOfferRow
from violations.store.plate_search import plate_begins
from violations.store.scope import Districts, within
from violations.store.tables import WAITING_SQL, CaseRow, UtcTime

WAITING: ColumnElement[bool] = literal_column(f"cases.{WAITING_SQL}").self_group()
SHOWN = (
    *(CaseRow.id, CaseRow.offence, CaseRow.vehicle, CaseRow.plate, CaseRow.camera, CaseRow.district, CaseRow.at),
    *(CaseRow.state, CaseRow.version, CaseRow.finding),
)
OFFER = timedelta(minutes=5)
TRIES = 5
MOST_DISTRICTS = 200
PLACE = tuple_(CaseRow.at, CaseRow.id)
WHO, NOW, HERE_ID = bindparam("who", type_=String), bindparam("now", type_=UtcTime), bindparam("here_id", type_=Integer)
HERE = tuple_(bindparam("here_at", type_=UtcTime), HERE_ID)
NOT_WAITED_FOR = text("SET LOCAL synchronous_commit TO OFF")
ENDED_OFFERS = delete(CaseOfferRow).where((CaseOfferRow.who == WHO) | (CaseOfferRow.until <= NOW))
Place = tuple[datetime, int]
"""Where a page ends: the time of the recording and the case's id."""


@dataclass(frozen=True, slots=True)
class WaitingWanted:
    """None: any. plate: how it begins, as `plate_begins`. since, until: of the recording, [since, until)."""

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
    query = select(*SHOWN).where(WAITING, *_filters(wanted)).order_by(CaseRow.at, CaseRow.id).limit(limit + 1)
    if after is not None:
        query = query.where(_beyond(after))
    with reading(engine) as session:
        rows = session.execute(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return WaitingPage(tuple(_line(row) for row in rows[:limit]), None if last is None else (last.at, last.id))


def beside(engine: Engine, here: Place, districts: Districts, who: str, now: datetime) -> tuple[int | None, int | None]:
    """(previous, next) undecided case of this person beside the one they look at; None where there is none."""
    asked = _asked(here, who, now)
    with reading(engine) as session:
        return session.scalar(_previous(districts), asked), session.scalar(_next(districts), asked)


def lead(engine: Engine, here: Place, districts: Districts, who: str, now: datetime) -> tuple[int | None, int | None]:
    """As `beside`; this case and the next are offered to this person from now on, and no others."""
    asked = _asked(here, who, now)
    with reading(engine) as session:
        previous = session.scalar(_previous(districts), asked)
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            # An offer that a power cut forgets does no harm, so nobody waits for the disk.
            session.execute(NOT_WAITED_FOR)
        session.execute(ENDED_OFFERS, asked)
        _offer(session, here[1], who, now)
        return previous, _offer_first(session, districts, asked)


def after_verdict(engine: Engine, done: Place, districts: Districts, who: str, now: datetime) -> int | None:
    """Where this person goes on: the case already offered to them, else the one after, else the queue's first."""
    asked = _asked(done, who, now)
    with reading(engine) as session:
        return (
            session.scalar(_offered(districts), asked)
            or session.scalar(_next(districts), asked)
            or session.scalar(_first(districts), asked)
        )


def _offer_first(session: Session, districts: Districts, asked: Mapping[str, Any]) -> int | None:
    """The first that nobody else was offered meanwhile; after TRIES the last one seen, offered or not."""
    found = None
    for _ in range(TRIES):
        found = session.scalar(_next(districts), asked)
        if found is None or _offer(session, found, asked["who"], asked["now"]):
            break
    return found


def _offer(session: Session, case_id: int, who: str, now: datetime) -> bool:
    """Keep the case for `who` for a while; False where somebody else has it."""
    values = {"case_id": case_id, "who": who[:80], "until": now + OFFER, "now": now}
    return session.scalar(_keep(session.get_bind().dialect.name), values) is not None


@lru_cache
def _keep(dialect: str) -> ReturningInsert[Any]:
    kind = postgresql if dialect == "postgresql" else sqlite
    put = kind.insert(CaseOfferRow.__table__)
    put = put.on_conflict_do_update(
        index_elements=[CaseOfferRow.case_id],
        set_={"who": put.excluded.who, "until": put.excluded.until},
        where=(CaseOfferRow.until <= NOW) | (CaseOfferRow.who == put.excluded.who),
    )
    kept: ReturningInsert[Any] = put.returning(CaseOfferRow.case_id)
    return kept


# Statements are made once for each set of districts: to make one costs as much as to ask it.


@lru_cache(MOST_DISTRICTS)
def _for(districts: Districts) -> Select[int]:
    """Nobody is led to a case a second time: their look has been given. Nor to one that lies before somebody else."""
    looked = select(CaseLookRow.id).where(CaseLookRow.case_id == CaseRow.id, CaseLookRow.who == WHO).exists()
    others = (CaseOfferRow.case_id == CaseRow.id) & (CaseOfferRow.who != WHO) & (CaseOfferRow.until > NOW)
    offered = select(CaseOfferRow.case_id).where(others).exists()
    locked = (CaseRow.lock_until > NOW) & (CaseRow.lock_holder != WHO)
    free = CaseRow.lock_until.is_(None) | ~locked
    return select(CaseRow.id).where(WAITING, within(CaseRow.district, districts), ~looked, ~offered, free).limit(1)


@lru_cache(MOST_DISTRICTS)
def _previous(districts: Districts) -> Select[int]:
    return _for(districts).where(PLACE < HERE).order_by(CaseRow.at.desc(), CaseRow.id.desc())


@lru_cache(MOST_DISTRICTS)
def _next(districts: Districts) -> Select[int]:
    return _for(districts).where(PLACE > HERE).order_by(CaseRow.at, CaseRow.id)


@lru_cache(MOST_DISTRICTS)
def _first(districts: Districts) -> Select[int]:
    return _for(districts).where(CaseRow.id != HERE_ID).order_by(CaseRow.at, CaseRow.id)


@lru_cache(MOST_DISTRICTS)
def _offered(districts: Districts) -> Select[int]:
    mine = select(CaseOfferRow.case_id).where(CaseOfferRow.who == WHO, CaseOfferRow.until > NOW)
    return _first(districts).where(CaseRow.id.in_(mine))


def _asked(here: Place, who: str, now: datetime) -> Mapping[str, Any]:
    return {"who": who[:80], "now": now, "here_at": here[0], "here_id": here[1]}


def _filters(wanted: WaitingWanted) -> Sequence[ColumnElement[bool]]:
    equal = ((CaseRow.offence, wanted.offence), (CaseRow.camera, wanted.camera))
    found = [within(CaseRow.district, wanted.districts), *(column == value for column, value in equal if value)]
    if wanted.plate is not None:
        found.append(plate_begins(wanted.plate))
    if wanted.since is not None:
        found.append(CaseRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(CaseRow.at < wanted.until)
    return found


def _beyond(place: Place) -> ColumnElement[bool]:
    return tuple_(literal(place[0], UtcTime), literal(place[1])) < PLACE


def _line(row: Row[Any]) -> WaitingCase:
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
