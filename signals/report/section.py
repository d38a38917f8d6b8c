"""What a section of the report is made of, in one language: for a page, a picture or a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from signals.report.svg import Drawing
from signals.report.words import Words


@dataclass(frozen=True, slots=True)
class Figure:
    """name: for a file of its own, without suffix. legend: what the two shades are; empty where there is one."""

    name: str
    caption: str
    drawing: Drawing
    legend: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words. numbers: how many columns at its right end are numbers."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: int
    last_is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    sentences: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    grids: Sequence[Grid] = field(default_factory=tuple)


def length(seconds: float, words: Words) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return words(f"length.{unit}", n=words.number(seconds / size))
    return words("length.s", n=words.number(seconds, 0 if seconds == round(seconds) else 1))
