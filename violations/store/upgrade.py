"""Brings the tables to this program's version with the migrations that ship beside it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from violations.store.errors import DatabaseNewerError

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_UPGRADER = 0x6E67617475  # "ngatu": the advisory lock that replicas starting together queue for


def upgrade(engine: Engine) -> None:
    """All missing migrations in one transaction. Raises DatabaseNewerError, and the driver's own errors."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.connect().execution_options(ngatu_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_UPGRADER})
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(set(MigrationContext.configure(connection).get_current_heads()) - known)
    if unknown:
        wanted = ", ".join(sorted(known))
        raise DatabaseNewerError(
            f"database {connection.engine.url.render_as_string(hide_password=True)}: wanted table version {wanted} or "
            f"older, found {', '.join(unknown)}: a newer ngatu wrote it, so start that one"
        )
