"""The flows of movements as a form has them: one field for each, empty where nobody states one."""

from collections.abc import Mapping, Sequence
from math import isfinite

from centre.errors import CentreError

MOST_PER_H = 1e6


class NotANumberError(CentreError):
    """What was typed is no number that fits. what: the movement or field; found: as typed."""

    def __init__(self, what: str, found: str) -> None:
        super().__init__(f"{what}: wanted a number of 0 or more, found {found[:40]!r}")
        self.what, self.found = what, found[:40]


def read_flows(fields: Mapping[str, str], movements: Sequence[str]) -> dict[str, float]:
    """Units per hour of those that were filled in; a comma may stand for the point. Raises NotANumberError."""
    typed = {name: fields.get(f"flow_{place}", "").strip() for place, name in enumerate(movements)}
    return {name: read_number(name, text, 0.0, MOST_PER_H) for name, text in typed.items() if text}


def read_number(what: str, text: str, least: float, most: float) -> float:
    """Raises NotANumberError."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise NotANumberError(what, text) from None
    if not (isfinite(value) and least <= value <= most):
        raise NotANumberError(what, text)
    return value


def read_whole(what: str, text: str) -> int:
    """A whole number of 0 or more. Raises NotANumberError."""
    value = read_number(what, text, 0.0, MOST_PER_H)
    if value != int(value):
        raise NotANumberError(what, text)
    return int(value)
