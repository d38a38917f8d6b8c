"""Junctions of one centre whose traffic chooses tell the next ones who will come to them, and when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from signals.library.described import WayOn
from signals.live.conductor import Leaving
from signals.live.junction import LiveJunction
from signals.optimize.adaptive.announced import Announcement, Roads, announce


def tell_neighbours(junctions: Mapping[str, LiveJunction], now_s: float) -> None:
    """Every decision that is new, to those that its library names and that run here."""
    for name, junction in list(junctions.items()):
        leaving = junction.take_leaving() if junction.approaches is not None and junction.approaches.ways_on else None
        if leaving is None:
            continue
        for neighbour, told in _announcements(junctions, junction, leaving):
            neighbour.hear(name, told, now_s)


def _announcements(
    junctions: Mapping[str, LiveJunction], sender: LiveJunction, leaving: Leaving
) -> Iterator[tuple[LiveJunction, Announcement]]:
    by_junction: dict[str, list[WayOn]] = defaultdict(list)
    assert sender.approaches is not None
    for way in sender.approaches.ways_on:
        by_junction[way.junction].append(way)
    for name, ways in by_junction.items():
        neighbour = junctions.get(name)
        if neighbour is None or neighbour.approaches is None:
            continue
        into = neighbour.approaches.names
        known = [way for way in ways if way.entering in into]
        roads = Roads(
            np.array([sender.approaches.names.index(way.leaving) for way in known], np.int64),
            np.array([into.index(way.entering) for way in known], np.int64),
            np.array([way.share for way in known], np.float64),
            np.array([way.drive_s for way in known], np.float64),
        )
        yield neighbour, announce(roads, leaving.vehicles, leaving.step_s, leaving.at_s)
