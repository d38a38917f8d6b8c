"""The desk at work: stopped cameras, offered cases, and the indexes of long queues.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op

from violations.store.append_only import guard_append_only

revision = "0005"
down_revision = "0004"

moment = sa.DateTime(timezone=True)
WAITING = "state IN ('detected', 'in_review', 'needs_another_look')"


def upgrade() -> None:
    _camera_stops()
    _case_offers()
    _indexes()


def _camera_stops() -> None:
    op.create_table(
        "camera_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_stops")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_camera_stops_camera", "camera_stops", ["camera", "id"], unique=False)
    guard_append_only(op.execute, op.get_bind(), "camera_stops")


def _case_offers() -> None:
    op.create_table(
        "case_offers",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_offers_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_offers")),
    )
    op.create_index("ix_case_offers_until", "case_offers", ["until"], unique=False)


def _indexes() -> None:
    """What waits, in the order in which people decide, with all that its filters ask for; and what a district has."""
    op.create_index("ix_cases_district_state", "cases", ["district", "state", "id"], unique=False)
    op.create_index(
        "ix_cases_waiting",
        "cases",
        ["at", "id", "district", "camera", "offence"],
        unique=False,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    _figures()


def _figures() -> None:
    """What the desk's figures count, so that they need not read the findings themselves."""
    columns = ["at", "camera", "offence", "state", "merged_into", "district", "id"]
    op.create_index("ix_cases_figures", "cases", columns, unique=False)
    op.create_index("ix_case_looks_at", "case_looks", ["at", "who", "verdict"], unique=False)
