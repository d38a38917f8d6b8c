"""What a record says of the accused's plate, and where in which still it stands."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from violations.evidence.stated import Stated
from vision.events.bodies import Fraction, Name

Pixel = Annotated[int, Field(ge=0, le=2**24)]
Coordinate = Annotated[float, Field(allow_inf_nan=False)]


class CharacterRead(Stated):
    """One place of the plate: the character voted for, and how sure; `others` with theirs, the surest first."""

    text: Annotated[str, Field(min_length=1, max_length=4)]
    confidence: Fraction
    others: tuple[tuple[str, Fraction], ...] = ()


class Rectangle(Stated):
    """x1, y1, x2, y2 in pixels of the still; x2 and y2 just outside it."""

    x1: Pixel
    y1: Pixel
    x2: Pixel
    y2: Pixel

    @model_validator(mode="after")
    def _some_area(self) -> Self:
        if self.x2 <= self.x1 or self.y2 <= self.y1:
            raise ValueError(f"wanted a rectangle with an area, found {self.x1}, {self.y1} to {self.x2}, {self.y2}")
        return self


class PlateCrop(Stated):
    """The file `name` holds, pixel for pixel, the rectangle of the still in the file `still`; both are lossless (PNG).

    quad: the plate's corners in that still, from the upper left clockwise as it is read, in pixels.
    """

    name: Name
    still: Name
    rectangle: Rectangle
    quad: tuple[tuple[Coordinate, Coordinate], ...] = Field(min_length=4, max_length=4)


class PlateRead(Stated):
    """text: None where the reader abstained; `why_abstained` then says why. lines: of the plate; None: not known.

    confidence: of the likeliest text, given or not, whose `characters` these are. ground: the colour under them.
    alternatives: other texts that fit, with theirs. views: how many pictures of the track were voted over. strays: how
    many plates in them were taken for somebody else's. crop: None where no view that was read is among the kept
    pictures: then nothing is claimed, and text is None.
    """

    text: Annotated[str, Field(min_length=1, max_length=20)] | None
    confidence: Fraction | None = None
    characters: tuple[CharacterRead, ...] = ()
    alternatives: tuple[tuple[str, Fraction], ...] = ()
    lines: Annotated[int, Field(ge=1, le=3)] | None = None
    ground: Name | None = None
    why_abstained: Name | None = None
    views: Annotated[int, Field(ge=0)]
    strays: Annotated[int, Field(ge=0)] = 0
    crop: PlateCrop | None = None

    @model_validator(mode="after")
    def _claimed_only_where_shown(self) -> Self:
        if (self.text is None) != (self.why_abstained is not None):
            raise ValueError("why_abstained: wanted a reason exactly where text is null")
        if self.text is not None and self.crop is None:
            raise ValueError("crop: wanted the picture of a plate whose text is claimed, found none")
        return self
