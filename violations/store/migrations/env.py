"""Alembic runs this file to migrate on the connection that `upgrade` opened; there is no other way in."""

from alembic import context

from violations.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
context.run_migrations()
