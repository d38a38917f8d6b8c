"""PostgreSQL: plates in the order of their bytes, as SQLite has them, so that an index finds how a plate begins.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("cases", "plate_key", type_=sa.String(length=40, collation="C"))
