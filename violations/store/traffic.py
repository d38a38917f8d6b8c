"""Counts over lines and intervals, and how each camera is: plain SQL on what the events left in the tables.

An interval belongs wholly to the grid cell in which it starts. Cells are aligned to whole multiples of `interval_s`
since 1970 UTC. A grid finer than the camera measures would invent gaps, so it is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Label,
    Row,
    String,
    Subquery,
    Tuple,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from violations.store.database import reading
from violations.store.errors import IntervalTooFineError
from violations.store.tables import CountIntervalRow, CountRow, EventRow
from vision.events.bodies import Direction, Health
from vision.vehicles import KindName

HEALTH = "vn.ngatu.health.v1"
LONGER_BY_S = 1.0
Numbers = Mapping[Direction, Mapping[KindName, int]]
CellRow = Row[*tuple[Any, ...]]
Cell = tuple[int, str, str, str]
"""Where a page ends: start in seconds since 1970, camera, line, and the event's id where nothing is grouped."""


@dataclass(frozen=True, slots=True)
class CountsWanted:
    """[since, until) in UTC, None for open ends; `interval_s` None for the intervals as the cameras measured them."""

    camera: str | None = None
    line: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    interval_s: int | None = None


@dataclass(frozen=True, slots=True)
class LineCounts:
    """One line over one interval. `coverage` is the share of it (0..1) in which frames were analysed.

    `counts` leaves out what was not seen: with coverage that is a zero, without it nobody knows.
    """

    camera: str
    line: str
    since: datetime
    until: datetime
    coverage: float
    counts: Numbers


@dataclass(frozen=True, slots=True)
class CountsPage:
    """In order of time, camera, line. `next_after` continues; None when this is the last page."""

    rows: tuple[LineCounts, ...]
    next_after: Cell | None


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """`health` is the latest the camera said of itself, at its own time `time`; both None if it never did.

    `received_at` is when the centre last stored anything of it.
    """

    camera: str
    received_at: datetime
    health: Health | None
    time: datetime | None


def count_page(engine: Engine, wanted: CountsWanted, *, limit: int = 1000, after: Cell | None = None) -> CountsPage:
    """At most `limit` rows after the given cell. Raises IntervalTooFineError."""
    chosen = _chosen(wanted)
    with reading(engine) as session:
        _check_interval(session, chosen, wanted.interval_s)
        cells = _cells(session, chosen, limit + 1, after)
        page = cells[:limit]
        counts = _counts(session, chosen, page)
    rows = tuple(_line_counts(cell, counts.get(_key(cell), {}), wanted.interval_s) for cell in page)
    return CountsPage(rows, _key(page[-1]) if len(cells) > limit else None)


def counted_lines(engine: Engine) -> tuple[tuple[str, str], ...]:
    """Every (camera, line) that ever sent counts, in order of name."""
    columns = (CountIntervalRow.camera, CountIntervalRow.line)
    with reading(engine) as session:
        return tuple((camera, line) for camera, line in session.execute(select(*columns).distinct().order_by(*columns)))


def latest_until(engine: Engine, camera: str, line: str) -> datetime | None:
    """The end of the newest interval of one line; None when it never sent counts."""
    with reading(engine) as session:
        return session.scalar(
            select(func.max(CountIntervalRow.until)).where(
                CountIntervalRow.camera == camera, CountIntervalRow.line == line
            )
        )


def list_cameras(engine: Engine) -> tuple[CameraRecord, ...]:
    """Every camera that ever sent anything, in order of name."""
    place = func.row_number().over(
        partition_by=EventRow.camera,
        # The centre's own order first: a camera's clock may have jumped.
        order_by=(EventRow.received_at.desc(), EventRow.time.desc(), EventRow.sequence.desc()),
    )
    ranked = select(EventRow.camera, EventRow.body, EventRow.time, place.label("place")).where(EventRow.type == HEALTH)
    health = ranked.subquery()
    seen = select(EventRow.camera, func.max(EventRow.received_at).label("at")).group_by(EventRow.camera).subquery()
    query = (
        select(seen.c.camera, seen.c.at, health.c.body, health.c.time)
        .outerjoin(health, (health.c.camera == seen.c.camera) & (health.c.place == 1))
        .order_by(seen.c.camera)
    )
    with reading(engine) as session:
        return tuple(
            CameraRecord(camera, at, None if body is None else Health.model_validate(body), time)
            for camera, at, body, time in session.execute(query)
        )


