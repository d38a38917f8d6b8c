"""Which shots of a track stay: the best of each time in which it surely was one vehicle."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, inf, log2

from vision.plates.shots import Shot, ShotSettings

MOST_SPANS = 4
"""Remembered of a track; with one more the poorest is forgotten."""
LEAST_WORTH = 1e-9


@dataclass(slots=True, eq=False)
class Span:
    """A time in which a track surely stayed with one vehicle, and the shots of it.

    is_broken: before it the track may have been another one.
    """

    since_s: float
    until_s: float = inf
    shots: list[Shot] = field(default_factory=list)
    is_broken: bool = False

    def holds(self, at_s: float) -> bool:
        return self.since_s <= at_s <= self.until_s


def chosen_shots(kept: Sequence[Shot], new: Shot, settings: ShotSettings) -> list[Shot] | None:
    """`kept` (in the order of time, all before `new`) with `new` where it is worth it; None: it is not.

    A shot of the same span of time as the last one can only take its place; a full set gives up its worst one.
    """
    if kept and floor(new.media_s / settings.apart_s) == floor(kept[-1].media_s / settings.apart_s):
        given_up = kept[-1]
    elif len(kept) < settings.shots:
        return [*kept, new]
    else:
        given_up = min(kept, key=lambda shot: merit(shot, settings))
    if merit(new, settings) <= log2(settings.better) + merit(given_up, settings):
        return None
    return [*(shot for shot in kept if shot is not given_up), new]


def merit(shot: Shot, settings: ShotSettings) -> float:
    """The binary logarithm of what the shot is worth, on a scale on which age is already in: later shots gain, so that
    two shots keep their order however much later they are compared."""
    return log2(max(shot.worth, LEAST_WORTH)) + shot.media_s / settings.half_life_s


def bytes_of(shots: Sequence[Shot]) -> int:
    return sum(shot.crop.nbytes for shot in shots)
