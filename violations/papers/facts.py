"""Everything a paper prints about one case, as data: what forms 01/73 and 03/73 are filled from.

Items the record must hold and the notice must say: Circular 73/2024/TT-BCA as amended (see docs of the law's data). An
item nobody knows is None and stays visible as a gap; it is never left out in silence.
"""

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from violations.law.fine_range import FineRange
from violations.papers.office import Office
from vision.events.bodies import Measure


class Stated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileStated(Stated):
    name: str
    sha256: str


class DeviceStated(Stated):
    """What the evidence says of the camera; None where it says nothing."""

    camera: str
    unit: str | None = None
    operator: str | None = None
    approval: str | None = None
    approval_until: date | None = None
    calibration: str | None = None
    calibration_until: date | None = None


class PaperFacts(Stated):
    """One case on paper. offence, vehicle, ground: codes, worded by the templates. recorded_at: the camera's label.

    place: the device's address in words, else the camera's name. owner, owner_address: from the registry, None until
    the owner is identified. issued_on: the day of the paper in Vietnam. reply_by, limitation: the last days of the
    law's clocks; None where the law's data do not reach.
    """

    case: int
    code: str | None
    office: Office
    issued_on: date
    recorded_at: AwareDatetime
    place: str
    line: str | None
    offence: str
    vehicle: str
    plate: str | None
    ground: str | None
    owner: str | None
    owner_address: str | None
    fine: FineRange | None
    together_points: int
    measures: tuple[Measure, ...]
    device: DeviceStated
    package: str
    files: tuple[FileStated, ...]
    accepted_by: tuple[str, ...]
    notified_at: datetime | None
    minutes_at: datetime | None
    reply_by: date | None
    limitation: date | None

    @property
    def check_address(self) -> str | None:
        return None if self.code is None else self.office.check_address(self.code)

    @property
    def middle_vnd(self) -> int | None:
        """Half-way between the ends of the fine's range."""
        return None if self.fine is None else (self.fine.from_vnd + self.fine.to_vnd) // 2
