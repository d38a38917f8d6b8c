"""What only PostgreSQL has: months as partitions, and a role that can add to the log and never change it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from violations.accounts.caller import Caller
from violations.audit.log import Note, note
from violations.audit.verify import verify
from violations.store.append_only import APPEND_ONLY
from violations.store.database import open_database, writing
from violations.store.errors import DatabaseError
from violations.store.events import EventsWanted, list_events
from violations.store.evidence_files import EvidenceShelf
from violations.store.grants import grant
from violations.store.ingest import ingest


@pytest.fixture
def postgres_url(postgres):
    name = postgres.new_database()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def owner(postgres_url):
    engine = open_database(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def application(postgres, owner, postgres_url):
    """The centre's own role, as `ngatu db upgrade --app-role` leaves it."""
    with owner.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS ngatu_app"))
        connection.execute(text("CREATE ROLE ngatu_app LOGIN"))
    grant(owner, "ngatu_app")
    engine = open_database(postgres_url.replace("postgres@", "ngatu_app@"))
    yield engine
    engine.dispose()
    with owner.begin() as connection:
        connection.execute(text("DROP OWNED BY ngatu_app"))
        connection.execute(text("DROP ROLE ngatu_app"))


def parts(engine):
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
    with engine.connect() as connection:
        return [name for (name,) in connection.execute(text(query))]


def test_each_month_near_today_gets_its_part_and_a_broken_clock_makes_none(owner, tmp_path, make_health):
    now = datetime.now(UTC)
    shelf = EvidenceShelf(owner, tmp_path)
    times = [now, now - timedelta(days=70), datetime(1970, 1, 5, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)]
    events = [make_health(n) | {"time": time.isoformat()} for n, time in enumerate(times)]
    assert ingest(owner, shelf, events, now).refused == ()
    found = parts(owner)
    assert "events_rest" in found
    assert {f"events_{time:%Y%m}" for time in times[:2]} <= set(found)
    assert not {"events_197001", "events_215001"} & set(found)
    stored = list_events(owner, EventsWanted()).events
    assert [one.event.id for one in stored] == [events[n]["id"] for n in (2, 1, 0, 3)]


def test_the_same_id_is_one_event_though_its_times_lie_in_different_parts(owner, tmp_path, make_health):
    now = datetime.now(UTC)
    shelf = EvidenceShelf(owner, tmp_path)
    first = make_health(1) | {"time": now.isoformat()}
    second = first | {"time": (now - timedelta(days=40)).isoformat()}
    assert ingest(owner, shelf, [first], now).acknowledged == (first["id"],)
    receipt = ingest(owner, shelf, [second], now)
    assert [refusal.reason for refusal in receipt.refused] == ["id: already stored with other content"]


def test_events_are_looked_up_by_time_in_their_part_alone(owner):
    query = "EXPLAIN SELECT * FROM events WHERE time >= '2026-11-05' AND time < '2026-11-06' ORDER BY time, id"
    with owner.begin() as connection:
        connection.execute(text("SELECT ngatu_event_month('2026-11-05T00:00Z')"))
        plan = "\n".join(row[0] for row in connection.execute(text(query)))
        brin = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_events_time_brin'"))
        assert "USING brin" in brin.scalar_one()
    assert "events_rest" not in plan


def test_the_application_works_and_makes_months_under_its_own_role(application, tmp_path, make_health):
    now = datetime.now(UTC)
    earlier = now - timedelta(days=100)
    event = make_health(1) | {"time": earlier.isoformat()}
    assert ingest(application, EvidenceShelf(application, tmp_path), [event], now).acknowledged == (event["id"],)
    assert f"events_{earlier:%Y%m}" in parts(application)
    with writing(application) as session:
        note(session, Caller("lan", frozenset(), None, "-"), Note("case.view", "case/1"), now)
    assert verify(application).entries == 1


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TABLE {table} CASCADE",
        "CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NULL; END $$",
    ],
    ids=["update", "delete", "truncate", "disable", "drop", "function"],
)
def test_the_application_has_no_right_to_change_what_is_kept(application, table, change):
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), writing(application) as session:
        session.execute(text(change.format(table=table)))


def test_a_role_that_does_not_exist_is_one_sentence(owner):
    with pytest.raises(DatabaseError, match="found none called nobody_here"):
        grant(owner, "nobody_here")
