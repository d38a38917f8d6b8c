"""Events, evidence files, cases with their history, and counts.

A migration is history: it never imports the tables of today and is never edited after a release.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

SQLITE_GUARDS = (
    """CREATE TRIGGER case_history_no_update BEFORE UPDATE ON case_history
       BEGIN SELECT RAISE(ABORT, 'case_history is append only'); END""",
    """CREATE TRIGGER case_history_no_delete BEFORE DELETE ON case_history
       BEGIN SELECT RAISE(ABORT, 'case_history is append only'); END""",
)
POSTGRESQL_GUARDS = (
    """CREATE FUNCTION case_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'case_history is append only'; END $$""",
    """CREATE TRIGGER case_history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON case_history
       FOR EACH STATEMENT EXECUTE FUNCTION case_history_is_append_only()""",
)


def upgrade() -> None:
    _events()
    _evidence_files()
    _cases()
    _count_intervals()
    _case_history()
    _counts()
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(statement)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("boot", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("time", moment, nullable=False),
        sa.Column("body", document, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_camera_received", "events", ["camera", "received_at"], unique=False)
    op.create_index("ix_events_camera_time", "events", ["camera", "time", "id"], unique=False)
    op.create_index("ix_events_time", "events", ["time", "id"], unique=False)
    op.create_index("ix_events_type_camera_received", "events", ["type", "camera", "received_at"], unique=False)


def _evidence_files() -> None:
    op.create_table(
        "evidence_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("stored_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_files")),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=300), nullable=False),
        sa.Column("offence", sa.String(length=80), nullable=False),
        sa.Column("vehicle", sa.String(length=20), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("finding", document, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_cases_event_id")),
        sa.ForeignKeyConstraint(["package"], ["evidence_files.sha256"], name=op.f("fk_cases_package")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("event_id", name=op.f("uq_cases_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_state", "cases", ["state", "id"], unique=False)


def _count_intervals() -> None:
    op.create_table(
        "count_intervals",
        sa.Column("event_id", sa.String(length=300), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("since_epoch_s", sa.BigInteger(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_count_intervals_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_count_intervals")),
    )
    op.create_index("ix_count_intervals_line_since", "count_intervals", ["camera", "line", "since"], unique=False)
    op.create_index("ix_count_intervals_since", "count_intervals", ["since"], unique=False)


def _case_history() -> None:
    op.create_table(
        "case_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_history_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_history")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_history_case_id", "case_history", ["case_id", "id"], unique=False)


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("event_id", sa.String(length=300), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["count_intervals.event_id"], name=op.f("fk_counts_event_id")),
        sa.PrimaryKeyConstraint("event_id", "direction", "kind", name=op.f("pk_counts")),
    )
