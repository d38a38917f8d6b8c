"""What the lamp reader must know of its network."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from vision.detect.card import Card, CardPart, Fraction, InputSpec, Task
from vision.events.lamps import Lamp


class LampThresholds(CardPart):
    """A state is given only at this probability or more; below it nobody knows. Red accuses, so it is the strictest."""

    red: Fraction
    yellow: Fraction
    green: Fraction
    off: Fraction

    def of(self, state: Lamp) -> float:
        """What `state` needs; doubt needs nothing."""
        needed = {Lamp.RED: self.red, Lamp.YELLOW: self.yellow, Lamp.GREEN: self.green, Lamp.OFF: self.off}
        return needed.get(state, 0.0)


class LampCard(Card):
    """Input (n, 3, height, width), output (n, classes) probabilities in the order of `classes`.

    `unknown` among the classes is what the network says of regions that show no head, or two lights at once.
    """

    task: Literal[Task.LAMP] = Task.LAMP
    input: InputSpec
    classes: Annotated[tuple[Lamp, ...], Field(min_length=2)]
    thresholds: LampThresholds

    @field_validator("classes")
    @classmethod
    def _each_once(cls, value: tuple[Lamp, ...]) -> tuple[Lamp, ...]:
        if sorted(value) != sorted(Lamp):
            raise ValueError(f"wanted each of {', '.join(Lamp)} once, found {', '.join(value)}")
        return value
