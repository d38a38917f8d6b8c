"""Turning counts at every signal of a net, from the ways that vehicles of a run took, as demand for fixed plans.

A count stands for what cameras at the junctions would tell of an hour: how many took which turn, by quarter of an hour,
and how many went on to which turn of the next signal.
"""

import gzip
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from signals.errors import DemandError, Fault
from signals.optimize.adaptive.seen import SIDE_WEIGHT
from signals.optimize.adaptive.swarm import protected, swarms
from signals.optimize.fixed.lanes import Feeds, LaneDemand
from signals.sentences import said
from signals.sumo.junctions import SignalJunction
from signals.sumo.kinds import units_of
from signals.sumo.net import Net
from signals.sumo.service import SATURATION_VPS, service_of
from signals.sumo.stretches import stretches_before
from vision.arrays import F64

PERIOD_S = 900.0
# A turn's vehicles are given to its lanes in so many parts, each to the lane with the least so far.
PARTS = 40
REACH_M = 200.0
# Neighbours farther away than this send no platoons any more.
FARTHEST_S = 90

Turn = tuple[str, str, str]  # signal, road, road


@dataclass(frozen=True, slots=True)
class Counted:
    """turns: when each vehicle would have been at the stop line, had nobody held it up; onward: how many went from one
    turn to another at the next signal, and how long they drive in between; roads: how many drove on each. runs: so many
    runs were counted; units: mean passenger-car units of a vehicle at each signal."""

    turns: Mapping[Turn, list[float]]
    onward: Mapping[tuple[Turn, Turn], tuple[int, float]]
    roads: Mapping[str, int]
    runs: int
    units: Mapping[str, float]


def count_turns(files: Sequence[Path], net: Net, routes: Sequence[Path] = ()) -> Counted:
    """From SUMO's vehroute output of one run or several. routes: say what kind each type is; else all are cars."""
    kinds = _units_of_types(routes)
    signal_of = {
        (_edge(link.from_lane), _edge(link.to_lane)): name
        for name, links in net.links.items()
        for link in links
        if not link.crossing
    }
    seconds = {lane.edge: lane.length_m / max(lane.speed_mps, 0.1) for lane in net.lanes.values()}
    turns: dict[Turn, list[float]] = defaultdict(list)
    onward: dict[tuple[Turn, Turn], list[float]] = defaultdict(list)
    roads, units = Counter[str](), defaultdict[str, list[float]](list)
    for file in files:
        for vehicle in ET.parse(file).getroot().iter("vehicle"):  # noqa: S314  written by the SUMO we ran
            ways = list(vehicle.iter("route"))
            edges = (ways[-1].get("edges", "") if ways else "").split()
            at_s, passed = float(vehicle.get("depart", "0")), list[tuple[Turn, float]]()
            roads.update(edges)
            for here, there in pairwise(edges):
                at_s += seconds.get(here, 0.0)
                if (signal := signal_of.get((here, there))) is not None:
                    passed.append(((signal, here, there), at_s))
            for turn, when_s in passed:
                turns[turn].append(when_s)
                units[turn[0]].append(kinds.get(vehicle.get("type", ""), 1.0))
            for (one, one_s), (other, other_s) in pairwise(passed):
                onward[one, other].append(other_s - one_s)
    if not turns:
        raise DemandError(Fault("counts", said("Wanted vehicles that pass a signal of the net, found none.")))
    told = {pair: (len(each), float(np.median(each))) for pair, each in onward.items()}
    means = {signal: float(np.mean(each)) for signal, each in units.items()}
    return Counted(turns, told, roads, max(1, len(files)), means)


