"""Inputs and outputs of a virtual controller: numbered from 1, each set, and perhaps forced to something else."""

from dataclasses import dataclass, field

from signals.control.rsmp.errors import NotUnderstoodError


@dataclass(slots=True)
class Points:
    """what: `input` or `output`, for the reasons of refusals."""

    what: str
    count: int
    _set: set[int] = field(default_factory=set)
    _forced: dict[int, bool] = field(default_factory=dict)

    def is_on(self, number: int) -> bool:
        return self._forced.get(number, number in self._set)

    def states(self) -> str:
        return "".join("1" if self.is_on(number) else "0" for number in range(1, self.count + 1))

    def forced(self) -> str:
        return "".join("1" if number in self._forced else "0" for number in range(1, self.count + 1))

    def put(self, number: int, *, on: bool) -> None:
        self._check(number)
        (self._set.add if on else self._set.discard)(number)

    def force(self, number: int, value: bool | None) -> None:
        """None: no longer forced."""
        self._check(number)
        if value is None:
            self._forced.pop(number, None)
        else:
            self._forced[number] = value

    def put_blocks(self, text: str) -> None:
        """Blocks `first,bits to set,bits to unset`; what lies beyond the controller's own points is left alone."""
        for number, on in in_blocks(text):
            if 1 <= number <= self.count:
                self.put(number, on=on)

    def _check(self, number: int) -> None:
        if not 1 <= number <= self.count:
            raise NotUnderstoodError(f"The controller has {self.what}s 1 to {self.count}, found {number}")


def in_blocks(text: str) -> list[tuple[int, bool]]:
    """(number, on or off) of M0012 and M0013: bit 0 of a block is its first number. Set and unset at once: off."""
    found: list[tuple[int, bool]] = []
    for block in text.replace(":", ";").split(";"):
        first, on_bits, off_bits = ([int(each) for each in block.split(",")] + [0])[:3]
        found += [(first + bit, True) for bit in range(16) if on_bits >> bit & 1]
        found += [(first + bit, False) for bit in range(16) if off_bits >> bit & 1]
    return found
