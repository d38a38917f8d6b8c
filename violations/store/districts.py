"""Which district each camera belongs to."""

from collections.abc import Collection, Mapping

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from violations.store.account_tables import CameraDistrictRow
from violations.store.database import reading, writing
from violations.store.errors import WrongDistrictError
from violations.store.scope import UNASSIGNED
from violations.store.tables import CaseRow


def claim_cameras(session: Session, cameras: Collection[str], district: str | None) -> Mapping[str, str]:
    """The district of each camera; one never heard of becomes `district`'s (None: stays unassigned).

    Raises WrongDistrictError where `district` sends for a camera of another one: nobody plants cases elsewhere.
    """
    query = select(CameraDistrictRow.camera, CameraDistrictRow.district).where(CameraDistrictRow.camera.in_(cameras))
    known = {row.camera: row.district for row in session.execute(query)}
    if district is None:
        return {camera: known.get(camera, UNASSIGNED) for camera in cameras}
    for camera in sorted(cameras):
        if known.get(camera, district) != district:
            raise WrongDistrictError(f"camera {camera}: wanted one of district {district}, found one of another")
    new = [CameraDistrictRow(camera=camera, district=district) for camera in cameras if camera not in known]
    if new:
        session.add_all(new)
        session.flush()
    return dict.fromkeys(cameras, district)


def list_districts(engine: Engine) -> Mapping[str, str]:
    """District by camera, for the cameras that have one, in order of name."""
    with reading(engine) as session:
        rows = session.scalars(select(CameraDistrictRow).order_by(CameraDistrictRow.camera))
        return {row.camera: row.district for row in rows}


def assign_camera(engine: Engine, camera: str, district: str) -> int:
    """Give the camera, and the cases it opened, to a district; how many cases moved."""
    with writing(engine) as session:
        row = session.get(CameraDistrictRow, camera)
        if row is None:
            session.add(CameraDistrictRow(camera=camera, district=district))
        else:
            row.district = district
        moved = session.execute(
            update(CaseRow).where(CaseRow.camera == camera, CaseRow.district != district).values(district=district)
        )
        return int(moved.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it
