"""One seed of one map under one controller, from the first vehicle to the last second."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from types import ModuleType

import numpy as np

from benchmarks.closed_loop.signals.drivers import Adaptive, Crossroads, Driver, Greedy
from benchmarks.closed_loop.signals.environment import Sumo
from benchmarks.closed_loop.signals.maps import SUBLANE_M, Map
from benchmarks.closed_loop.signals.measures import SeedFigures, Trip, delay_with_absent_s, mean_delay_s, read_trips
from benchmarks.closed_loop.signals.rules import Rules
from benchmarks.closed_loop.signals.sensors import Sensor
from benchmarks.closed_loop.signals.site import Site
from signals.control.sumo import SumoController
from signals.errors import NothingToTimeError
from signals.optimize.adaptive.announced import Roads, announce
from signals.optimize.adaptive.rolling_horizon import HorizonSettings
from signals.sumo.kinds import units_of
from signals.sumo.neighbours import roads_between
from signals.sumo.net import read_net
from vision.arrays import F64

DRIVEN = ("max-pressure", "longest-queue", "ours")
CAR_M = 7.5
PENDING_EVERY_S = 10.0


def crossroads_of(file: Path, rules: Rules) -> dict[str, Crossroads]:
    """Every signal at which movements cross; the others keep the net's own program. Raises JunctionError where the net
    has no signals, or one that cannot be made safe."""
    net, found = read_net(file), {}
    for signal in sorted(net.links):
        with suppress(NothingToTimeError):
            found[signal] = Crossroads.of(net, signal, rules)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What does not change from seed to seed. additional: programs that SUMO loads beside the map's own files."""

    chosen: Map
    sumo: Sumo
    rules: Rules
    controller: str
    crossroads: dict[str, Crossroads]
    additional: tuple[Path, ...] = ()


def run_seed(run: Run, seed: int, tick: Callable[[float], None] = lambda _: None) -> SeedFigures:
    """Drive the map to its end and read what became of every vehicle."""
    api, started = run.sumo.api(), perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        trips_file = Path(folder) / "trips.xml"
        api.start(_command(run, seed, trips_file))
        try:
            outcome = _drive(api, run, seed, tick)
        finally:
            api.close()
        trips = read_trips(trips_file)
    return _figures(seed, outcome, trips, perf_counter() - started)


def _figures(seed: int, outcome: "Outcome", trips: tuple[Trip, ...], wall_s: float) -> SeedFigures:
    sites = outcome.sites
    ms = np.concatenate([site.decisions_ms for site in sites]) if sites else np.zeros(1)
    return SeedFigures(
        seed=seed,
        delay_s=mean_delay_s(trips),
        time_loss_s=float(np.mean([trip.time_loss_s for trip in trips] or [0.0])),
        depart_delay_s=float(np.mean([trip.depart_delay_s for trip in trips] or [0.0])),
        delay_with_absent_s=delay_with_absent_s(trips, outcome.outside_s),
        vehicles=len(trips),
        arrived=sum(trip.arrived for trip in trips),
        never_entered=len(outcome.outside_s),
        worst_wait_s=max((trip.waited_s for trip in trips), default=0.0),
        worst_depart_delay_s=max((trip.depart_delay_s for trip in trips), default=0.0),
        collisions=outcome.collisions,
        teleports=outcome.teleports,
        longest_red_s=max((site.longest_red_s for site in sites), default=0.0),
        switches=sum(site.switches for site in sites),
        refused=sum(site.refused for site in sites),
        overruled_s=sum(site.overruled_s for site in sites),
        dangers=sum(site.flashing for site in sites),
        decision_p99_ms=float(np.percentile(ms, 99)),
        wall_s=wall_s,
    )


