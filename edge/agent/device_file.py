"""A device file: what the office says of the cameras of one box, in YAML. Without it findings are information only."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from edge.errors import DeviceFileError
from violations.evidence.papers import Approval, Calibration, DevicePapers, Words
from vision.geometry.marked_model import read_model
from vision.geometry.parts import Name

DEVICE_FILE = "device.yaml"


class DevicePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraPapers(DevicePart):
    """Of one camera; what is left out is not in order, and its findings say so."""

    site: Words | None = None
    approval: Approval | None = None
    calibration: Calibration | None = None


class DeviceFile(DevicePart):
    """version: of this form of file. unit, operator: as in `DevicePapers`. cameras: by the names of their scenes.

    clock_error_s: the most that the box's clock may be wrong for a record to be prosecuted.
    """

    version: Literal[1]
    note: str | None = None
    unit: Words | None = None
    operator: Words | None = None
    clock_error_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.1
    cameras: dict[Name, CameraPapers] = Field(default_factory=dict)

    def papers(self, camera: str) -> DevicePapers:
        """Those of a camera; of one that is not named, the office's alone."""
        own = self.cameras.get(camera, CameraPapers())
        return DevicePapers(
            unit=self.unit,
            operator=self.operator,
            site=own.site,
            approval=own.approval,
            calibration=own.calibration,
            clock_error_s=self.clock_error_s,
        )


def papers_of(camera: str, folder: Path, named: Path | None = None) -> DevicePapers | None:
    """From the file that was named, else from `device.yaml` in the agent's folder; None where there is neither.

    Raises DeviceFileError with file, line and the allowed values; a file that was named must be there.
    """
    file = named if named is not None else folder / DEVICE_FILE
    if named is None and not file.exists():
        return None
    return load_device_file(file).papers(camera)


def load_device_file(file: Path) -> DeviceFile:
    """Raises DeviceFileError for every problem found."""
    return read_model(file, DeviceFile, DeviceFileError)[0]
