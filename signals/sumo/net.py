"""Reads what a SUMO net says of roads, links, who yields to whom, and signal programs; one pass over its XML.

SUMO's own reader is not needed: a net can be imported where no SUMO is installed. The format is that of
sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html; nets of 0.13 and later, also as .gz.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from signals.errors import Fault, JunctionError
from signals.sentences import said
from vision.arrays import F64, Bool

_INTERNAL = re.compile(r"^:(?P<junction>.+)_(?P<number>\d+)_(?P<lane>\d+)$")
_CROSSING = re.compile(r"^:(?P<junction>.+)_c(?P<number>\d+)(_\d+)?$")
_UNMOTORED = {"pedestrian", "bicycle", "tram", "rail", "rail_urban", "rail_electric", "rail_fast", "subway", "ship"}


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """shape: (n, 2) float64 metres, in driving direction. motor: open to motor vehicles of the road."""

    name: str
    edge: str
    length_m: float
    speed_mps: float
    shape: F64
    motor: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One way over a junction, by one lamp. index: its letter in the states of the programs (several links may share
    one); request: its row in the junction's right of way; path: the lanes inside the junction, in driving order."""

    index: int
    from_lane: str
    to_lane: str
    direction: str
    junction: str
    request: int
    path: tuple[str, ...]
    crossing: bool


@dataclass(frozen=True, slots=True)
class Phase:
    """One row of a program; the letters of SUMO, one for each index."""

    duration_s: float
    state: str


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    kind: str
    offset_s: float
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RightOfWay:
    """Rows and columns are a junction's requests. foes: their ways cross or merge; yields: the row waits for the
    column where both may go."""

    foes: Bool
    yields: Bool


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """links and programs by the name of the signal; before, after: the lanes that lead into a lane, and on from it;
    gives_way: where no signal stands, the lanes whose traffic must be let pass before one may drive on."""

    lanes: Mapping[str, Lane]
    links: Mapping[str, tuple[Link, ...]]
    programs: Mapping[str, tuple[Program, ...]]
    right_of_way: Mapping[str, RightOfWay]
    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]
    gives_way: Mapping[str, tuple[str, ...]]


def read_net(file: Path) -> Net:
    """Raises JunctionError for a file that cannot be read as a SUMO net, or that has no signals."""
    root = _root(file)
    lanes = {lane.name: lane for lane in _lanes(root)}
    connections = root.findall("connection")
    right_of_way, vehicles = _right_of_way(root)
    orders = _orders(root, connections)
    signalled = [each for each in connections if each.get("tl") is not None]
    links = _links(signalled, connections, vehicles, orders)
    programs: dict[str, list[Program]] = defaultdict(list)
    for logic in root.iter("tlLogic"):
        programs[logic.get("id", "")].append(_program(logic))
    if not links or not programs:
        sentence = said(
            "{file} has no signals: wanted a net with at least one tlLogic and connections that name "
            "it, found {programs} programs and {links} links. netconvert --tls.guess makes signals in"
            " a net that has none.",
            file=file,
            programs=len(programs),
            links=sum(map(len, links.values())),
        )
        raise JunctionError(Fault("net", sentence))
    before, after = _neighbours(connections)
    return Net(
        lanes,
        {name: tuple(each) for name, each in links.items()},
        {name: tuple(each) for name, each in programs.items()},
        right_of_way,
        before,
        after,
        _gives_way([each for each in connections if each.get("tl") is None], right_of_way, orders),
    )


def _root(file: Path) -> ET.Element:
    try:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        root = ET.fromstring(data)  # noqa: S314  expat refuses entity bombs since 2.4.1, which Python 3.11 carries
    except (OSError, ET.ParseError, EOFError) as error:
        raise JunctionError(
            Fault("net", said("{file} cannot be read as a SUMO net (*.net.xml): {error}.", file=file, error=error))
        ) from error
    if root.tag != "net":
        raise JunctionError(
            Fault("net", said("{file}: wanted the root element net, found {tag}.", file=file, tag=root.tag))
        )
    return root


def _lanes(root: ET.Element) -> Iterable[Lane]:
    for edge in root.iter("edge"):
        for lane in edge.iter("lane"):
            points = [[float(part) for part in point.split(",")[:2]] for point in lane.get("shape", "").split()]
            yield Lane(
                lane.get("id", ""),
                edge.get("id", ""),
                float(lane.get("length", "0")),
                float(lane.get("speed", "13.89")),
                np.array(points, np.float64).reshape(-1, 2),
                _open_to_motors(lane),
            )


def _open_to_motors(lane: ET.Element) -> bool:
    allowed = set(lane.get("allow", "").split())
    refused = set(lane.get("disallow", "").split())
    return not (allowed and allowed <= _UNMOTORED) and not ({"all", "passenger"} & refused and "motorcycle" in refused)


