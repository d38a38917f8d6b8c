"""The card of a plate finder."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vision.detect.card import Card, CardPart, Fraction, InputSpec, Task


class FinderThresholds(CardPart):
    """
    sure      what scores this is a plate, whatever its text
    doubtful  what scores less than `sure` but this is one only if it can be read; below it nothing is looked at
    iou       of two quads whose boxes overlap more than this, the better one stays
    """

    sure: Fraction = 0.5
    doubtful: Fraction = 0.2
    iou: Fraction = 0.3

    @model_validator(mode="after")
    def _doubt_comes_before_certainty(self) -> Self:
        if self.doubtful > self.sure:
            raise ValueError(f"thresholds: wanted doubtful <= sure, found {self.doubtful:g} > {self.sure:g}")
        return self


class FinderCard(Card):
    """
    stride_px  one cell of the network's map covers so many pixels of its input. Each cell holds a score 0..1 for a
               plate's middle; in input pixels from the cell's middle, x and y of the corners, clockwise from the
               plate's own top left; and for each of them in this order a score 0..1 for such a corner in the cell
    """

    task: Literal[Task.FIND_PLATE] = Task.FIND_PLATE
    input: InputSpec
    stride_px: Annotated[int, Field(ge=1, le=32)] = 4
    thresholds: FinderThresholds = FinderThresholds()

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """(13, rows, columns) of one picture's output."""
        return 13, self.input.height_px // self.stride_px, self.input.width_px // self.stride_px
