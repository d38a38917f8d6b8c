"""What the helmet reader must know of its network."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vision.detect.card import Card, CardPart, Fraction, InputSpec, Task


class HeadState(StrEnum):
    HELMET = "helmet"
    NONE = "none"
    UNSURE = "unsure"
    """Not to be told, or a cover whose fitness is for people to judge: half shell, builder's hat, loose strap."""


HEAD_STATES: tuple[HeadState, ...] = (HeadState.HELMET, HeadState.NONE, HeadState.UNSURE)


class HelmetThresholds(CardPart):
    """
    head     what scores less is not a head
    helmet   a head's score times its share for the helmet must reach this before a helmet is said; else unsure
    none     the same for a bare head: the one that accuses
    iou      of two heads that overlap more than this, the better one stays
    """

    head: Fraction
    helmet: Fraction
    none: Fraction
    iou: Fraction = 0.4


class HelmetCard(Card):
    """Input (n, 3, height, width) of riders' upper parts; output (n, 1 + classes + 4, height / stride, width / stride).

    Planes: how surely a head's middle lies in the cell; the share of each of `classes`; the middle's offset in the
    cell (x, y) in cells; the head's width and height in input pixels.
    """

    task: Literal[Task.HELMET] = Task.HELMET
    input: InputSpec
    stride: Annotated[int, Field(ge=1, le=32)]
    classes: Annotated[tuple[HeadState, ...], Field(min_length=2)]
    thresholds: HelmetThresholds

    @field_validator("classes")
    @classmethod
    def _each_once(cls, value: tuple[HeadState, ...]) -> tuple[HeadState, ...]:
        if sorted(value) != sorted(HEAD_STATES):
            raise ValueError(f"wanted each of {', '.join(HEAD_STATES)} once, found {', '.join(value)}")
        return value
