"""A number with its error, and how such numbers add up and are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from vision.events.facts import Figure


@dataclass(frozen=True, slots=True)
class Number:
    """value None: not known. error: half-width at two deviations; None where nobody said. n: what it rests on."""

    value: float | None
    error: float | None = None
    n: int | None = None

    def scaled(self, factor: float) -> "Number":
        value = None if self.value is None else self.value * factor
        return Number(value, None if self.error is None else self.error * factor, self.n)


def of_figure(figure: Figure) -> Number:
    return Number(figure.value, figure.error, figure.n)


def total(numbers: Iterable[Number]) -> Number:
    """The errors of one camera have causes in common (the same rates of missing, the same calibration), so they add up
    as they are: the sum's error may be too large, never too small. One unknown part makes the sum unknown.
    """
    parts = list(numbers)
    values = [part.value for part in parts if part.value is not None]
    if len(values) != len(parts):
        return Number(None)
    errors = [part.error for part in parts if part.error is not None]
    error = sum(errors) if errors and len(errors) == len(parts) else None
    return Number(sum(values), error, sum(part.n or 0 for part in parts))


def mean_speed(parts: Iterable[Number]) -> Number:
    """Mean of means weighted by their n. The error of a calibration is common to all, so it does not shrink."""
    known = [(part.value, part.error, part.n or 1) for part in parts if part.value is not None]
    n = sum(weight for _, _, weight in known)
    if not n:
        return Number(None)
    error = None
    if all(one is not None for _, one, _ in known):
        error = sum((one or 0.0) * weight for _, one, weight in known) / n
    return Number(sum(value * weight for value, _, weight in known) / n, error, n)


def digits_for(error: float | None, value: float) -> int:
    """Decimals that say no more than is known; without an error one, and none where the number is whole or above 10."""
    if error is None or error == 0:
        return 0 if value == round(value) or abs(value) >= 10 else 1
    return 0 if error >= 3 else 1 if error >= 0.3 else 2


def rounded_up(error: float, digits: int) -> float:
    """Never smaller than it is: a report does not claim to know more than we do."""
    return float(ceil(round(error * 10**digits, 6)) / 10**digits)
