"""The tables, in types that SQLite and PostgreSQL both have. Changes need a migration beside this file."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so it is taken off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"wanted a time with its zone, found {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Spelt out, never bound: a partial index serves only a query that says its condition in the same words.
WAITING_SQL = "state IN ('detected', 'in_review', 'needs_another_look')"
# In the order of bytes, so that how a plate begins is a range of the index.
PlateKey = String(40).with_variant(String(40, collation="C"), "postgresql")
Document = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class EventIdRow(Base):
    """Every event ever accepted. `digest` is the SHA-256 of the sent JSON: the same id must always say the same.

    Apart from the events themselves, so that an id stays known, and other tables can name it, when an old month's
    events are dropped.
    """

    __tablename__ = "event_ids"

    id: Mapped[str] = mapped_column(String(300), primary_key=True)
    time: Mapped[datetime] = mapped_column(UtcTime)
    digest: Mapped[str] = mapped_column(String(64))


class EventRow(Base):
    """One fact as it came. PostgreSQL keeps a partition for each month of `time`, and a BRIN index on it.

    There the key is (time, id); an id alone is unique through `event_ids`, in the same transaction.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_time", "time", "id").ddl_if(dialect="sqlite"),
        Index("ix_events_time_brin", "time", postgresql_using="brin").ddl_if(dialect="postgresql"),
        Index("ix_events_camera_time", "camera", "time", "id"),
        Index("ix_events_type_camera_received", "type", "camera", "received_at"),
        Index("ix_events_camera_received", "camera", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(300), primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    camera: Mapped[str] = mapped_column(String(80))
    boot: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(80))
    time: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[dict[str, Any]] = mapped_column(Document)
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class EvidenceFileRow(Base):
    """One file on the evidence shelf, named by its content. purged_at: None while its bytes are kept."""

    __tablename__ = "evidence_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
    purged_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CaseRow(Base):
    """A possible offence on its way through people. `version` grows with every move: optimistic locking.

    plate: as people read it now (the machine's reading is in `finding`), plate_key: to search and join by; file_name:
    the same in all cases of one file. merged_into: the case that shows the same offence and stays.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_state", "state", "id"),
        Index("ix_cases_district", "district", "id"),
        Index("ix_cases_district_state", "district", "state", "id"),
        Index("ix_cases_plate_key", "plate_key", "at"),
        Index("ix_cases_file_name", "file_name"),
        Index("ix_cases_state_at", "state", "at", "id"),
        Index("ix_cases_figures", "at", "camera", "offence", "state", "merged_into", "district", "id"),
        Index(
            *("ix_cases_waiting", "at", "id", "district", "camera", "offence"),
            sqlite_where=text(WAITING_SQL),
            postgresql_where=text(WAITING_SQL),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event_ids.id"), unique=True)
    offence: Mapped[str] = mapped_column(String(80))
    vehicle: Mapped[str] = mapped_column(String(20))
    camera: Mapped[str] = mapped_column(String(80))
    district: Mapped[str] = mapped_column(String(40))
    line: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcTime)
    track: Mapped[int] = mapped_column(BigInteger)
    plate: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    package: Mapped[str] = mapped_column(ForeignKey("evidence_files.sha256"))
    finding: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    plate_key: Mapped[str | None] = mapped_column(PlateKey)
    file_name: Mapped[str | None] = mapped_column(String(300))
    lock_holder: Mapped[str | None] = mapped_column(String(80))
    lock_until: Mapped[datetime | None] = mapped_column(UtcTime)
    identified_at: Mapped[datetime | None] = mapped_column(UtcTime)
    notified_at: Mapped[datetime | None] = mapped_column(UtcTime)
    minutes_at: Mapped[datetime | None] = mapped_column(UtcTime)
    merged_into: Mapped[int | None] = mapped_column(Integer)


class CaseFileRow(Base):
    """Which evidence belongs to which case: what a person may open follows from the cases they may see."""

    __tablename__ = "case_files"
    __table_args__ = (Index("ix_case_files_sha256", "sha256"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("evidence_files.sha256"), primary_key=True)


class CaseHistoryRow(Base):
    """Append only: triggers in both databases refuse to change or delete a row."""

    __tablename__ = "case_history"
    __table_args__ = (Index("ix_case_history_case_id", "case_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)


class CountIntervalRow(Base):
    """One line over one interval, kept even when nothing passed: silence with coverage is a zero, without it a gap.

    `since_epoch_s` is whole seconds since 1970 (rounded down), so that grouping is the same SQL everywhere.
    """

    __tablename__ = "count_intervals"
    __table_args__ = (
        Index("ix_count_intervals_since", "since"),
        Index("ix_count_intervals_line_since", "camera", "line", "since"),
    )

    event_id: Mapped[str] = mapped_column(ForeignKey("event_ids.id"), primary_key=True)
    camera: Mapped[str] = mapped_column(String(80))
    line: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    since_epoch_s: Mapped[int] = mapped_column(BigInteger)
    duration_s: Mapped[float] = mapped_column(Float)
    coverage: Mapped[float] = mapped_column(Float)


class CountRow(Base):
    """Vehicles of one kind in one direction over one interval."""

    __tablename__ = "counts"

    event_id: Mapped[str] = mapped_column(ForeignKey("count_intervals.event_id"), primary_key=True)
    direction: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class FactIntervalRow(Base):
    """Traffic facts of one place over one interval; the numbers themselves are the body of the event.

    `type` as in the envelope; `place` is a line, a lane, a stop line, or `junction`. `coverage`: share of it watched.
    """

    __tablename__ = "fact_intervals"
    __table_args__ = (
        Index("ix_fact_intervals_since", "since", "event_id"),
        Index("ix_fact_intervals_camera_since", "camera", "since", "event_id"),
    )

    event_id: Mapped[str] = mapped_column(ForeignKey("event_ids.id"), primary_key=True)
    camera: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    duration_s: Mapped[float] = mapped_column(Float)
    coverage: Mapped[float] = mapped_column(Float)
