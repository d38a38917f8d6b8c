"""What was deleted and what must not be: receipts and legal holds, both only ever added to."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base, UtcTime


class EvidencePurgeRow(Base):
    """The receipt of one file: what it was, of which case (None: of none), since when it was not needed, which rule let
    it go. Written before the bytes are deleted."""

    __tablename__ = "evidence_purges"
    __table_args__ = (Index("ix_evidence_purges_sha256", "sha256"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("evidence_files.sha256"))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    rule: Mapped[str] = mapped_column(String(80))
    keep_days: Mapped[int] = mapped_column(Integer)
    not_needed_since: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)


class CaseHoldRow(Base):
    """Somebody forbade (held) or allowed again that a case's evidence be purged; the last row of a case counts."""

    __tablename__ = "case_holds"
    __table_args__ = (Index("ix_case_holds_case_id", "case_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    held: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
