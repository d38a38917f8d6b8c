"""What a plate reader says of itself beyond every card's words."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from vision.detect.card import Card, CardPart, Colour, Fraction, Task
from vision.plates.text import ALPHABET, Ground


class ReaderInput(CardPart):
    """The size a crop is stretched to. The network takes pixels 0..255 and brings brightness and contrast in order
    itself."""

    width_px: Annotated[int, Field(ge=16, le=1024)]
    height_px: Annotated[int, Field(ge=16, le=1024)]
    colour: Colour


class ReaderThresholds(CardPart):
    """
    temperature     the network's numbers are divided by it before they become chances
    certainty       a reading less sure than this is not given
    odd_certainty   the same for a text that no known format fits
    character       nor is one with a character less sure than this
    """

    temperature: Annotated[float, Field(gt=0)] = 1.0
    certainty: Fraction = 0.9
    odd_certainty: Fraction = 0.99
    character: Fraction = 0.5


class PlateReaderCard(Card):
    """A plate reader's.

    alphabet   what classes 1, 2 … mean; class 0 is blank
    columns    how many places each of the two rows has
    grounds    the colours in the order of the outputs

    The output is (batch, 2 · columns · (1 + alphabet) + 2 + grounds): logits of the upper row's columns, of the lower
    row's, of one or two lines, of the colours.
    """

    task: Literal[Task.READ_PLATE] = Task.READ_PLATE
    input: ReaderInput
    alphabet: Annotated[str, StringConstraints(min_length=2, pattern=r"^[0-9A-Z]+$")]
    columns: Annotated[int, Field(ge=4, le=256)]
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    thresholds: ReaderThresholds = ReaderThresholds()

    @property
    def outputs(self) -> int:
        return 2 * self.columns * (1 + len(self.alphabet)) + 2 + len(self.grounds)

    @model_validator(mode="after")
    def _letters_differ_and_are_ours(self) -> "PlateReaderCard":
        strange = sorted(set(self.alphabet) - set(ALPHABET))
        if strange:
            raise ValueError(f"alphabet: wanted characters of plates ({ALPHABET}), found {', '.join(strange)}")
        if len(set(self.alphabet)) < len(self.alphabet):
            raise ValueError("alphabet: wanted each character once")
        if len(set(self.grounds)) < len(self.grounds):
            raise ValueError("grounds: wanted each colour once")
        return self
