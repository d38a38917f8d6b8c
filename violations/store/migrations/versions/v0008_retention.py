"""Retention at the centre: which files were purged, their receipts, and legal holds.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

from violations.store.append_only import guard_append_only

revision = "0008"
down_revision = "0007"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("evidence_files", sa.Column("purged_at", moment, nullable=True))
    _receipts()
    _holds()


def _receipts() -> None:
    op.create_table(
        "evidence_purges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("not_needed_since", moment, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_files.sha256"], name=op.f("fk_evidence_purges_sha256")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evidence_purges_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_purges")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_evidence_purges_sha256", "evidence_purges", ["sha256"], unique=False)
    guard_append_only(op.execute, op.get_bind(), "evidence_purges")


def _holds() -> None:
    op.create_table(
        "case_holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_holds_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_holds")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_holds_case_id", "case_holds", ["case_id", "id"], unique=False)
    guard_append_only(op.execute, op.get_bind(), "case_holds")
