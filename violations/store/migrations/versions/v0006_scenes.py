"""Versions of scene files, saved by people at the centre.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

from violations.store.append_only import guard_append_only

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "scene_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scene_versions")),
        sa.UniqueConstraint("camera", "number", name=op.f("uq_scene_versions_camera_number")),
        sqlite_autoincrement=True,
    )
    guard_append_only(op.execute, op.get_bind(), "scene_versions")
