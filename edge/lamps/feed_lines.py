"""What a line of a controller's feed may say."""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from vision.events.bodies import Name
from vision.events.lamps import Lamp

# A feed that does not say how exact it is: the controller's step, and the way here.
UNSAID_ERROR_S = 0.1
EXAMPLE = '{"group": "north", "state": "red"}'

Seconds = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class FeedLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StateLine(FeedLine):
    """media_s: for recordings. age_s: for how long it had been so when it was sent."""

    group: Name
    state: Lamp
    error_s: NotNegative = UNSAID_ERROR_S
    age_s: NotNegative = 0.0
    media_s: Seconds | None = None


class AliveLine(FeedLine):
    """alive False: the controller is gone, and what its lamps show from its last word on is unknown."""

    alive: bool
    media_s: Seconds | None = None


Line = StateLine | AliveLine
_LINE: TypeAdapter[Line] = TypeAdapter(Line)


def read_line(text: str) -> Line:
    """Raises ValueError (pydantic's among them) for anything else."""
    return _LINE.validate_python(json.loads(text))
