"""The tables of the desk itself: which camera is stopped and why, and before whom a waiting case lies."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base, UtcTime


class CameraStopRow(Base):
    """One deed: a camera was stopped, or started again. Append only; the newest row of a camera says how it stands."""

    __tablename__ = "camera_stops"
    __table_args__ = (Index("ix_camera_stops_camera", "camera", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    camera: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(80))
    stopped: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)


class CaseOfferRow(Base):
    """The case was handed to this person's page and is not offered to anybody else until `until`.

    No lock: whoever opens the case by its number may judge it. It only keeps fifty people from the same case.
    """

    __tablename__ = "case_offers"
    __table_args__ = (Index("ix_case_offers_until", "until"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    who: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcTime)
