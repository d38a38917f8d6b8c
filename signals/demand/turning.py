"""Which share of those who enter a junction over a line leaves it over which other, from what cameras saw.

Errors are one standard deviation. Who vanished inside may have gone anywhere, so he widens the error and moves nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from vision.events.facts import TurningFacts

FEWEST = 30
"""Entered vehicles below which shares say little: at 30 an even share of one half is known to ± 0.09."""


@dataclass(frozen=True, slots=True)
class TurningShare:
    """`share` of the vehicles over line `entry` left over line `exit`; of `vehicles` that were followed through."""

    entry: str
    exit: str
    movement: str | None
    share: float
    error: float
    vehicles: int


@dataclass(frozen=True, slots=True)
class UnknownShares:
    """`why`: a sentence."""

    entry: str
    why: str


def turning_shares(
    facts: Sequence[TurningFacts], fewest: int = FEWEST
) -> tuple[tuple[TurningShare, ...], tuple[UnknownShares, ...]]:
    """Shares by entry and exit, in order of name, and the entries of which nothing can be said.

    Intervals in which the camera had moved, or the lines contradict one another beyond their errors, are left out.
    `facts`: intervals that do not overlap.
    """
    used = [one for one in facts if not one.view_moved and one.balanced is not False]
    followed: dict[str, dict[tuple[str, str | None], float]] = defaultdict(lambda: defaultdict(float))
    for one in used:
        for turn in one.turns:
            followed[turn.entry][turn.exit, turn.movement] += turn.vehicles.value or 0.0
    lost_share = _lost_share(used)
    shares: list[TurningShare] = []
    unknown: list[UnknownShares] = []
    for entry in sorted({turn.entry for one in facts for turn in one.turns}):
        total = sum(followed[entry].values())
        if total < fewest:
            unknown.append(UnknownShares(entry, _why(entry, total, fewest, len(facts) - len(used))))
            continue
        for (way_out, movement), vehicles in sorted(followed[entry].items(), key=lambda item: item[0][0]):
            share = vehicles / total
            error = sqrt(share * (1 - share) / total + (lost_share / 2) ** 2)
            shares.append(TurningShare(entry, way_out, movement, share, error, round(vehicles)))
    return tuple(shares), tuple(unknown)


def _lost_share(facts: Sequence[TurningFacts]) -> float:
    entered = sum(one.entered.value or 0.0 for one in facts)
    lost = sum(one.vanished.value or 0.0 for one in facts)
    return min(lost / entered, 1.0) if entered > 0 else 0.0


def _why(entry: str, total: float, fewest: int, left_out: int) -> str:
    sentence = f"Over line {entry} only {total:g} vehicles were followed through the junction; {fewest} are wanted."
    if left_out:
        sentence += f" {left_out} intervals were left out: the camera had moved, or its lines contradict one another."
    return sentence
