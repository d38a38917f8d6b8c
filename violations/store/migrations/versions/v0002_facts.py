"""Which traffic facts there are; their numbers are the bodies of their events.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "fact_intervals",
        sa.Column("event_id", sa.String(length=300), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_fact_intervals_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_fact_intervals")),
    )
    op.create_index("ix_fact_intervals_camera_since", "fact_intervals", ["camera", "since", "event_id"], unique=False)
    op.create_index("ix_fact_intervals_since", "fact_intervals", ["since", "event_id"], unique=False)