def _command(run: Run, seed: int, trips: Path) -> list[str]:
    chosen = run.chosen
    files = ",".join(str(file) for file in (*chosen.additional, *run.additional))
    return [
        run.sumo.program("sumo"),
        *("--net-file", str(chosen.net)),
        *("--route-files", ",".join(str(file) for file in chosen.routes)),
        *(("--additional-files", files) if files else ()),
        *("--begin", f"{chosen.begin_s:g}"),
        *("--step-length", f"{chosen.step_s:g}"),
        *(("--lateral-resolution", f"{SUBLANE_M:g}") if chosen.sublane else ()),
        *("--seed", str(seed)),
        *("--time-to-teleport", "-1"),
        *("--tripinfo-output", str(trips)),
        *("--tripinfo-output.write-unfinished", "true"),
        *("--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true"),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """outside_s: how long each vehicle had waited that never entered."""

    sites: tuple[Site, ...]
    outside_s: list[float]
    collisions: int
    teleports: int


def _drive(api: ModuleType, run: Run, seed: int, tick: Callable[[float], None]) -> Outcome:
    chosen, driven = run.chosen, run.controller in DRIVEN
    road = Road(api, watch=driven, swarm=chosen.sublane)
    sites = _sites(road, run, seed) if driven else ()
    now_s, collisions, teleports = chosen.begin_s, 0, 0
    while now_s < chosen.end_s - 1e-9:
        for site in sites:
            site.step(road.traffic, now_s)
        left, collided, teleported = road.step()
        now_s += chosen.step_s
        collisions, teleports = collisions + collided, teleports + teleported
        tick(now_s)
        if now_s % PENDING_EVERY_S < chosen.step_s:
            road.outside_s(now_s)
        if left == 0:
            break
    return Outcome(sites, road.outside_s(now_s), collisions, teleports)


def _sites(road: "Road", run: Run, seed: int) -> tuple[Site, ...]:
    now_s = run.chosen.begin_s
    drivers = {name: driver_of(run.controller, each, run.rules, now_s) for name, each in run.crossroads.items()}
    places = {name: each.imported for name, each in run.crossroads.items()}
    roads = roads_between(read_net(run.chosen.net), places) if run.controller == "ours" else {}
    found = []
    for name, each in run.crossroads.items():
        onward = [(drivers[other], way) for (one, other), way in roads.items() if one == name]
        site = Site(
            each,
            Sensor.on(each.stretches, run.rules, seed, road.units),
            drivers[name],
            SumoController(road.api.trafficlight, each.imported.name, each.imported.groups),
            beyond=partial(road.on, each.outs),
            now_s=now_s,
            tell=partial(_tell_on, name, onward),
        )
        found.append(site)
    return tuple(found)


def _tell_on(name: str, onward: Sequence[tuple[Driver, Roads]], driver: Driver, now_s: float) -> None:
    """Who will leave this signal when, to the next ones."""
    if not isinstance(driver, Adaptive) or driver.leaving is None:
        return
    for other, roads in onward:
        if isinstance(other, Adaptive):
            other.controller.hear(name, announce(roads, driver.leaving, HorizonSettings().step_s, now_s), now_s)


def driver_of(controller: str, each: Crossroads, rules: Rules, now_s: float) -> Driver:
    if controller == "ours":
        return Adaptive(each, rules, now_s)
    return Greedy(controller, each, rules)


class Road:
    """What is read of the simulation in every step, by subscription: one round trip where SUMO is another process."""

    def __init__(self, api: ModuleType, *, watch: bool, swarm: bool = False) -> None:
        self.api, self._watch, self._swarm = api, watch, swarm
        self.units: dict[str, float] = {}
        name = api.constants
        self._counts = (
            name.VAR_MIN_EXPECTED_VEHICLES,
            name.VAR_COLLIDING_VEHICLES_NUMBER,
            name.VAR_TELEPORT_STARTING_VEHICLES_NUMBER,
            name.VAR_DEPARTED_VEHICLES_IDS,
        )
        self._motion = (name.VAR_LANE_ID, name.VAR_LANEPOSITION, name.VAR_SPEED)
        api.simulation.subscribe(self._counts)
        self._length_m: dict[str, float] = {}
        self._outside_since_s: dict[str, float] = {}
        self.traffic: dict[str, list[tuple[str, float, float]]] = {}

    def step(self) -> tuple[int, int, int]:
        """One step on: vehicles still to come or to arrive, collisions and teleports in it."""
        self.api.simulationStep()
        told = self.api.simulation.getSubscriptionResults()
        left, collided, teleported, departed = (told[each] for each in self._counts)
        if self._watch:
            for vehicle in departed:
                self.api.vehicle.subscribe(vehicle, self._motion)
                if self._swarm:
                    self.units[vehicle] = units_of(self.api.vehicle.getVehicleClass(vehicle))
            self._read()
        return left, collided, teleported

    def _read(self) -> None:
        lane, place, speed = self._motion
        traffic: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
        for vehicle, told in self.api.vehicle.getAllSubscriptionResults().items():
            traffic[told[lane]].append((vehicle, told[place], told[speed]))
        self.traffic = traffic

    def on(self, lanes: tuple[str, ...]) -> tuple[F64, F64]:
        """(o,) vehicles on each lane, and how full it is with standing ones, 0..1."""
        return (
            np.array([len(self.traffic.get(lane, ())) for lane in lanes], np.float64),
            np.array([self._fill(lane) for lane in lanes], np.float64),
        )

    def _fill(self, lane: str) -> float:
        if lane not in self._length_m:
            self._length_m[lane] = max(1.0, self.api.lane.getLength(lane))
        still = sum(speed < 0.5 for _, _, speed in self.traffic.get(lane, ()))
        return still * CAR_M / self._length_m[lane]

    def outside_s(self, now_s: float) -> list[float]:
        """How long each vehicle has waited that could not enter yet, to PENDING_EVERY_S."""
        pending = set(self.api.simulation.getPendingVehicles())
        self._outside_since_s = {name: self._outside_since_s.get(name, now_s) for name in sorted(pending)}
        return [now_s - since_s for since_s in self._outside_since_s.values()]
