"""Tables that are only ever added to. Triggers refuse every change; the application's role has no right to try."""

from collections.abc import Callable

from sqlalchemy import Connection

APPEND_ONLY = ("audit", "case_history", "camera_stops", "scene_versions", "evidence_purges", "case_holds")
"""The migrations of new ones call `guard_append_only`; the grants of the application's role read this list."""

_SQLITE = (
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append only'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, '{table} is append only'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$""",
    """CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
       FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()""",
)


def guard_append_only(execute: Callable[[str], object], bind: Connection, table: str) -> None:
    """For migrations: `guard_append_only(op.execute, op.get_bind(), "audit")`. The table's key column is `id`.

    SQLite drops a table's triggers when a batch migration rebuilds it: call this again after such a one.
    """
    for statement in _SQLITE if bind.dialect.name == "sqlite" else _POSTGRESQL:
        execute(statement.format(table=table))
