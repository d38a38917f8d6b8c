"""Where cameras stand, and plates that findings name at places too far apart for the time between them."""

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base


class CameraPlaceRow(Base):
    """Degrees north and east (WGS 84), known to ± error_m."""

    __tablename__ = "camera_places"

    camera: Mapped[str] = mapped_column(String(80), primary_key=True)
    north_deg: Mapped[float] = mapped_column(Float)
    east_deg: Mapped[float] = mapped_column(Float)
    error_m: Mapped[float] = mapped_column(Float)


class CaseJourneyRow(Base):
    """The plate of two cases was at both places in a time in which nobody drives that way; one row for each of the two.

    distance_m ± distance_error_m: in a straight line. took_s ± took_error_s: from the earlier to the later.
    """

    __tablename__ = "case_journeys"
    __table_args__ = (Index("ix_case_journeys_other_id", "other_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    distance_m: Mapped[float] = mapped_column(Float)
    distance_error_m: Mapped[float] = mapped_column(Float)
    took_s: Mapped[float] = mapped_column(Float)
    took_error_s: Mapped[float] = mapped_column(Float)
