"""A plate is found by how it begins, on both databases by an index."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text

from violations.cases.plate_text import plate_key
from violations.store.cases import list_cases
from violations.store.database import reading, writing
from violations.store.plate_search import plate_begins
from violations.store.tables import CaseRow, EventIdRow, EvidenceFileRow
from violations.store.waiting import WaitingWanted, waiting_page

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
PLATES = ("29A1-234.56", "29A-123.45", "29A-123.46", "29Z-999.99", "30A-123.45", "Ꮓ29", None)
PACKAGE = "a" * 64


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """One waiting case for each plate, and two thousand of another province."""
    plates = [*PLATES, *(f"51F-{number:05d}" for number in range(2000))]
    with writing(engine) as session:
        session.execute(
            insert(EvidenceFileRow), {"sha256": PACKAGE, "size_bytes": 1, "media_type": "a", "stored_at": NOON}
        )
        session.execute(insert(EventIdRow), [{"id": str(n), "time": NOON, "digest": "0"} for n in range(len(plates))])
        session.execute(insert(CaseRow), [_row(number, plate) for number, plate in enumerate(plates)])
        session.execute(text("ANALYZE"))
    return engine


def _row(number: int, plate: str | None) -> dict[str, object]:
    at = NOON - timedelta(minutes=number)
    same = {"offence": "red_light", "vehicle": "car", "camera": "cam1", "district": "d", "track": 1, "version": 1}
    stands = {"state": "detected", "package": PACKAGE, "finding": {"media": []}, "created_at": at, "changed_at": at}
    return same | stands | {"event_id": str(number), "at": at, "plate": plate, "plate_key": plate_key(plate)}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("29A1", {"29A1-234.56", "29A-123.45", "29A-123.46"}),
        ("29a-123", {"29A1-234.56", "29A-123.45", "29A-123.46"}),
        ("29 a 123.45", {"29A-123.45", "29A1-234.56"}),
        ("29A123456", {"29A1-234.56"}),
        ("29z", {"29Z-999.99"}),
        ("9A1", set()),
        ("-", set()),
    ],
)
def test_a_plate_is_found_by_how_it_begins(filled: Engine, typed: str, found: set[str]) -> None:
    cases = waiting_page(filled, WaitingWanted(plate=typed)).cases
    assert {case.plate for case in cases} == found


def test_an_index_finds_it(filled: Engine) -> None:
    with reading(filled) as session:
        query = select(CaseRow.id).where(plate_begins("29A1"))
        plain = query.compile(filled, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if filled.dialect.name == "sqlite" else "EXPLAIN"
        plan = str(session.execute(text(f"{explain} {plain}")).all())
    assert "ix_cases_plate_key" in plan


def test_the_list_of_all_cases_is_searched_the_same_way(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("violations.store.cases.records_of", lambda _session, rows: list(rows))
    assert {case.plate for case in list_cases(filled, plate="29a12345").cases} == {"29A-123.45", "29A1-234.56"}
