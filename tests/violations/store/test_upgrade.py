"""Upgrades of a database that is already in use: every row comes along."""

import json

import pytest
from alembic import command
from sqlalchemy import text

from violations.store import upgrade as upgrading
from violations.store.cases import get_case
from violations.store.database import open_database
from violations.store.evidence_files import EvidenceShelf
from violations.store.facts import FactsWanted, list_facts
from violations.store.ingest import ingest

FACTS = ("2026-11-01 00:00:00", "2026-11-01 00:15:00")


@pytest.fixture
def old_url(request, database_url, tmp_path):
    """An empty place for a database, of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.new_database(template="template0")
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def at_0002(old_url, monkeypatch, make_finding, files):
    """A database as version 0002 left it, with an event, its case with history, and an interval of counts."""
    monkeypatch.setattr(command, "upgrade", _to("0002", command.upgrade))
    engine = open_database(old_url)
    monkeypatch.undo()
    event = make_finding(1)
    with engine.begin() as connection:
        for name in {event["data"]["package"], *(file["sha256"] for file in event["data"]["media"])}:
            connection.execute(
                text("INSERT INTO evidence_files VALUES (:name, 1, 'image/png', :now)"), {"name": name, "now": FACTS[0]}
            )
        finding = json.dumps(event["data"])
        values = {"id": event["id"], "body": finding, "now": FACTS[0], "package": event["data"]["package"]}
        for other, kind in (("", "finding"), ("/2", "counts")):
            connection.execute(
                text("INSERT INTO events VALUES (:id, 's', 'cam1', 'b', 1, :kind, :now, :body, 'd', :now)"),
                values | {"id": event["id"] + other, "kind": kind},
            )
        connection.execute(
            text(
                "INSERT INTO cases VALUES (7, :id, 'red_light', 'car', 'cam1', 'n', :now, 4, NULL, 'detected', 1, "
                ":package, :body, :now, :now)"
            ),
            values,
        )
        connection.execute(
            text("INSERT INTO case_history VALUES (1, 7, :now, 'camera:cam1', 'opened', NULL, 'detected', NULL, '')"),
            values,
        )
        connection.execute(
            text("INSERT INTO count_intervals VALUES (:id, 'cam1', 'n', :now, :now, 0, 15, 1)"),
            values | {"id": event["id"] + "/2"},
        )
        connection.execute(
            text("INSERT INTO counts VALUES (:id, 'left_to_right', 'car', 3)"), {"id": event["id"] + "/2"}
        )
    engine.dispose()
    return old_url, event


def _to(revision, run):
    return lambda config, _head: run(config, revision)


def test_every_row_of_an_older_database_comes_along(at_0002, tmp_path, noon):
    url, event = at_0002
    engine = open_database(url)
    with engine.connect() as connection:
        numbers = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("events", "event_ids", "cases", "case_history", "count_intervals", "counts", "case_files")
        }
        digests = connection.execute(text("SELECT DISTINCT digest FROM event_ids")).scalars().all()
        district = connection.execute(text("SELECT district FROM cases")).scalar()
    files = len({event["data"]["package"], *(file["sha256"] for file in event["data"]["media"])})
    assert numbers == {
        "events": 2,
        "event_ids": 2,
        "cases": 1,
        "case_history": 1,
        "count_intervals": 1,
        "counts": 1,
        "case_files": files,
    }
    assert (digests, district) == (["d"], "-")
    assert get_case(engine, 7).event_id == event["id"]
    assert list_facts(engine, FactsWanted()).records == ()
    receipt = ingest(engine, EvidenceShelf(engine, tmp_path / "e"), [event], noon)
    assert receipt.refused[0].reason == "id: already stored with other content"
    engine.dispose()


def test_an_upgrade_is_one_step_for_all_or_none(at_0002, monkeypatch):
    url, _ = at_0002

    def fail(_connection):
        raise RuntimeError("power cut")

    monkeypatch.setattr(upgrading, "_check_keys", fail)
    with pytest.raises(RuntimeError):
        open_database(url)
    monkeypatch.undo()
    engine = open_database(url)
    assert get_case(engine, 7).state == "detected"
    engine.dispose()
