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

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Lamp
    since_s: float
    until_s: Annotated[float, Field(allow_inf_nan=True)]
    error_s: Annotated[float, Field(ge=0)] = 0.0
    origin: Literal["controller", "image", "file"] = "file"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self


class LampTimeline(BaseModel):
    """The spans of one signal group in order of time. Where no span covers a moment the lamp is UNKNOWN."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str
    spans: tuple[LampSpan, ...]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for before, after in zip(self.spans, self.spans[1:], strict=False):
            if after.since_s < before.until_s:
                raise ValueError(
                    f"group {self.group}: the span from {after.since_s} s begins before {before.until_s} s, the end of the last"
                )
        return self

    def at(self, media_s: float) -> LampSpan:
        """The span that covers `media_s`; an UNKNOWN span that fills the gap where none does."""
        place = bisect_right([span.since_s for span in self.spans], media_s)
        if place and media_s < self.spans[place - 1].until_s:
            return self.spans[place - 1]
        since_s = self.spans[place - 1].until_s if place else float("-inf")
        until_s = self.spans[place].since_s if place < len(self.spans) else float("inf")
        return LampSpan(state=Lamp.UNKNOWN, since_s=since_s, until_s=until_s)
