"""What an office says of a camera: who runs it, who approved it, who calibrated it, until when."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from violations.evidence.stated import Stated
from vision.events.bodies import NotNegative

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Approval(Stated):
    """number: of the decision or plan under which the device stands there. until: its last day."""

    number: Words
    until: date


class Calibration(Stated):
    """certificate: its number. on: the day it was made. until: its last day."""

    certificate: Words
    on: date
    until: date

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until < self.on:
            raise ValueError(f"until: wanted a day not before {self.on}, found {self.until}")
        return self


class DevicePapers(Stated):
    """unit: the police unit that runs the device. operator: the person who answers for its records. site: the address
    in words. clock_error_s: the most its clock may be wrong for a record to be prosecuted."""

    unit: Words | None = None
    operator: Words | None = None
    site: Words | None = None
    approval: Approval | None = None
    calibration: Calibration | None = None
    clock_error_s: Annotated[NotNegative, Field(le=10)] = 0.1
