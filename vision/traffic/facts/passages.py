"""Crossings sorted into the stations they belong to, and the headways between them."""

import numpy as np

from vision.events.bodies import Crossing
from vision.geometry.lines import share_along, stack_ends
from vision.traffic.facts.cells import Cell
from vision.traffic.facts.layout import Layout
from vision.vehicles import KIND_NAMES

# Who is slower stands, as far as a harmonic mean is concerned.
SLOWEST_MPS = 0.1


class Passages:
    """Puts each crossing into its station's sums. Raises KeyError for a line that the scene does not have."""

    def __init__(self, layout: Layout, frame_size_px: tuple[int, int]) -> None:
        self._size_px = np.array(frame_size_px, np.float64)
        self._lines = {line.name: place for place, line in enumerate(layout.lines)}
        self._stations = layout.stations
        self._ends = stack_ends(layout.lines)
        self._last_s: dict[int, float] = {}
        self._holes_s: list[float] = []

    def take(self, crossing: Crossing, cell: Cell) -> int:
        """Add one crossing to its cell; its line's place."""
        line = self._lines[crossing.line]
        place = self._station(crossing, line)
        cell.passed[place, KIND_NAMES.index(crossing.vehicle)] += 1
        if crossing.speed_mps is not None and crossing.speed_error_mps is not None:
            speed = crossing.speed_mps
            slowness = 1 / max(speed, SLOWEST_MPS)
            error = crossing.speed_error_mps
            cell.speeds[place] += (1, speed, slowness, error, error * slowness**2)
        if crossing.vehicle != "pedestrian":
            cell.passages.append((place, crossing.at_s, crossing.at_error_s))
        return line

    def _station(self, crossing: Crossing, line: int) -> int:
        """The station of the lane in whose part of the line it passed, deepest where lanes overlap."""
        place_px = np.array([[crossing.x, crossing.y]]) * self._size_px
        share = float(share_along(place_px, self._ends[line : line + 1])[0, 0])
        there = [
            (min(share - station.low, station.high - share) if station.lane is not None else 0.0, place)
            for place, station in enumerate(self._stations)
            if station.line == line and station.direction is crossing.direction
        ]
        return max(there)[1]

    def hole(self, media_s: float) -> None:
        """The watch begins anew at this moment: no headway reaches back over it."""
        self._holes_s.append(media_s)

    def seal(self, cell: Cell) -> None:
        """Nothing more will come into this cell: add up its headways, each in the cell of the later vehicle."""
        for place, at_s, error_s in sorted(cell.passages):
            before_s = self._last_s.get(place)
            if before_s is not None and before_s < at_s and not self._hole_between(before_s, at_s):
                cell.headways[place] += (1, at_s - before_s, error_s**2)
            self._last_s[place] = max(at_s, before_s or at_s)
        oldest_s = min(self._last_s.values(), default=0.0)
        self._holes_s = [hole_s for hole_s in self._holes_s if hole_s >= oldest_s][-100:]

    def _hole_between(self, since_s: float, until_s: float) -> bool:
        return any(since_s < hole_s <= until_s for hole_s in self._holes_s)
