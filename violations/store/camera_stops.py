"""Cameras that the office has stopped: what they still send is kept as information and reaches no queue.

Every stop and every start is a row that nobody can change, with who did it and why.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from violations.store.account_tables import CameraDistrictRow
from violations.store.database import reading
from violations.store.desk_tables import CameraStopRow
from violations.store.errors import CameraNotFoundError, CameraStateError
from violations.store.scope import Districts, within
from violations.store.tables import CaseRow

REASON_MAX = 500
CAMERA_STOPPED = "camera_stopped"
"""The reason that a finding of a stopped camera carries in its gate and its history; a translation key."""


@dataclass(frozen=True, slots=True)
class CameraDeed:
    """`stopped` False: it was started again."""

    camera: str
    at: datetime
    who: str
    stopped: bool
    reason: str


def set_camera(session: Session, deed: CameraDeed, districts: Districts) -> None:
    """Stop or start a camera. Raises CameraNotFoundError, also for a camera of another district, and CameraStateError
    where it stands so already."""
    if not _is_known(session, deed.camera, districts):
        raise CameraNotFoundError(f"camera: wanted one that has sent findings, found {deed.camera!r}")
    if (deed.camera in stops_of(session, {deed.camera})) is deed.stopped:
        stands = "stopped" if deed.stopped else "running"
        raise CameraStateError(f"camera {deed.camera}: wanted another state than {stands}, found it {stands} already")
    session.add(
        CameraStopRow(camera=deed.camera, at=deed.at, who=deed.who[:80], stopped=deed.stopped, reason=deed.reason)
    )
    session.flush()


def stops_of(session: Session, cameras: Collection[str] | None = None) -> Mapping[str, CameraDeed]:
    """The stop that holds, by camera, of these (None: all); a camera that runs is left out."""
    newest = select(func.max(CameraStopRow.id)).group_by(CameraStopRow.camera)
    newest = newest if cameras is None else newest.where(CameraStopRow.camera.in_(cameras))
    query = select(CameraStopRow).where(CameraStopRow.id.in_(newest), CameraStopRow.stopped)
    return {row.camera: _deed(row) for row in session.scalars(query)}


def stopped_cameras(engine: Engine, districts: Districts = None) -> Mapping[str, CameraDeed]:
    """As `stops_of`, of the cameras in these districts."""
    with reading(engine) as session:
        stops = stops_of(session)
        return {camera: stop for camera, stop in stops.items() if _is_known(session, camera, districts)}


def camera_deeds(engine: Engine, districts: Districts = None, limit: int = 50) -> Sequence[CameraDeed]:
    """The newest stops and starts of cameras in these districts, newest first."""
    query = select(CameraStopRow).order_by(CameraStopRow.id.desc()).limit(limit)
    if districts is not None:
        mine = select(CameraDistrictRow.camera).where(within(CameraDistrictRow.district, districts))
        query = query.where(CameraStopRow.camera.in_(mine))
    with reading(engine) as session:
        return [_deed(row) for row in session.scalars(query)]


def _is_known(session: Session, camera: str, districts: Districts) -> bool:
    query = select(CameraDistrictRow.camera).where(CameraDistrictRow.camera == camera)
    if session.scalar(query.where(within(CameraDistrictRow.district, districts))) is not None:
        return True
    # Without accounts no camera has a district.
    has_cases = select(CaseRow.id).where(CaseRow.camera == camera).limit(1)
    return districts is None and session.scalar(has_cases) is not None


def _deed(row: CameraStopRow) -> CameraDeed:
    return CameraDeed(row.camera, row.at, row.who, row.stopped, row.reason)
