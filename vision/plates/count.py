"""Counts the votes: sums of logarithms over the shots of a track, place by place, of those with the same layout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.arrays import F64
from vision.plates.ballot import Ballot, Layout, chance_of
from vision.plates.reader import PlateLook
from vision.plates.text import ALPHABET, Ground

LEAST_CHANCE = 0.0005
"""No shot calls a character less likely than this: one that is wrong and sure of it must not outvote all others."""
LEAST_PROPOSED = 0.1
"""A look that calls a character as likely as this proposes it, even if it reads another one."""
LEAST_OF_GROUND = 2 / 3


@dataclass(frozen=True, slots=True, eq=False)
class ShotLooks:
    """The looks at one plate in one shot; aspect: width by height of its quad."""

    looks: tuple[PlateLook, ...]
    aspect: float

    @property
    def certainty(self) -> float:
        """0..1, of the looks that read something, their mean."""
        read = [look.reading.certainty for look in self.looks if look.reading.text]
        return sum(read) / len(read) if read else 0.0


def count(shots: Sequence[ShotLooks]) -> Ballot | None:
    """The votes of all shots; None where nobody reads anything.

    A shot weighs as the root of its certainty beside the surest one's. Shots that follow each other are alike in much
    of what makes a character unlike itself (dirt, angle, light), so that n of them count as the root of n that were
    independent.
    """
    surest = max((shot.certainty for shot in shots), default=0.0)
    weights = [(shot.certainty / surest) ** 0.5 for shot in shots] if surest > 0 else []
    layouts = _layouts(shots, weights)
    if not layouts:
        return None
    layout = max(layouts, key=lambda one: (layouts[one], one))
    parts = [(part, weight) for shot, weight in zip(shots, weights, strict=True) for part in _of_layout(shot, layout)]
    weight = np.array([weight for _, weight in parts])
    table = np.stack([part for part, _ in parts])
    logs = np.tensordot(weight, np.log(np.maximum(table, LEAST_CHANCE)), axes=1) / np.sqrt(max(weight.sum(), 1e-9))
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances = raised / raised.sum(axis=1, keepdims=True)
    said = np.tensordot(weight**2 / (weight**2).sum(), table == table.max(axis=2, keepdims=True), axes=1)
    return Ballot(layout, layouts[layout] / sum(layouts.values()), chances, _proposed(shots, layout, chances), said)


def ground_of(shots: Sequence[ShotLooks]) -> tuple[Ground | None, float]:
    """The colour that most looks see, and how sure they are of it together; None where fewer than two thirds agree."""
    looks = [look.reading for shot in shots for look in shot.looks if look.reading.text]
    if not looks:
        return None, 0.0
    shares = {
        ground: sum(one.colour_confidence for one in looks if one.colour is ground) / len(looks) for ground in Ground
    }
    best = max(shares, key=lambda ground: shares[ground])
    return (best if shares[best] >= LEAST_OF_GROUND else None), shares[best]


def _layouts(shots: Sequence[ShotLooks], weights: Sequence[float]) -> dict[Layout, float]:
    """Each layout with the weight of the shots that have it, shared among the looks of a shot."""
    found: dict[Layout, float] = {}
    for shot, weight in zip(shots, weights, strict=False):
        read = [look.rows for look in shot.looks if look.reading.text]
        for layout in read:
            found[layout] = found.get(layout, 0.0) + weight / len(read)
    return found


def _of_layout(shot: ShotLooks, layout: Layout) -> list[F64]:
    """(places, len(ALPHABET)) mean of the looks with that layout: they show the same pixels, so they add nothing up."""
    fitting = [look.chances for look in shot.looks if look.rows == layout and look.reading.text]
    return [np.asarray(np.mean(fitting, axis=0), np.float64)] if fitting else []


def _proposed(shots: Sequence[ShotLooks], layout: Layout, chances: F64) -> tuple[str, ...]:
    """Place by place what some look reads there, or calls likely enough."""
    looks = [look.chances for shot in shots for look in shot.looks if look.rows == layout and look.reading.text]
    table = np.stack(looks)
    called = ((table >= LEAST_PROPOSED) | (table == table.max(axis=2, keepdims=True))).any(axis=0)
    return tuple(
        "".join(sorted((ALPHABET[code] for code in np.flatnonzero(place)), key=lambda one: -chance_of(row, one)))
        for place, row in zip(called, chances, strict=True)
    )