def _chosen(wanted: CountsWanted) -> Subquery:
    """The wanted intervals, each with the cell it belongs to: (start, camera, line, one)."""
    query = select(CountIntervalRow, *_cell_of(wanted.interval_s))
    if wanted.camera is not None:
        query = query.where(CountIntervalRow.camera == wanted.camera)
    if wanted.line is not None:
        query = query.where(CountIntervalRow.line == wanted.line)
    if wanted.since is not None:
        query = query.where(CountIntervalRow.since >= wanted.since)
    if wanted.until is not None:
        query = query.where(CountIntervalRow.since < wanted.until)
    return query.subquery()


def _cell_of(interval_s: int | None) -> tuple[Label[int], Label[str]]:
    """Start of the grid cell and nothing; or, without a grid, the interval's own start and id."""
    epoch_s = CountIntervalRow.since_epoch_s
    if interval_s is None:
        return epoch_s.label("start"), CountIntervalRow.event_id.label("one")
    return (epoch_s - epoch_s % literal(interval_s)).label("start"), literal_column("''", String).label("one")


def _check_interval(session: Session, chosen: Subquery, interval_s: int | None) -> None:
    if interval_s is None:
        return
    longest_s = session.scalar(select(func.max(chosen.c.duration_s))) or 0.0
    if longest_s > interval_s + LONGER_BY_S:
        raise IntervalTooFineError(
            f"interval: wanted at least {longest_s:g} s, in which these lines are measured, found {interval_s} s"
        )


def _cells(session: Session, chosen: Subquery, limit: int, after: Cell | None) -> Sequence[CellRow]:
    cell = _columns(chosen)
    measured_s = func.sum(chosen.c.duration_s).label("measured_s")
    analysed_s = func.sum(chosen.c.duration_s * chosen.c.coverage).label("analysed_s")
    since, until = func.min(chosen.c.since).label("since"), func.max(chosen.c.until).label("until")
    query = select(*cell, since, until, measured_s, analysed_s).group_by(*cell).order_by(*cell).limit(limit)
    if after is not None:
        query = query.where(tuple_(*cell) > _literal(after))
    return session.execute(query).all()


def _counts(
    session: Session, chosen: Subquery, page: Sequence[CellRow]
) -> dict[Cell, dict[Direction, dict[KindName, int]]]:
    if not page:
        return {}
    cell = _columns(chosen)
    what = (CountRow.direction, CountRow.kind)
    query = (
        select(*cell, *what, func.sum(CountRow.n).label("n"))
        .join_from(chosen, CountRow, CountRow.event_id == chosen.c.event_id)
        .where(tuple_(*cell) >= _literal(_key(page[0])), tuple_(*cell) <= _literal(_key(page[-1])))
        .group_by(*cell, *what)
        .order_by(*what)
    )
    found: dict[Cell, dict[Direction, dict[KindName, int]]] = {}
    for row in session.execute(query):
        found.setdefault(_key(row), {}).setdefault(Direction(row.direction), {})[row.kind] = int(row.n)
    return found


def _columns(chosen: Subquery) -> tuple[ColumnElement[Any], ...]:
    return chosen.c.start, chosen.c.camera, chosen.c.line, chosen.c.one


def _key(row: CellRow) -> Cell:
    return int(row[0]), row[1], row[2], row[3]


def _literal(cell: Cell) -> Tuple:
    return tuple_(*(literal(value) for value in cell))


def _line_counts(cell: CellRow, counts: Numbers, interval_s: int | None) -> LineCounts:
    if interval_s is None:
        since, until, length_s = cell.since, cell.until, cell.measured_s
    else:
        since = datetime.fromtimestamp(cell.start, UTC)
        until, length_s = since + timedelta(seconds=interval_s), float(interval_s)
    return LineCounts(cell.camera, cell.line, since, until, min(1.0, cell.analysed_s / length_s), counts)
