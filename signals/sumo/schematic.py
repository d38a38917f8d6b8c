"""A net for a junction of which only movements, flows and saturation flows are known: a road of its own for each.

Roads do not touch, so what is simulated is queues and the plan, not how turning streams find gaps: a plan that shows no
conflicting greens loses nothing by it. All roads hang on one signal. Arrivals are Poisson, drawn here, so that every
plan meets the very same vehicles, whatever version of SUMO drives them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from signals.control.lamps import Aspect
from signals.demand.movements import MovementDemand
from signals.plan.junction import Junction, MovementKind
from signals.sumo.net import read_net
from signals.sumo.simulate import Scene, Sumo, call
from vision.arrays import I8

SIGNAL = "C"
APPROACH_M, EXIT_M, APART_M = 600.0, 200.0, 30.0
SPEED_MPS = 13.89
# One lane carries about so many units an hour of green; more make another lane.
LANE_UNITS_H = 1900.0
# Headway at saturation of SUMO's usual car with a reaction time of 1 s, found by running queues of them.
USUAL_HEADWAY_S, USUAL_TAU_S, LEAST_TAU_S = 1.92, 1.0, 0.3
_LETTERS = {Aspect.GREEN: "G", Aspect.YELLOW: "y", Aspect.RED: "r"}


@dataclass(frozen=True, slots=True, eq=False)
class Schematic:
    """roads: by movement that drives; rows: for each letter of the signal, the movement of the junction."""

    net: Path
    roads: dict[str, str]
    rows: tuple[int, ...]
    demands: tuple[MovementDemand, ...]

    def write(self, aspects: I8) -> str:
        return "".join(_LETTERS[Aspect(int(aspects[row]))] for row in self.rows)


def draw(junction: Junction, demands: Sequence[MovementDemand], sumo: Sumo, folder: Path) -> Schematic:
    """Writes the net into folder. Raises SumoError where SUMO refuses it."""
    driven = {demand.movement: demand for demand in demands}
    kept = [
        (row, driven[movement.name])
        for row, movement in enumerate(junction.movements)
        if movement.kind is not MovementKind.PEDESTRIAN and movement.name in driven
    ]
    nodes, edges = ET.Element("nodes"), ET.Element("edges")
    for row, demand in kept:
        for name, x_m in (("a", -APPROACH_M), ("m", 0.0), ("b", EXIT_M)):
            node = ET.SubElement(nodes, "node", id=f"{name}{row}", x=f"{x_m:g}", y=f"{-APART_M * row:g}")
            if name == "m":
                node.attrib.update({"type": "traffic_light", "tl": SIGNAL})
        lanes = {"numLanes": str(lanes_of(demand)), "speed": str(SPEED_MPS)}
        ET.SubElement(edges, "edge", {"id": f"in{row}", "from": f"a{row}", "to": f"m{row}", **lanes})
        ET.SubElement(edges, "edge", {"id": f"out{row}", "from": f"m{row}", "to": f"b{row}", **lanes})
    files = {"nodes": folder / "c.nod.xml", "edges": folder / "c.edg.xml", "net": folder / "c.net.xml"}
    ET.ElementTree(nodes).write(files["nodes"])
    ET.ElementTree(edges).write(files["edges"])
    call(
        sumo.program("netconvert"),
        *("--node-files", str(files["nodes"]), "--edge-files", str(files["edges"])),
        *("--output-file", str(files["net"]), "--no-turnarounds", "true", "--no-warnings", "true"),
    )
    links = sorted(read_net(files["net"]).links[SIGNAL], key=lambda link: link.index)
    rows = tuple(int(link.from_lane.rpartition("_")[0].removeprefix("in")) for link in links)
    roads = {demand.movement: f"in{row}" for row, demand in kept}
    return Schematic(files["net"], roads, rows, tuple(demand for _, demand in kept))


def lanes_of(demand: MovementDemand) -> int:
    return max(1, round(demand.saturation.units_h / LANE_UNITS_H))


def scene(drawn: Schematic, seed: int, period_s: float, clear_s: float, folder: Path) -> Scene:
    """The vehicles of one seed, one for each unit of flow, named by their road; clear_s: time for the last to leave."""
    rng = np.random.default_rng(seed)
    routes = ET.Element("routes")
    found: list[tuple[float, str, str]] = []
    for demand in drawn.demands:
        road, headway_s = drawn.roads[demand.movement], 3600.0 * lanes_of(demand) / demand.saturation.units_h
        tau_s = max(LEAST_TAU_S, USUAL_TAU_S + headway_s - USUAL_HEADWAY_S)
        ET.SubElement(routes, "vType", id=road, tau=f"{tau_s:.3f}")
        ET.SubElement(routes, "route", id=road, edges=f"{road} {road.replace('in', 'out')}")
        count = int(rng.poisson(demand.flow.units_h * period_s / 3600.0))
        found += [(float(at_s), f"{road}_{n}", road) for n, at_s in enumerate(rng.uniform(0.0, period_s, count))]
    for at_s, name, road in sorted(found):
        about = {"id": name, "type": road, "route": road, "depart": f"{at_s:.2f}"}
        ET.SubElement(routes, "vehicle", about, departLane="best", departSpeed="max")
    file = folder / f"c-{seed}.rou.xml"
    ET.ElementTree(routes).write(file)
    return Scene(drawn.net, (file,), 0.0, period_s + clear_s)
