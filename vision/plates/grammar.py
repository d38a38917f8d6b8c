"""Which texts can stand on a Vietnamese plate. Evidence beside the picture: it never invents or changes a character."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

from vision.plates.text import ALPHABET, Ground
from vision.vehicles import KindName

DIGITS = tuple("0123456789")
BEARERS: frozenset[KindName] = frozenset({"motorbike", "car", "bus", "truck"})


class Certainty(StrEnum):
    """How a rule came to us. Only `law` was read in the law's own text."""

    LAW = "law"
    REPORT = "report"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of number.

    rows       what stands above and below the row break: place by place, what may stand there
    lines      1 (both on one row), 2, or either
    grounds    the colours it is seen on
    vehicles   the kinds that bear it
    """

    name: str
    source: str
    certainty: Certainty
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    lines: frozenset[int]
    grounds: frozenset[Ground]
    vehicles: frozenset[KindName] = BEARERS

    def pattern(self) -> re.Pattern[str]:
        return _compiled([place for row in self.rows for place in row])

    def row_patterns(self) -> tuple[re.Pattern[str], ...]:
        """As `pattern`, each row alone."""
        return tuple(_compiled(row) for row in self.rows)


def _compiled(places: Sequence[tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile("".join(f"(?:{'|'.join(place)})" for place in places))


class Grammar:
    """Every format with its pattern, compiled once."""

    def __init__(self, formats: tuple[Format, ...], lookalikes: Mapping[str, str] | None = None) -> None:
        """lookalikes: for a character those that it is easily taken for."""
        self.formats = formats
        self.lookalikes = dict(lookalikes or {})
        self._patterns = tuple((one, one.pattern()) for one in formats)
        self._rows = tuple((one, one.row_patterns()) for one in formats)

    def fitting(self, text: str, lines: int | None = None, ground: Ground | None = None) -> tuple[Format, ...]:
        """The formats that the canonical `text` can be; None: not known, any will do."""
        return tuple(
            one
            for one, pattern in self._patterns
            if (lines is None or lines in one.lines)
            and (ground is None or ground in one.grounds)
            and pattern.fullmatch(text)
        )

    def standing(self, rows: Sequence[str]) -> tuple[Format, ...]:
        """The formats that can stand on a plate just so: one row, or two broken where the format breaks."""
        if len(rows) == 1:
            return self.fitting(rows[0], 1)
        return tuple(
            one
            for one, patterns in self._rows
            if len(rows) in one.lines
            and len(rows) == len(patterns)
            and all(pattern.fullmatch(row) for pattern, row in zip(patterns, rows, strict=True))
        )

    def knows(self, text: str, lines: int | None = None) -> bool:
        """Whether some format fits. The ground is left out: light changes it more easily than the number of rows."""
        return bool(self.fitting(text, lines))


def load_grammar() -> Grammar:
    """The formats of `formats.yaml`, which lies beside this file."""
    return parse_grammar(files("vision.plates").joinpath("formats.yaml").read_text("utf-8"))


def parse_grammar(text: str) -> Grammar:
    """Raise ValueError where a pattern holds a place that cannot be read."""
    data = yaml.safe_load(text)
    letters = _letters(data)
    return Grammar(tuple(_format(entry, letters) for entry in data["formats"]), _lookalikes(data))


def _lookalikes(data: dict[str, Any]) -> dict[str, str]:
    sets = data.get("lookalikes", {}).get("sets", [])
    found: dict[str, str] = {}
    for alike in sets:
        for one in alike:
            found[one] = found.get(one, "") + alike.replace(one, "")
    return found


def _letters(data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """What each letter of a pattern stands for."""
    codes = data["provinces"]
    unused = set(codes["not_in_use"])
    provinces = tuple(str(code) for code in range(codes["first"], codes["last"] + 1) if code not in unused)
    return {
        "p": provinces,
        "d": DIGITS,
        "n": DIGITS[1:],
        "l": tuple(data["series_letters"]["letters"]),
        "m": tuple(data["second_letters"]["letters"]),
        "s": tuple(data["state_letters"]["letters"]),
    }


def _format(entry: dict[str, Any], letters: dict[str, tuple[str, ...]]) -> Format:
    return Format(
        name=entry["name"],
        source=entry["source"],
        certainty=Certainty(entry["certainty"]),
        rows=tuple(_places(row, letters) for row in entry["pattern"].split("|")),
        lines=frozenset(entry["lines"]),
        grounds=frozenset(Ground(name) for name in entry["grounds"]),
        vehicles=frozenset(entry.get("vehicles", BEARERS)),
    )


def _places(pattern: str, letters: dict[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """`p{LD,KT}d[d]` → place by place what may stand there; an optional place may hold the empty string."""
    places: list[tuple[str, ...]] = []
    for part in re.findall(r"\{[^}]*\}|\[.\]|.", pattern):
        if part.startswith("{"):
            places.append(tuple(part[1:-1].split(",")))
        elif part.startswith("["):
            places.append((*letters[part[1]], ""))
        elif part in letters:
            places.append(letters[part])
        elif part in ALPHABET:
            places.append((part,))
        else:
            raise ValueError(f"{pattern}: wanted one of {' '.join(letters)} or a character of a plate, found '{part}'")
    return tuple(places)
