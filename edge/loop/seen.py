"""What the loop hands on for each frame it took."""

from dataclasses import dataclass
from enum import StrEnum

from vision.events.bodies import Crossing
from vision.frame import Frame
from vision.tracks import Tracks


class How(StrEnum):
    """How the tracks of a frame came about."""

    DETECTED = "detected"
    """The network looked at the frame."""
    PREDICTED = "predicted"
    """It did not: every track stands where its motion puts it."""
    HELD = "held"
    """It did not, for nothing had changed since it last did: every track stands where it stood."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """age_s: seconds on the monotonic clock from the picture's arrival (`Frame.arrived_s`) to this result."""

    age_s: float
    how: How


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All that one frame told: the picture, who is in it, and who passed a line in it.

    freshness   None where nobody measured it
    """

    frame: Frame
    tracks: Tracks
    crossings: tuple[Crossing, ...]
    freshness: Freshness | None = None
