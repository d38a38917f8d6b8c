"""A number plate before it is drawn: what stands on it, where, on which ground."""

from dataclasses import dataclass
from enum import StrEnum

from vision.plates.text import Ground, canonical


class Layout(StrEnum):
    """The three blanks that numbers are stamped on."""

    CAR_LONG = "car_long"
    CAR_SHORT = "car_short"
    MOTORBIKE = "motorbike"


class Ink(StrEnum):
    BLACK = "black"
    WHITE = "white"
    RED = "red"


@dataclass(frozen=True, slots=True)
class PlateText:
    """
    rows     as printed, from top to bottom, with dashes and dots: ("59-G1", "965.77")
    colour   of the ground
    """

    layout: Layout
    rows: tuple[str, ...]
    colour: Ground
    ink: Ink

    @property
    def text(self) -> str:
        """Without separators, as it is compared."""
        return canonical("".join(self.rows))

    @property
    def lines(self) -> int:
        """1 or 2."""
        return len(self.rows)
