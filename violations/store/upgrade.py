"""Brings the tables to this program's version with the migrations that ship beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from violations.store.errors import DatabaseError, DatabaseNewerError

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_UPGRADER = 0x6E67617475  # "ngatu": the advisory lock that replicas starting together queue for


def upgrade(engine: Engine) -> None:
    """All missing migrations in one transaction. Raises DatabaseError, DatabaseNewerError, the driver's own errors."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    heads = set(scripts.get_heads())
    with engine.connect() as connection:
        # Most starts find nothing to do, and need not keep a running centre from writing meanwhile.
        if _revisions(connection) == heads:
            return
    with _upgrading(engine) as connection:
        _refuse_newer(connection, scripts)
        if _revisions(connection) == heads:
            return
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_keys(connection)


@contextmanager
def _upgrading(engine: Engine) -> Iterator[Connection]:
    """One transaction of the only upgrader. SQLite rebuilds tables, so its foreign keys rest meanwhile.

    https://www.sqlite.org/lang_altertable.html, section 7: off before the transaction, checked before its end.
    """
    with engine.connect().execution_options(ngatu_writes=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _set_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_UPGRADER})
                yield connection
        finally:
            if sqlite:
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Straight at the driver: inside one of SQLAlchemy's transactions SQLite would leave the setting as it was."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    cursor.close()


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise DatabaseError(
            f"database {connection.engine.url.render_as_string(hide_password=True)}: wanted rows that name existing "
            f"ones, found {len(broken)} in {broken[0][0]} that do not; nothing was changed"
        )


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(_revisions(connection) - known)
    if unknown:
        wanted = ", ".join(sorted(known))
        raise DatabaseNewerError(
            f"database {connection.engine.url.render_as_string(hide_password=True)}: wanted table version {wanted} or "
            f"older, found {', '.join(unknown)}: a newer ngatu wrote it, so start that one"
        )
