"""What a camera says of its own picture: troubles with a start and an end, and a quality score in every interval."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vision.events.bodies import Body, Fraction, Measure


class Trouble(StrEnum):
    """What can be wrong with a picture. The values are translation keys."""

    VIEW_MOVED = "view_moved"  # the camera looks elsewhere than when the scene was drawn
    FROZEN = "frozen"  # the stream goes on, the picture does not
    BLURRED = "blurred"  # far less sharp than this camera's own reference
    BLINDED = "blinded"  # glare, spray, or something over the lens: a large part shows nothing
    TOO_DARK = "too_dark"  # too little light to tell vehicles from the road
    DROPPED = "dropped"  # frames are missing from the stream


class CameraState(Body):
    """One trouble began or ended.

    at_s: media seconds when this was decided. since_s: when the trouble began, as far as can be told. until_s: when it
    was over; None while it lasts. measures: what the decision rests on (`shift` px of the full frame, `rotation` deg,
    `sharpness` as a share of the reference, …).
    """

    trouble: Trouble
    phase: Literal["started", "ended"]
    at_s: float
    since_s: float
    until_s: float | None = None
    measures: tuple[Measure, ...] = ()

    @model_validator(mode="after")
    def _an_end_has_its_time(self) -> Self:
        if (self.phase == "ended") != (self.until_s is not None):
            raise ValueError(f"until_s: wanted a time exactly when phase is ended, found {self.phase} {self.until_s}")
        return self


class ImageQuality(Body):
    """How good the pictures of [since_s, until_s) were, each part 0 (useless) to 1 (nothing to wish for).

    score: the whole, near the worst of its parts. pictures: how many were looked at, a few per second. coverage: share
    of the seconds in which at least one was. sharpness is None until the camera has a reference of its own. contrast
    also counts how much of the picture's usual texture is there. troubles: those that lasted in any part of it.
    """

    since_s: float
    until_s: float
    coverage: Fraction
    pictures: Annotated[int, Field(ge=0)]
    score: Fraction
    sharpness: Fraction | None = None
    contrast: Fraction
    exposure: Fraction
    noise: Fraction
    compression: Fraction
    troubles: tuple[Trouble, ...] = ()

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self
