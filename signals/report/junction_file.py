"""Which lines of which cameras stand around one junction, in YAML: what comes in over them, what goes out."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from signals.report.errors import JunctionError
from vision.events.bodies import Direction, Name
from vision.geometry.marked_model import read_model

TEMPLATE = """\
# The lines around one junction. Together they must close it: whatever enters or leaves passes exactly one of them.
version: 1
junction: kim_ma_lieu_giai
storage: 60             # most vehicles that stand or move between the lines at once
arms:
  north_in:  {camera: north, line: stop, direction: right_to_left, way: in}
  north_out: {camera: north, line: exit, direction: left_to_right, way: out}
  south_in:  {camera: south, line: stop, direction: right_to_left, way: in}
  south_out: {camera: south, line: exit, direction: left_to_right, way: out}
"""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Arm(_Part):
    """One direction of one line of one camera."""

    camera: Name
    line: Name
    direction: Direction
    way: Literal["in", "out"]


class Junction(_Part):
    """storage: vehicles. arms: by a name of their own; every line and direction is named once."""

    version: Literal[1]
    junction: Name
    storage: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    arms: Annotated[dict[Name, Arm], Field(min_length=2)]

    @model_validator(mode="after")
    def _both_ways_and_once_each(self) -> Self:
        ways = {arm.way for arm in self.arms.values()}
        if len(ways) < 2:
            raise ValueError(f"arms: wanted at least one way in and one out, found only {', '.join(ways)}")
        seen: dict[tuple[str, str, Direction], str] = {}
        for name, arm in self.arms.items():
            place = (arm.camera, arm.line, arm.direction)
            if place in seen:
                raise ValueError(f"arms: wanted every line and direction once, found {seen[place]} and {name} alike")
            seen[place] = name
        return self


def load_junction(file: Path) -> Junction:
    """Raises JunctionError with file, line and what was wanted."""
    return read_model(file, Junction, JunctionError)[0]
