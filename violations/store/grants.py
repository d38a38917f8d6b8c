"""PostgreSQL in service: the owner migrates, and the application's role can only add to what must not change."""

from sqlalchemy import Engine, text

from violations.store.append_only import APPEND_ONLY
from violations.store.errors import DatabaseError


def grant(engine: Engine, role: str) -> None:
    """Give `role` what the running centre needs, and nothing more. The engine is the owner's.

    No UPDATE, DELETE or TRUNCATE on append-only tables, and no right to drop their triggers. Raises DatabaseError
    where there is no such role.
    """
    if engine.dialect.name != "postgresql":
        raise DatabaseError(f"--app-role: wanted PostgreSQL, found {engine.dialect.name}, which has no roles")
    with engine.begin() as connection:
        if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar() is None:
            raise DatabaseError(f"--app-role: wanted an existing role, found none called {role}; CREATE ROLE first")
        name = connection.dialect.identifier_preparer.quote(role)
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table in (*APPEND_ONLY, "alembic_version"):
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
        connection.exec_driver_sql(f"REVOKE INSERT ON alembic_version FROM {name}")
