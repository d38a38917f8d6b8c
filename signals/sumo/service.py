"""What the stages of an imported junction do for its lanes, for a controller that thinks in lanes."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import numpy as np

from signals.optimize.adaptive.view import Service
from signals.plan.change import change_between
from signals.sumo.junctions import SignalJunction
from signals.sumo.net import Link
from vision.arrays import F64, Bool

SATURATION_VPS = 0.52
# How much of a lane's traffic takes a turn, where nobody has counted: straight on most, back hardly anybody.
TURN_WEIGHT = {"s": 1.0, "t": 0.02}
OTHER_WEIGHT = 0.4
# On a red that may be passed after a stop, so much of the saturation flow goes.
STOP_THEN_GO = 0.3
# Who must let others pass: alone he loses a little, while they keep coming only few find a gap.
FREE_YIELDING, HELD_YIELDING = 0.85, 0.15
# The first vehicle that may not go stands in the way of those behind: so many look for their way in a green.
QUEUE_LOOK = 3.0

# (from lane, to lane) -> vehicles
Turns = Mapping[tuple[str, str], float]


def service_of(imported: SignalJunction, saturation_vps: F64 | None = None, turns: Turns | None = None) -> Service:
    """One lane for each of `imported.lanes`. saturation_vps: by lane, SATURATION_VPS where nobody knows. turns: how
    many were counted from lane to lane; a lane where nobody was, or None: usual shares."""
    junction, lanes = imported.junction, imported.lanes
    links: dict[str, list[Link]] = defaultdict(list)
    for link in imported.links:
        links[link.from_lane].append(link)
    count = (len(junction.stages), len(lanes))
    serves, held = np.zeros(count), np.zeros(count)
    yields = np.zeros((*count, len(lanes)), np.bool_)
    for k, number in product(range(count[0]), range(count[1])):
        names = set(junction.stages[k].movements)
        green = {
            link.index
            for link in imported.links
            if imported.groups.names[int(imported.groups.of_letter[link.index])] in names
        }
        serves[k, number], held[k, number], lets = _lane(imported, links[lanes[number]], green, turns or {})
        for other, lane in enumerate(lanes):
            yields[k, number, other] = any(link.index in lets for link in links[lane])
    stages = junction.stages
    return Service(
        stages=tuple(stage.name for stage in stages),
        serves=serves,
        saturation=np.full(len(lanes), SATURATION_VPS) if saturation_vps is None else saturation_vps,
        intergreen_s=np.array([[change_between(junction, a, b).intergreen_s for b in stages] for a in stages]),
        min_green_s=np.array([junction.min_green_s(stage) for stage in stages]),
        held=held,
        yields=yields,
    )


def _lane(imported: SignalJunction, links: list[Link], green: set[int], turns: Turns) -> tuple[float, float, set[int]]:
    """Share of saturation with free way and while held up, and the green letters it must let pass."""
    weights = np.array([turns.get((link.from_lane, link.to_lane), 0.0) for link in links])
    if not weights.sum() > 0:
        weights = np.array([TURN_WEIGHT.get(link.direction, OTHER_WEIGHT) for link in links])
    weights = weights / weights.sum()
    groups, lets = imported.groups, set[int]()
    free, held, stuck = 0.0, 0.0, 0.0
    for link, weight in zip(links, weights.tolist(), strict=True):
        foes = _foes(groups.yields, link.index) & green
        if link.index not in green:
            share = STOP_THEN_GO if groups.off[link.index] == "s" else 0.0
            free, held, stuck = free + weight * share, held + weight * share, stuck + weight * (share == 0)
        elif foes:
            lets |= foes
            free, held = free + weight * FREE_YIELDING, held + weight * HELD_YIELDING
        else:
            free, held = free + weight, held + weight
    way = (1.0 - stuck) ** QUEUE_LOOK
    return (free / (1.0 - stuck) * way, held / (1.0 - stuck) * way, lets) if stuck < 1 else (0.0, 0.0, lets)


def _foes(yields: Bool, index: int) -> set[int]:
    return set(np.flatnonzero(yields[index]).tolist())
