"""Where cameras stand, and pairs of cases whose plate cannot have been at both places.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "camera_places",
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("north_deg", sa.Float(), nullable=False),
        sa.Column("east_deg", sa.Float(), nullable=False),
        sa.Column("error_m", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_places")),
    )
    op.create_table(
        "case_journeys",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=False),
        sa.Column("distance_error_m", sa.Float(), nullable=False),
        sa.Column("took_s", sa.Float(), nullable=False),
        sa.Column("took_error_s", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_journeys_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_case_journeys_other_id")),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_case_journeys")),
    )
    op.create_index("ix_case_journeys_other_id", "case_journeys", ["other_id"], unique=False)
