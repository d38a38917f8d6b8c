"""Stages made from movements that get along: those of the net's programs, and every largest set without any conflict.

The largest sets are the maximal cliques of the graph of movements that do not cross (Bron and Kerbosch, Communications
of the ACM 16, 1973, with a pivot). Two movements that cross go together only where a program of the net already lets
them, one yielding. Where one signal stands at several junctions that do not touch, the largest sets are as many as the
products of theirs: only the first MOST_LARGEST are looked at, and one more for each movement that none of them serves.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from signals.sumo.groups import Groups
from signals.sumo.net import Program
from vision.arrays import Bool

MOST_STAGES = 12
# A junction of the street has some ten; a dozen joined into one signal would have millions.
MOST_LARGEST = 400


def stages_of(groups: Groups, programs: Sequence[Program], most: int = MOST_STAGES) -> tuple[frozenset[int], ...]:
    """Sets of groups; the first ones serve every group once, so that a round of them is short. At most `most`, but
    never fewer than serve every group."""
    shown = dict.fromkeys(greens for greens in _shown(groups, programs) if greens)
    largest = dict.fromkeys(_largest(~groups.foes))
    sets = _undominated([*shown, *largest], groups)
    return _ordered(sets, set(shown), len(groups.names), most)


def _shown(groups: Groups, programs: Sequence[Program]) -> Iterator[frozenset[int]]:
    """The green sets of states without yellow: what a program shows, not how it gets there."""
    for program in programs:
        for phase in program.phases:
            if not set(phase.state) & set("yu"):
                greens = groups.greens(phase.state)
                if _allowed(greens, groups):
                    yield greens


def _allowed(greens: frozenset[int], groups: Groups) -> bool:
    members = sorted(greens)
    return bool((~groups.foes | groups.together)[np.ix_(members, members)].all())


def _largest(near: Bool) -> Iterator[frozenset[int]]:
    """Every node is in one at least, in the same order every time."""
    left = set(range(len(near)))
    for clique in islice(_cliques(near), MOST_LARGEST):
        left -= clique
        yield frozenset(clique)
    for node in sorted(left):
        chosen = [node]
        for other in range(len(near)):
            if other != node and near[other, chosen].all():
                chosen.append(other)
        yield frozenset(chosen)


def _cliques(near: Bool) -> Iterator[set[int]]:
    """Maximal cliques of a graph given by its adjacency; the diagonal does not matter."""
    neighbours = [{int(j) for j in np.flatnonzero(row) if j != i} for i, row in enumerate(near)]

    def grow(chosen: set[int], open_to: set[int], done: set[int]) -> Iterator[set[int]]:
        if not open_to and not done:
            yield chosen
            return
        pivot = max(sorted(open_to | done), key=lambda node: len(open_to & neighbours[node]))
        for node in sorted(open_to - neighbours[pivot]):
            yield from grow(chosen | {node}, open_to & neighbours[node], done & neighbours[node])
            open_to = open_to - {node}
            done = done | {node}

    yield from grow(set(), set(range(len(near))), set())


def _undominated(sets: Sequence[frozenset[int]], groups: Groups) -> list[frozenset[int]]:
    """Without those that another contains while nobody in it has to yield to a foe any more than before."""

    def worse(one: frozenset[int], other: frozenset[int]) -> bool:
        if not one < other:
            return False
        held = groups.foes[np.ix_(sorted(one), sorted(other))].sum()
        return bool(held == groups.foes[np.ix_(sorted(one), sorted(one))].sum())

    unique = list(dict.fromkeys(sets))
    return [one for one in unique if not any(worse(one, other) for other in unique)]


def _ordered(
    sets: Sequence[frozenset[int]], shown: set[frozenset[int]], count: int, most: int
) -> tuple[frozenset[int], ...]:
    """First a greedy cover of all groups, then what the programs show, then the rest, larger sets first."""
    left, cover = set(range(count)), list[frozenset[int]]()
    while left:
        best = max(sets, key=lambda each: (len(each & left), each in shown, len(each)))
        cover.append(best)
        left -= best
    kept = {min((each for each in sets if one <= each), key=len) for one in shown}
    rest = sorted((each for each in sets if each not in cover), key=lambda each: (each not in kept, -len(each)))
    return (*cover, *rest[: max(0, most - len(cover))])
