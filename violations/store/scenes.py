"""Versions of scene files: added one after another, never changed; and who may see a camera."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from violations.store.account_tables import CameraDistrictRow
from violations.store.database import reading
from violations.store.errors import SceneConflictError, SceneVersionNotFoundError
from violations.store.scene_tables import SceneVersionRow
from violations.store.scope import UNASSIGNED, Districts

MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class SceneVersion:
    """One saved version. `number` counts from 1; `author` as the audit log knows them; `reason` in their own words."""

    camera: str
    number: int
    sha256: str
    yaml: str
    author: str
    at: datetime
    reason: str


def hash_of(yaml: str) -> str:
    """SHA-256 of the file in UTF-8, in hex: what an agent states of the scene it runs."""
    return sha256(yaml.encode()).hexdigest()


def newest_scene(engine: Engine, camera: str) -> SceneVersion | None:
    """None for a camera whose scene nobody has saved here."""
    with reading(engine) as session:
        return _newest(session, camera)


def scene_version(engine: Engine, camera: str, number: int) -> SceneVersion:
    """Raises SceneVersionNotFoundError."""
    query = select(SceneVersionRow).where(SceneVersionRow.camera == camera, SceneVersionRow.number == number)
    with reading(engine) as session:
        row = session.scalar(query)
        if row is None:
            raise SceneVersionNotFoundError(f"scene of {camera}: wanted version {number}, found none of that number")
        return _version(row)


def scene_versions(engine: Engine, camera: str) -> tuple[SceneVersion, ...]:
    """The newest MOST_VERSIONS, newest first."""
    query = select(SceneVersionRow).where(SceneVersionRow.camera == camera).order_by(SceneVersionRow.number.desc())
    with reading(engine) as session:
        return tuple(_version(row) for row in session.scalars(query.limit(MOST_VERSIONS)))


def scene_cameras(engine: Engine) -> dict[str, int]:
    """Number of the newest version by camera, for those that have one."""
    query = select(SceneVersionRow.camera, SceneVersionRow.number).order_by(SceneVersionRow.number)
    with reading(engine) as session:
        return {row.camera: row.number for row in session.execute(query)}


def add_scene_version(session: Session, version: SceneVersion) -> None:
    """Add it as the one after the newest. Raises SceneConflictError where somebody saved that number before."""
    newest = _newest(session, version.camera)
    found = newest.number if newest else 0
    if version.number != found + 1:
        raise SceneConflictError(version.camera, version.number - 1, found)
    session.add(SceneVersionRow(**{name: getattr(version, name) for name in SceneVersion.__slots__}))
    try:
        session.flush()
    except IntegrityError as error:  # another replica of the centre saved it in this very moment
        raise SceneConflictError(version.camera, found, found + 1) from error


def may_see_camera(engine: Engine, camera: str, districts: Districts) -> bool:
    """Whether the camera belongs to one of the districts; one of no district only to who sees all."""
    if districts is None:
        return True
    with reading(engine) as session:
        row = session.get(CameraDistrictRow, camera)
        return row is not None and row.district != UNASSIGNED and row.district in districts


def _newest(session: Session, camera: str) -> SceneVersion | None:
    query = select(SceneVersionRow).where(SceneVersionRow.camera == camera)
    row = session.scalar(query.order_by(SceneVersionRow.number.desc()).limit(1))
    return None if row is None else _version(row)


def _version(row: SceneVersionRow) -> SceneVersion:
    return SceneVersion(**{name: getattr(row, name) for name in SceneVersion.__slots__})