def lane_demands(
    net: Net, signals: Mapping[str, SignalJunction], counted: Counted, begin_s: float, end_s: float
) -> tuple[tuple[LaneDemand, ...], Feeds]:
    """One for each signal, in their order, and who comes from where."""
    periods = max(1, round((end_s - begin_s) / PERIOD_S))
    period_s = (end_s - begin_s) / periods
    demands, shares, first, place = [], dict[Turn, F64](), dict[str, int](), 0
    for name, imported in signals.items():
        used = _lanes_of_turns(imported, {turn: len(at) for turn, at in counted.turns.items() if turn[0] == name})
        flow = np.zeros((periods, len(imported.lanes)))
        for turn, share in used.items():
            row = np.clip((np.array(counted.turns[turn]) - begin_s) // period_s, 0, periods - 1).astype(int)
            flow += np.bincount(row, minlength=periods)[:, None] * share / (period_s * counted.runs)
        units = np.full(len(imported.lanes), counted.units.get(name, 1.0))
        service = service_of(imported, SATURATION_VPS / units, _lane_turns(imported, used, counted))
        service = protected(service) if swarms(units) else service
        weight = _weight(net, imported, flow.mean(axis=0) * (end_s - begin_s) * counted.runs, counted)
        demands.append(LaneDemand(name, service, flow, period_s, weight))
        shares |= used
        first[name], place = place, place + len(imported.lanes)
    return tuple(demands), _feeds(demands, shares, first, counted, end_s - begin_s)


def _units_of_types(routes: Sequence[Path]) -> dict[str, float]:
    found: dict[str, float] = {}
    for file in routes:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for each in ET.fromstring(data).iter("vType"):  # noqa: S314  expat refuses entity bombs
            found[each.get("id", "")] = units_of(each.get("vClass", "passenger"))
    return found


def _edge(lane: str) -> str:
    return lane.rpartition("_")[0]


def _weight(net: Net, imported: SignalJunction, vehicles: F64, counted: Counted) -> F64:
    """(l,) 1, and more for a lane whose queue holds up those who come from a side road: they count with it."""
    near = stretches_before(net, imported, REACH_M)
    lanes = Counter(lane.edge for lane in net.lanes.values() if lane.motor)
    edges = [net.lanes[name].edge for name in near.lanes]
    sides = np.array([counted.roads.get(edge, 0) / max(1, lanes[edge]) for edge in edges])
    return 1 + SIDE_WEIGHT * (sides @ near.behind) / np.maximum(vehicles, 1.0)


def _lanes_of_turns(imported: SignalJunction, vehicles: Mapping[Turn, int]) -> dict[Turn, F64]:
    """(l,) share of each turn's vehicles on each lane: they spread so that lanes are equally full."""
    able: dict[Turn, list[int]] = {}
    for turn in vehicles:
        rows = {
            imported.lanes.index(link.from_lane)
            for link in imported.links
            if not link.crossing and (_edge(link.from_lane), _edge(link.to_lane)) == turn[1:]
        }
        if rows:
            able[turn] = sorted(rows)
    load, taken = np.zeros(len(imported.lanes)), {turn: np.zeros(len(imported.lanes)) for turn in able}
    for _ in range(PARTS):
        for turn in sorted(able, key=lambda each: (len(able[each]), each)):
            lane = min(able[turn], key=lambda row: (load[row], row))
            load[lane] += vehicles[turn] / PARTS
            taken[turn][lane] += 1 / PARTS
    return taken


def _lane_turns(imported: SignalJunction, used: Mapping[Turn, F64], counted: Counted) -> dict[tuple[str, str], float]:
    """Vehicles from lane to lane; those to several lanes of one road are divided evenly."""
    found: dict[tuple[str, str], float] = {}
    for turn, share in used.items():
        for row in np.flatnonzero(share).tolist():
            lane = imported.lanes[row]
            ways = [
                link.to_lane
                for link in imported.links
                if link.from_lane == lane and not link.crossing and _edge(link.to_lane) == turn[2]
            ]
            for to_lane in ways:
                found[lane, to_lane] = len(counted.turns[turn]) * float(share[row]) / len(ways)
    return found


def _feeds(
    demands: list[LaneDemand],
    shares: Mapping[Turn, F64],
    first: Mapping[str, int],
    counted: Counted,
    length_s: float,
) -> Feeds:
    leaving = np.concatenate([demand.flow_vps.mean(axis=0) for demand in demands]) * length_s * counted.runs
    found: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (one, other), (count, drive_s) in counted.onward.items():
        if one not in shares or other not in shares or drive_s > FARTHEST_S:
            continue
        for out in np.flatnonzero(shares[one]).tolist():
            for into in np.flatnonzero(shares[other]).tolist():
                part = count * float(shares[one][out] * shares[other][into])
                entry = found[first[one[0]] + out, first[other[0]] + into]
                entry[0] += part
                entry[1] += part * drive_s
    pairs = sorted(found)
    if not pairs:
        return Feeds.none()
    rows = np.array(pairs, np.int64)
    vehicles, seconds = np.array([found[pair] for pair in pairs]).T
    share = vehicles / np.maximum(leaving[rows[:, 0]], 1e-9)
    return Feeds(rows[:, 0], rows[:, 1], share, np.rint(seconds / vehicles).astype(np.int64))