def _right_of_way(root: ET.Element) -> tuple[dict[str, RightOfWay], dict[str, int]]:
    """By junction: who yields, and how many of its requests are those of vehicles (the rest are crossings)."""
    tables, vehicles = {}, {}
    for junction in root.findall("junction"):
        requests = sorted(junction.findall("request"), key=lambda row: int(row.get("index", "0")))
        if not requests:
            continue
        name, size = junction.get("id", ""), len(requests)
        tables[name] = RightOfWay(
            np.array([_bits(row.get("foes", ""), size) for row in requests], np.bool_),
            np.array([_bits(row.get("response", ""), size) for row in requests], np.bool_),
        )
        inside = junction.get("intLanes", "").split()
        vehicles[name] = size - sum(bool(_CROSSING.match(lane)) for lane in inside)
    return tables, vehicles


def _bits(text: str, size: int) -> list[bool]:
    """The rightmost letter is request 0."""
    return [letter == "1" for letter in text[::-1].ljust(size, "0")[:size]]


def _orders(root: ET.Element, connections: list[ET.Element]) -> dict[tuple[str, str, str, str], tuple[str, int]]:
    """Junction and request of each connection by its place, for nets made without internal lanes."""
    outgoing: dict[str, list[ET.Element]] = defaultdict(list)
    for each in connections:
        if not each.get("from", "").startswith(":"):
            outgoing[f"{each.get('from')}_{each.get('fromLane')}"].append(each)
    found = {}
    for junction in root.findall("junction"):
        here = (each for lane in junction.get("incLanes", "").split() for each in outgoing.get(lane, ()))
        for number, each in enumerate(here):
            found[_place(each)] = (junction.get("id", ""), number)
    return found


def _place(connection: ET.Element) -> tuple[str, str, str, str]:
    wanted = ("from", "fromLane", "to", "toLane")
    first, lane, to, to_lane = (connection.get(name, "") for name in wanted)
    return first, lane, to, to_lane


def _links(
    signalled: list[ET.Element],
    connections: list[ET.Element],
    vehicles: Mapping[str, int],
    orders: Mapping[tuple[str, str, str, str], tuple[str, int]],
) -> dict[str, list[Link]]:
    inner = {f"{each.get('from')}_{each.get('fromLane')}": each.get("via") for each in connections}
    links: dict[str, list[Link]] = defaultdict(list)
    for each in signalled:
        signal, index = each.get("tl", ""), each.get("linkIndex")
        if index is None:
            continue
        to_lane, via = f"{each.get('to')}_{each.get('toLane')}", each.get("via")
        crossing = _CROSSING.match(str(each.get("to")))
        junction, request = orders.get(_place(each), ("", -1))
        if crossing:
            junction = crossing["junction"]
            request = vehicles.get(junction, 0) + int(crossing["number"])
        elif via and (inside := _INTERNAL.match(via)):
            junction, request = inside["junction"], int(inside["number"]) + int(inside["lane"])
        path = (to_lane,) if crossing else _path(via, inner)
        from_lane = f"{each.get('from')}_{each.get('fromLane')}"
        links[signal].append(
            Link(int(index), from_lane, to_lane, each.get("dir", "s"), junction, request, path, bool(crossing))
        )
    return links


def _path(via: str | None, inner: Mapping[str, str | None]) -> tuple[str, ...]:
    lanes: list[str] = []
    while via and via not in lanes:
        lanes.append(via)
        via = inner.get(via)
    return tuple(lanes)


def _program(logic: ET.Element) -> Program:
    phases = tuple(Phase(float(row.get("duration", "0")), row.get("state", "")) for row in logic.iter("phase"))
    return Program(logic.get("programID", ""), logic.get("type", "static"), float(logic.get("offset", "0")), phases)


def _neighbours(connections: list[ET.Element]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The lanes before and after each lane, over the junction between them."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for each in connections:
        if not (each.get("from", ":").startswith(":") or each.get("to", ":").startswith(":")):
            here, there = f"{each.get('from')}_{each.get('fromLane')}", f"{each.get('to')}_{each.get('toLane')}"
            before[there].append(here)
            after[here].append(there)
    return {name: tuple(each) for name, each in before.items()}, {name: tuple(each) for name, each in after.items()}


def _gives_way(
    connections: list[ET.Element],
    right_of_way: Mapping[str, RightOfWay],
    orders: Mapping[tuple[str, str, str, str], tuple[str, int]],
) -> dict[str, tuple[str, ...]]:
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for each in connections:
        junction, request = orders.get(_place(each), ("", -1))
        if junction in right_of_way and 0 <= request < len(right_of_way[junction].yields):
            places[junction].append((f"{each.get('from')}_{each.get('fromLane')}", request))
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for junction, links in places.items():
        for (lane, own), (other, foe) in permutations(links, 2):
            if lane != other and right_of_way[junction].yields[own, foe]:
                found[lane][other] = None
    return {lane: tuple(others) for lane, others in found.items()}
