"""Who entered the junction where, and left it where."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from shapely import MultiPoint, Polygon

from vision.arrays import F64, I64
from vision.events.bodies import Crossing
from vision.geometry.scene import Scene
from vision.traffic.facts.cells import Cell
from vision.traffic.facts.doubt import NOT_PEDESTRIAN
from vision.traffic.facts.lanes import edges_of, within
from vision.traffic.facts.layout import Layout
from vision.traffic.facts.trails import Trails
from vision.vehicles import KIND_NAMES

ENTERED, LEFT, VANISHED, APPEARED, TREMBLED = range(5)
# Nobody turns around within a junction faster than this: who leaves so soon over the line of his entry only trembled.
FASTEST_TURN_S = 4.0
# Nor passes through one faster than this; two lines that nearly meet at a corner are easily trembled over.
FASTEST_WAY_S = 0.4


class Entry(NamedTuple):
    line: int
    kind: int
    at_s: float


class TurnBook:
    """Pairs each track's entry with its exit; a track that is lost between the two vanished, and is not guessed.

    A line with `entering` is an entry that way and an exit the other way; one without is what `movements` make of it.
    """

    def __init__(self, scene: Scene, layout: Layout) -> None:
        names = [line.name for line in layout.lines]
        self._entering = layout.entering
        self._entries = {names.index(movement.entry) for movement in scene.movements.values()}
        self._exits = {names.index(movement.exit) for movement in scene.movements.values()}
        said = {place for place, way in enumerate(layout.entering) if way is not None}
        self._lines = self._entries | self._exits | (said if len(said) > 1 else set())
        self._inside: dict[int, Entry] = {}
        self._junction = _hull([np.array(layout.lines[place].ends_px) for place in sorted(self._lines)])

    @property
    def watched(self) -> bool:
        """Whether the scene says what enters and what leaves."""
        return bool(self._lines)

    def cross(self, crossing: Crossing, line: int, cell: Cell) -> None:
        if line not in self._lines or crossing.vehicle == "pedestrian":
            return
        kind, track = KIND_NAMES.index(crossing.vehicle), crossing.track
        if self._leaves(crossing, line):
            self._leave(self._inside.pop(track, None), line, kind, crossing.at_s, cell)
        elif track not in self._inside:
            self._inside[track] = Entry(line, kind, crossing.at_s)
            cell.ends[ENTERED, kind] += 1

    def forget(self, ended: Iterable[int], cell: Cell) -> None:
        for track in ended:
            entry = self._inside.pop(track, None)
            if entry is not None:
                cell.ends[VANISHED, entry.kind] += 1

    def look_inside(self, trails: Trails, media_s: float, cell: Cell) -> None:
        """Count the vehicles between the lines, however they came there."""
        if self._junction is None:
            return
        rows = trails.present(media_s) & (NOT_PEDESTRIAN[trails.kind] > 0)
        inside = int(within(trails.feet_px[rows], *self._junction).sum()) if rows.any() else 0
        cell.stored = (inside if cell.stored is None else cell.stored[0]), inside

    @staticmethod
    def _leave(entry: Entry | None, line: int, kind: int, at_s: float, cell: Cell) -> None:
        fastest_s = FASTEST_TURN_S if entry is not None and entry.line == line else FASTEST_WAY_S
        if entry is not None and at_s - entry.at_s < fastest_s:
            cell.ends[TREMBLED, kind] += 1
            return
        cell.ends[LEFT, kind] += 1
        if entry is None:
            cell.ends[APPEARED, kind] += 1
        else:
            cell.turns[entry.line, line, kind] += 1

    def _leaves(self, crossing: Crossing, line: int) -> bool:
        entering = self._entering[line]
        if entering is not None:
            return crossing.direction is not entering
        if line in self._entries and line in self._exits:
            return crossing.track in self._inside
        return line in self._exits


def _hull(ends_px: list[F64]) -> tuple[F64, I64] | None:
    """Edges of the smallest convex area around the lines; None where they have none between them."""
    hull = MultiPoint(np.concatenate(ends_px)).convex_hull if len(ends_px) > 1 else None
    if not isinstance(hull, Polygon):
        return None
    return edges_of(np.array(hull.exterior.coords[:-1], np.float64)), np.zeros(1, np.int64)
