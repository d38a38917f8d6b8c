"""What a signal lamp showed and when, on the camera's own clock. Pure facts; who saw them is in `origin`."""

from bisect import bisect_right
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Lamp(StrEnum):
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    OFF = "off"
    UNKNOWN = "unknown"


class LampSpan(BaseModel):
    """One lamp state from `since_s` (inclusive) to `until_s` (exclusive), both known to ± `error_s`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    state: Lamp
    since_s: float
    until_s: float
    error_s: Annotated[float, Field(ge=0)] = 0.0
    origin: Literal["controller", "image", "file"] = "file"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self


class LampTimeline(BaseModel):
    """The spans of one signal group in order of time. Where no span covers a moment, nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str
    spans: tuple[LampSpan, ...]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for before, after in zip(self.spans, self.spans[1:], strict=False):
            if after.since_s < before.until_s:
                raise ValueError(
                    f"group {self.group}: spans overlap: one ends at {before.until_s} s, "
                    f"the next begins at {after.since_s} s"
                )
        return self

    def at(self, media_s: float) -> LampSpan | None:
        """The span that covers `media_s`, or None where nobody knows what the lamp showed."""
        place = bisect_right([span.since_s for span in self.spans], media_s) - 1
        if place >= 0 and media_s < self.spans[place].until_s:
            return self.spans[place]
        return None
