"""Opening, migrating and guarding a real SQLite file."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from violations.store.database import open_database, writing
from violations.store.errors import DatabaseError, DatabaseNewerError
from violations.store.ingest import ingest
from violations.store.schema import METADATA


@pytest.fixture
def of_this_database(engine):
    """Alembic's filter: no partitions, and of the indexes that only one kind of database has, only this one's."""
    others = "ix_events_time_brin" if engine.dialect.name == "sqlite" else "ix_events_time"

    def wanted(_item, name, kind, _reflected, _other):
        return not (kind == "table" and name.startswith("events_")) and name != others

    return wanted


def test_migrations_build_exactly_the_tables_of_the_code(engine, of_this_database):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": of_this_database})
        assert compare_metadata(context, METADATA) == []


def test_an_acknowledged_row_survives_a_power_cut_and_foreign_keys_hold(sqlite_url):
    engine = open_database(sqlite_url)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    engine.dispose()


def test_opening_again_keeps_what_is_there(engine, database_url):
    with writing(engine) as session:
        session.execute(
            text(
                "INSERT INTO evidence_files (sha256, size_bytes, media_type, stored_at) "
                "VALUES ('a', 1, 'image/png', '2026-01-01 00:00:00.000000')"
            )
        )
    again = open_database(database_url)
    with again.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM evidence_files").scalar() == 1
    again.dispose()


def test_a_database_from_a_newer_program_is_left_alone(engine, database_url):
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNewerError, match="found 9999"):
        open_database(database_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "found no URL"),
        ("mysql://host/name", "found mysql"),
        ("sqlite://", "without a file"),
        ("sqlite:////no/such/folder/x.db", "unable to open"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(url, sentence):
    with pytest.raises(DatabaseError, match=sentence):
        open_database(url)


def test_the_password_of_a_database_is_never_shown():
    with pytest.raises(DatabaseError) as caught:
        open_database("postgresql://me:geheim@127.0.0.1:1/name")
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    file = tmp_path / "x.db"
    file.write_bytes(b"not a database at all" * 300)
    with pytest.raises(DatabaseError, match="not a database"):
        open_database(f"sqlite:///{file}")


@pytest.mark.parametrize("change", ["UPDATE case_history SET who = 'nobody'", "DELETE FROM case_history"])
def test_history_can_be_added_to_but_never_changed(engine, shelf, stored_files, make_finding, noon, change):
    ingest(engine, shelf, [make_finding(1)], noon)
    with pytest.raises(DBAPIError, match="append only"), writing(engine) as session:
        session.execute(text(change))
