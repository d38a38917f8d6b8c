"""The tables a case gathers on its way: looks, owner, notice, appeals; and the registry's copy."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base, Document, UtcTime


class CaseLookRow(Base):
    """One person's verdict that stands. One taken back is deleted here; `case_history` keeps both."""

    __tablename__ = "case_looks"
    __table_args__ = (
        Index("ix_case_looks_case_id", "case_id", "id"),
        Index("ix_case_looks_at", "at", "who", "verdict"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    plate: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    blind: Mapped[bool] = mapped_column(Boolean)


class CaseOwnerRow(Base):
    """What the registry answered for the case, as it stood then: the vehicle, None where it has none, and what about it
    does not fit (codes of reasons not to fine)."""

    __tablename__ = "case_owners"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(80))
    vehicle: Mapped[dict[str, Any] | None] = mapped_column(Document)
    suspicions: Mapped[list[str]] = mapped_column(Document)


class CaseNoticeRow(Base):
    """The notice of a case: the short code printed on it opens the citizen's page together with the plate."""

    __tablename__ = "case_notices"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    plate_key: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime] = mapped_column(UtcTime)


class AppealRow(Base):
    """What a citizen says against a case. `receipt` is what they keep; `files` are SHA-256 on the evidence shelf."""

    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_case_id", "case_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    words: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    files: Mapped[list[str]] = mapped_column(Document)


class RegistryVehicleRow(Base):
    """One vehicle of the registry's last import, by `plate_key` and ground colour."""

    __tablename__ = "registry_vehicles"

    plate_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    ground: Mapped[str] = mapped_column(String(20), primary_key=True)
    plate: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    registered_on: Mapped[date | None] = mapped_column(Date)
    inspected_until: Mapped[date | None] = mapped_column(Date)
    imported_at: Mapped[datetime] = mapped_column(UtcTime)
