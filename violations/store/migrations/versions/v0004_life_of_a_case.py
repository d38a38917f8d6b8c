"""The life of a case: locks, looks, owners, notices, appeals, joined files; and the registry's copy.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _cases()
    _looks()
    _owners_and_notices()
    _appeals()
    _registry()


def _cases() -> None:
    options = {"sqlite_autoincrement": True}
    with op.batch_alter_table("cases", table_kwargs=options) as batch:
        batch.add_column(sa.Column("plate_key", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("file_name", sa.String(length=300), nullable=True))
        batch.add_column(sa.Column("lock_holder", sa.String(length=80), nullable=True))
        batch.add_column(sa.Column("lock_until", moment, nullable=True))
        batch.add_column(sa.Column("identified_at", moment, nullable=True))
        batch.add_column(sa.Column("notified_at", moment, nullable=True))
        batch.add_column(sa.Column("minutes_at", moment, nullable=True))
        batch.add_column(sa.Column("merged_into", sa.Integer(), nullable=True))
    op.create_index("ix_cases_plate_key", "cases", ["plate_key", "at"], unique=False)
    op.create_index("ix_cases_file_name", "cases", ["file_name"], unique=False)
    op.create_index("ix_cases_state_at", "cases", ["state", "at", "id"], unique=False)
    _fill_plate_keys()


def _fill_plate_keys() -> None:
    bind = op.get_bind()
    change = sa.text("UPDATE cases SET plate_key = :key WHERE id = :id")
    for case_id, plate in bind.execute(sa.text("SELECT id, plate FROM cases WHERE plate IS NOT NULL")).all():
        plain = unicodedata.normalize("NFKD", plate.upper().replace("Đ", "D"))
        bind.execute(change, {"id": case_id, "key": re.sub(r"[^0-9A-Z]", "", plain)[:40] or None})


def _looks() -> None:
    op.create_table(
        "case_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_looks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_looks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_looks_case_id", "case_looks", ["case_id", "id"], unique=False)
    # Who decided before there were looks has looked, and does not judge the appeal.
    op.execute(
        "INSERT INTO case_looks (case_id, at, who, role, verdict, plate, reason, note, blind) "
        "SELECT h.case_id, h.at, h.who, 'reviewer', h.action, c.plate, h.reason, h.note, FALSE "
        "FROM case_history h JOIN cases c ON c.id = h.case_id WHERE h.action IN ('accept', 'reject')"
    )


def _owners_and_notices() -> None:
    op.create_table(
        "case_owners",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("vehicle", document, nullable=True),
        sa.Column("suspicions", document, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_owners_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_owners")),
    )
    op.create_table(
        "case_notices",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("plate_key", sa.String(length=40), nullable=False),
        sa.Column("issued_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_notices_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_notices")),
        sa.UniqueConstraint("code", name=op.f("uq_case_notices_code")),
    )


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("files", document, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appeals_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("receipt", name=op.f("uq_appeals_receipt")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appeals_case_id", "appeals", ["case_id", "id"], unique=False)


def _registry() -> None:
    op.create_table(
        "registry_vehicles",
        sa.Column("plate_key", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("plate", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("inspected_until", sa.Date(), nullable=True),
        sa.Column("imported_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("plate_key", "ground", name=op.f("pk_registry_vehicles")),
    )
