"""Alembic runs this file to migrate on the connection that `upgrade` opened; there is no other way in."""

from alembic import context

from violations.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
