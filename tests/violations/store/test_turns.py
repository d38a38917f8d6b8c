"""Two processes that write into one SQLite file, as two engines: each has its own connections and locks."""

import logging
import time
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from violations.store import database
from violations.store.database import open_database, reading, writing
from violations.store.upgrade import upgrade


def test_a_process_that_never_stops_writing_leaves_the_other_its_turn(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own way, looking again and again, finds the file taken: so here nobody looks a second time."""
    monkeypatch.setattr(database, "BUSY_MS", 0)
    busy, other = open_database(sqlite_url), open_database(sqlite_url)
    stop, turns = Event(), []

    def write_on() -> None:
        while not stop.is_set():
            with writing(busy) as session:
                session.execute(text("UPDATE cases SET version = version"))
                time.sleep(0.01)
                turns.append(1)

    writer = Thread(target=write_on)
    writer.start()
    try:
        for _ in range(10):
            with writing(other) as session:
                session.execute(text("UPDATE cases SET version = version"))
    except OperationalError as error:
        pytest.fail(f"wanted a turn, found {error.orig}")
    finally:
        stop.set()
        writer.join()
        busy.dispose()
        other.dispose()
    assert len(turns) <= 22, "wanted to wait for one or two others each time"


def test_a_start_with_nothing_to_upgrade_does_not_wait_for_a_writer(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 0)
    engine, starting = open_database(sqlite_url), open_database(sqlite_url)
    with writing(engine) as session:
        session.execute(text("UPDATE cases SET version = version"))
        upgrade(starting)
    engine.dispose()
    starting.dispose()


def test_who_keeps_the_others_waiting_is_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "LONG_S", 0.0)
    engine = open_database(sqlite_url)
    with caplog.at_level(logging.WARNING), writing(engine) as session:
        session.execute(text("UPDATE cases SET version = version"))
    assert "test_turns.py" in caplog.text
    engine.dispose()


def test_the_log_is_moved_into_the_database_beside_a_writer(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    with writing(engine) as session:
        session.execute(text("CREATE TABLE heap (n INTEGER)"))
        session.execute(text("INSERT INTO heap VALUES (1)"))
    with writing(engine) as session:
        session.execute(text("INSERT INTO heap VALUES (2)"))
        database.move_log(engine)
    with reading(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM heap")) == 2
    engine.dispose()
