"""A plate is found by how it begins, on both databases by an index."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text

from violations.cases.plate_text import plate_key
from violations.store.cases import list_cases
from violations.store.database import walking, writing
from violations.store.plate_search import plate_begins
from violations.store.tables import CaseRow, EventIdRow, EvidenceFileRow
from violations.store.waiting import WaitingWanted, waiting_page

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
PLATES = ("29A1-234.56", "29A-123.45", "29A-123.46", "29Z-999.99", "30A-123.45", "Ꮓ29", None)
PACKAGE = "a" * 64


FOUND = {
    "29A1": {"29A1-234.56", "29A-123.45", "29A-123.46"},
    "29a-123": {"29A1-234.56", "29A-123.45", "29A-123.46"},
    "29 a 123.45": {"29A-123.45", "29A1-234.56"},
    "29A123456": {"29A1-234.56"},
    "29z": {"29Z-999.99"},
    "9A1": set(),
    "-": set(),
}


def test_a_plate_is_found_by_how_it_begins(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(engine)
    monkeypatch.setattr("violations.store.cases.records_of", lambda _session, rows: list(rows))
    waiting = {typed: waiting_page(engine, WaitingWanted(plate=typed)).cases for typed in FOUND}
    assert {typed: {case.plate for case in cases} for typed, cases in waiting.items()} == FOUND
    listed = {typed: list_cases(engine, plate=typed).cases for typed in FOUND}
    assert {typed: {case.plate for case in cases} for typed, cases in listed.items()} == FOUND
    assert "ix_cases_plate_key" in _plan(engine)


def _plan(engine: Engine) -> str:
    """With seven rows PostgreSQL would read them all, so that is forbidden."""
    query = select(CaseRow.id).where(plate_begins("29A1"))
    plain = query.compile(engine, compile_kwargs={"literal_binds": True})
    sqlite = engine.dialect.name == "sqlite"
    with walking(engine) as session:
        if not sqlite:
            session.execute(text("SET LOCAL enable_seqscan TO off"))
        plan = session.execute(text(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {plain}")).all()
    found = " ".join(str(part) for row in plan for part in row)
    # A condition of the index, and no filter on all that it holds.
    assert "plate_key>? AND plate_key<?" in found or "Index Cond: (((plate_key)::text >=" in found
    return found


def _fill(engine: Engine) -> None:
    with writing(engine) as session:
        file = {"sha256": PACKAGE, "size_bytes": 1, "media_type": "image/jpeg", "stored_at": NOON}
        session.execute(insert(EvidenceFileRow), file)
        session.execute(insert(EventIdRow), [{"id": str(n), "time": NOON, "digest": "0"} for n in range(len(PLATES))])
        session.execute(insert(CaseRow), [_row(number, plate) for number, plate in enumerate(PLATES)])


def _row(number: int, plate: str | None) -> dict[str, object]:
    at = NOON - timedelta(minutes=number)
    same = {"offence": "red_light", "vehicle": "car", "camera": "cam1", "district": "d", "track": 1, "version": 1}
    stands = {"state": "detected", "package": PACKAGE, "finding": {"media": []}, "created_at": at, "changed_at": at}
    return same | stands | {"event_id": str(number), "at": at, "plate": plate, "plate_key": plate_key(plate)}
