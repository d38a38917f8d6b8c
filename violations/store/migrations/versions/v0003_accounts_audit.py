"""Accounts, sessions, devices, districts, the audit log; ids of events apart from events; months as partitions.

A migration is history: it never imports the tables of today and is never edited after a release. (`guard_append_only`
only spells triggers.)
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from violations.store.append_only import guard_append_only

revision = "0003"
down_revision = "0002"

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
EVENT_COLUMNS = "id, source, camera, boot, sequence, type, time, body, received_at"

# The owner's right to make a partition, lent to the application's role for months near today and nothing else.
MONTH_FUNCTION = """
CREATE FUNCTION ngatu_event_month(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    month timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    since timestamptz := month AT TIME ZONE 'UTC';
    until timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
    part text := 'events_' || to_char(month, 'YYYYMM');
BEGIN
    IF moment < now() - interval '14 months' OR moment > now() + interval '3 months' THEN RETURN; END IF;
    IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(443002647669);
    IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
    IF EXISTS (SELECT 1 FROM events_rest WHERE time >= since AND time < until) THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', part, since, until);
END $$
"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _accounts()
    _audit()
    _event_ids()
    if sqlite:
        _refer_to_ids_sqlite()
        op.execute("ALTER TABLE events DROP COLUMN digest")
    else:
        _refer_to_ids_postgresql()
        _partition_events()
    op.create_index("ix_cases_district", "cases", ["district", "id"], unique=False)
    _case_files()
    guard_append_only(op.execute, op.get_bind(), "audit")


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=True),
        sa.Column("office", sa.String(length=80), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_index("ix_sessions_ends_at", "sessions", ["ends_at"], unique=False)
    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_failures_name_at", "login_failures", ["name", "at"], unique=False)
    op.create_index("ix_login_failures_address_at", "login_failures", ["address", "at"], unique=False)
    op.create_table(
        "devices",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_devices")),
        sa.UniqueConstraint("token", name=op.f("uq_devices_token")),
    )
    op.create_table(
        "camera_districts",
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("camera", name=op.f("pk_camera_districts")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", document, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"], unique=False)
    op.create_index("ix_audit_who", "audit", ["who", "id"], unique=False)


def _event_ids() -> None:
    op.create_table(
        "event_ids",
        sa.Column("id", sa.String(length=300), nullable=False),
        sa.Column("time", moment, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_ids")),
    )
    op.execute("INSERT INTO event_ids (id, time, digest) SELECT id, time, digest FROM events")


def _refer_to_ids_sqlite() -> None:
    """SQLite changes a constraint only by building the table anew; `upgrade` has switched the checks off meanwhile."""
    for table in ("cases", "count_intervals", "fact_intervals"):
        key = op.f(f"fk_{table}_event_id")
        options = {"sqlite_autoincrement": True} if table == "cases" else {}
        with op.batch_alter_table(table, recreate="always", table_kwargs=options) as batch:
            batch.drop_constraint(key, type_="foreignkey")
            batch.create_foreign_key(key, "event_ids", ["event_id"], ["id"])
            if table == "cases":
                batch.add_column(sa.Column("district", sa.String(length=40), nullable=False, server_default="-"))
    with op.batch_alter_table("cases", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("district", server_default=None)


def _refer_to_ids_postgresql() -> None:
    for table in ("cases", "count_intervals", "fact_intervals"):
        key = op.f(f"fk_{table}_event_id")
        op.drop_constraint(key, table, type_="foreignkey")
        op.create_foreign_key(key, table, "event_ids", ["event_id"], ["id"])
    op.add_column("cases", sa.Column("district", sa.String(length=40), nullable=False, server_default="-"))
    op.alter_column("cases", "district", server_default=None)


def _partition_events() -> None:
    for index in ("camera_received", "camera_time", "time", "type_camera_received"):
        op.drop_index(f"ix_events_{index}", "events")
    op.rename_table("events", "events_before")
    op.execute("ALTER TABLE events_before RENAME CONSTRAINT pk_events TO pk_events_before")
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
        sa.Column("received_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("time", "id", name=op.f("pk_events")),
        postgresql_partition_by="RANGE (time)",
    )
    op.execute("CREATE TABLE events_rest PARTITION OF events DEFAULT")
    op.execute(MONTH_FUNCTION)
    op.execute(
        "SELECT ngatu_event_month(month) FROM "
        "(SELECT DISTINCT date_trunc('month', time) AS month FROM events_before) AS months"
    )
    op.execute("SELECT ngatu_event_month(now())")
    op.execute("SELECT ngatu_event_month(now() + interval '1 month')")
    op.execute(f"INSERT INTO events ({EVENT_COLUMNS}) SELECT {EVENT_COLUMNS} FROM events_before")  # noqa: S608 — our words
    op.drop_table("events_before")
    op.create_index("ix_events_time_brin", "events", ["time"], postgresql_using="brin")
    op.create_index("ix_events_camera_received", "events", ["camera", "received_at"], unique=False)
    op.create_index("ix_events_camera_time", "events", ["camera", "time", "id"], unique=False)
    op.create_index("ix_events_type_camera_received", "events", ["type", "camera", "received_at"], unique=False)


def _case_files() -> None:
    """With the files of the cases there are, as their findings name them."""
    table = op.create_table(
        "case_files",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_files_case_id")),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_files.sha256"], name=op.f("fk_case_files_sha256")),
        sa.PrimaryKeyConstraint("case_id", "sha256", name=op.f("pk_case_files")),
    )
    op.create_index("ix_case_files_sha256", "case_files", ["sha256"], unique=False)
    bind = op.get_bind()
    for case_id, package, finding in bind.execute(sa.text("SELECT id, package, finding FROM cases")).all():
        body = json.loads(finding) if isinstance(finding, str) else finding
        names = {package, *(file["sha256"] for file in body.get("media", ()))}
        bind.execute(table.insert(), [{"case_id": case_id, "sha256": name} for name in sorted(names)])
