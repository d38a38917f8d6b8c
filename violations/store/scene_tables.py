"""Scene files as the centre keeps them: each saved version of each camera, for good."""

from datetime import datetime

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from violations.store.tables import Base, UtcTime


class SceneVersionRow(Base):
    """Append only. `number` counts from 1 for each camera; `sha256` is of `yaml` in UTF-8, as an agent fetches it."""

    __tablename__ = "scene_versions"
    __table_args__ = (UniqueConstraint("camera", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    camera: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    yaml: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(String(500))
