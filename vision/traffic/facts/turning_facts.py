"""From the sums of one cell to turning movements, and whether as many left as entered."""

from math import hypot

import numpy as np

from vision.arrays import F64
from vision.events.facts import Figure, Turn, TurningFacts
from vision.geometry.scene import Scene
from vision.traffic.facts.cells import KINDS, Cell
from vision.traffic.facts.doubt import Doubt, figure, unknown
from vision.traffic.facts.head import Head
from vision.traffic.facts.layout import Layout
from vision.traffic.facts.turns import APPEARED, ENTERED, LEFT, TREMBLED, VANISHED

# With fewer vehicles over the lines than this, nothing can be said of their balance.
FEWEST_TO_BALANCE = 10


def turning_facts(head: Head, cell: Cell, scene: Scene, layout: Layout, doubt: Doubt) -> TurningFacts:
    rows = (ENTERED, LEFT, VANISHED, APPEARED, TREMBLED)
    entered, left, vanished, appeared, trembled = (doubt.vehicles(cell.ends[row]) for row in rows)
    stored = _stored_change(cell, doubt)
    imbalance = _imbalance(entered, (left, trembled, stored))
    passed = int(cell.ends[[ENTERED, LEFT]].sum())
    tells = passed >= FEWEST_TO_BALANCE and imbalance.value is not None and imbalance.error is not None
    return TurningFacts(
        **head._asdict(),
        turns=_turns(cell, scene, layout, doubt),
        entered=entered,
        left=left,
        vanished=vanished,
        appeared=appeared,
        trembled=trembled,
        stored_change=stored,
        imbalance=imbalance,
        balanced=abs(imbalance.value or 0.0) <= (imbalance.error or 0.0) if tells else None,
    )


def _turns(cell: Cell, scene: Scene, layout: Layout, doubt: Doubt) -> tuple[Turn, ...]:
    """In order of entry and exit; named movements are there even when nobody drove them."""
    names = [line.name for line in layout.lines]
    movements = {(each.entry, each.exit): name for name, each in scene.movements.items()}
    by_kind: dict[tuple[str, str], F64] = {pair: np.zeros(KINDS) for pair in movements}
    for (entry, exit_, kind), count in cell.turns.items():
        by_kind.setdefault((names[entry], names[exit_]), np.zeros(KINDS))[kind] += count
    return tuple(
        Turn(
            entry=entry,
            exit=exit_,
            movement=movements.get((entry, exit_)),
            volume=doubt.volumes(counts),
            vehicles=doubt.vehicles(counts),
            vehicles_pcu=doubt.units_of(counts),
        )
        for (entry, exit_), counts in sorted(by_kind.items())
    )


def _stored_change(cell: Cell, doubt: Doubt) -> Figure:
    if cell.stored is None:
        return unknown("the lines enclose no area, or no moment was watched")
    first, last = cell.stored
    return figure(last - first, hypot(doubt.half_width(first), doubt.half_width(last)))


def _imbalance(entered: Figure, gone: tuple[Figure, ...]) -> Figure:
    """What entered less what went somewhere."""
    missing = [each.why for each in gone if each.why]
    if missing:
        return unknown(missing[0])
    value = (entered.value or 0.0) - sum(each.value or 0.0 for each in gone)
    return figure(value, hypot(*(each.error or 0.0 for each in (entered, *gone))))
