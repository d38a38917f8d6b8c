"""The same junction before other controllers: SUMO's lamps, an RSMP site over TCP, and one that runs plans alone."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import numpy as np
import pytest
import yaml

from signals.control.controller import Ability, Answer, Presented, State
from signals.control.rsmp.site.session import Identity
from signals.control.rsmp.site.site import Site, SiteSettings
from signals.control.rsmp.supervisor.adapter import RsmpController
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.supervisor import Supervisor, SupervisorSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.junctions import crossroads
from signals.control.rsmp.wire.link import Timing
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.sumo import SumoController
from signals.control.table import SafetyTable
from signals.control.two_step import Mandate, Permits
from signals.control.virtual.cabinet import StartUp
from signals.demand.flows import Flow
from signals.demand.movements import MovementDemand
from signals.demand.saturation import Saturation
from signals.library.convert import library_of
from signals.library.described import LibraryIn
from signals.live.approaches import approaches_of
from signals.live.control import Control
from signals.live.errors import LiveError
from signals.live.junction import LiveJunction
from signals.live.street import ControllerStreet
from signals.live.traffic import Word
from signals.sumo.groups import Groups
from signals.sumo.schematic import SIGNAL, draw, scene
from signals.sumo.simulate import find_sumo

MORNING = datetime(2026, 11, 20, 6, 0)  # noqa: DTZ001  the junction's own local time
TWO_ROADS = """
version: 1
junction:
  name: two roads
  movements: [{id: out, saturation_flow_pcu_h: 1800}, {id: side, saturation_flow_pcu_h: 1800}]
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}]
plans: {day: {greens_s: {main: 25, side: 25}}}
days: {workday: {"00:00": day}}
approaches: {out: {camera: a, stop_line: s}, side: {camera: b, stop_line: s}}
"""
REACH_M, CRAWL_MPS, SPEED_MPS = 140.0, 2.0, 13.89
SECONDS, LOOK_S = 240, 2


def live_of(text, make, now_s=0.0):
    described = LibraryIn.model_validate(yaml.safe_load(text))
    return LiveJunction(library_of(described), now_s, approaches=approaches_of(described), street=make)


@contextmanager
def simulation(run) -> Iterator:
    """TraCI of the SUMO that is here, on that scene."""
    sumo = find_sumo()
    sys.path.append(str(sumo.home / "tools"))
    try:
        traci = import_module("traci")
    finally:
        sys.path.pop()
    drawn, wanted = run(sumo)
    routes = ",".join(map(str, wanted.routes))
    command = [sumo.program("sumo"), "--net-file", str(wanted.net), "--route-files", routes]
    command += ["--no-step-log", "true", "--no-warnings", "true", "--time-to-teleport", "-1"]
    traci.start(command)
    try:
        yield traci, drawn
    finally:
        traci.close()


def look(traci, roads, before):
    """What a detector of 140 m would say of each road; `before`: who was on it the last time."""
    words, now = [], {}
    for name, road in roads.items():
        vehicles = traci.edge.getLastStepVehicleIDs(road)
        now[name] = set(vehicles)
        to_line_m = {one: 600.0 - traci.vehicle.getLanePosition(one) for one in vehicles}
        seen = [one for one in vehicles if to_line_m[one] <= REACH_M]
        speeds = {one: traci.vehicle.getSpeed(one) for one in seen}
        queued = sum(speeds[one] < CRAWL_MPS for one in seen)
        coming = [to_line_m[one] / max(speeds[one], 0.6 * SPEED_MPS) for one in seen if speeds[one] >= CRAWL_MPS]
        words.append(Word(name, float(queued), tuple(coming), float(len(before.get(name, set()) - now[name]))))
    return words, now


def drive_in_sumo(tmp_path, control):
    """Vehicle-seconds that were waited in SECONDS, and the junction."""
    described = LibraryIn.model_validate(yaml.safe_load(TWO_ROADS))
    junction = library_of(described).junction
    flows = {"out": 800.0, "side": 120.0}
    demands = [
        MovementDemand(Flow(name, flow, 1.0, "given"), Saturation(name, 1800.0, "given"))
        for name, flow in flows.items()
    ]

    def prepare(sumo):
        drawn = draw(junction, demands, sumo, tmp_path)
        return drawn, scene(drawn, 1, SECONDS, 0.0, tmp_path)

    with simulation(prepare) as (traci, drawn):
        none = np.zeros((2, 2), np.bool_)
        letters = len(drawn.rows)
        groups = Groups(
            ("out", "side"), np.array(drawn.rows), "r" * letters, none, none,
            np.zeros((letters, letters), np.bool_), np.zeros(2, np.bool_),
        )  # fmt: skip
        lights = SumoController(traci.trafficlight, SIGNAL, groups)
        live = live_of(TWO_ROADS, lambda junction, plan, now_s: ControllerStreet(lights, junction, plan, now_s))
        live.set_control(control)
        waited_s, before = 0.0, {}
        for second in range(SECONDS):
            traci.simulationStep()
            if second % LOOK_S == 0:
                words, before = look(traci, drawn.roads, before)
                live.tell(words, float(second))
                waited_s += LOOK_S * sum(word.queued for word in words)
            live.step(MORNING + timedelta(seconds=second), float(second))
        return waited_s, live.state(MORNING + timedelta(seconds=SECONDS), float(SECONDS))


def test_in_sumo_traffic_waits_less_than_with_the_plan_and_the_guard_refuses_nothing(tmp_path):
    planned_s, _ = drive_in_sumo(tmp_path, Control.PLAN)
    chosen_s, state = drive_in_sumo(tmp_path, Control.ADAPTIVE)
    assert (state.mode, state.control.runs, state.control.why) == ("commanded", Control.ADAPTIVE, None)
    assert chosen_s < 0.8 * planned_s, f"{chosen_s:.0f} vehicle-seconds instead of {planned_s:.0f}"


class PlansAlone:
    """A controller that shows its plan and takes plans, nothing else."""

    abilities = Ability.PLAN | Ability.OFFSET

    def present(self, now_s):
        return Presented(np.array([2, 0], np.int8), now_s, "main", 1, obeys=True)

    def send(self, order, now_s):
        return Answer(1, State.REFUSED, "plans alone")

    def answer(self, number):
        return None


def test_a_controller_that_runs_nothing_but_its_plans_is_watched_and_no_traffic_chooses_there():
    live = live_of(TWO_ROADS, lambda junction, plan, now_s: ControllerStreet(PlansAlone(), junction, plan, now_s))
    with pytest.raises(LiveError, match="takes no stages"):
        live.set_control(Control.ADAPTIVE)
    for second in range(5):
        live.step(MORNING, float(second))
    state = live.state(MORNING, 5.0)
    assert (state.stage, state.mode, state.control.possible) == ("main", "stored_plan", False)


def test_an_rsmp_site_is_led_to_the_stages_that_traffic_chooses_and_left_to_itself_without_a_mandate(four_arms):
    """Both ends over real TCP, in the site's own event loop; B1 has all the traffic."""

    async def run():
        layout = replace(crossroads(), start_up=StartUp(0.05, 0.05, 0.05))
        timing = Timing(watchdog_every_s=0.5, tick_s=0.02)
        sxl, clock = Sxl.named("1.2.1"), lambda: 4 * time.monotonic()
        remote = RemoteSite("RN+SI0001", sxl, "TC", clock)
        permits = Permits("crossroads", lambda _: None, writable=True)
        port = RsmpController(remote, SafetyTable.of(layout.junction), permits, "2222")
        async with Supervisor(SupervisorSettings("127.0.0.1", 0, timing), [remote], clock) as supervisor:
            controller = VirtualController(layout, sxl, {1: "1111", 2: "2222"}, clock(), datetime.now(UTC))
            to = SiteSettings(Identity("RN+SI0001"), "127.0.0.1", supervisor.port, timing, reconnect_s=0.1, step_s=0.02)
            outbox = Outbox()
            site = asyncio.create_task(Site(to, controller, outbox, clock).run())
            try:
                return await lead(four_arms, port, permits, remote, clock)
            finally:
                site.cancel()
                await asyncio.gather(site, return_exceptions=True)
                outbox.close()

    refused, seen = asyncio.run(run())
    assert refused == "stored_plan"
    assert led(seen[-1])
    assert seen[-1].control.runs is Control.ADAPTIVE


def led(state):
    """The site shows what traffic chose, which is not only begun."""
    chosen = state.control.chosen
    return state.mode == "commanded" and state.stage == "B" and chosen is not None and chosen.stage == "B"


async def lead(library, port, permits, remote, clock):
    async with asyncio.timeout(20):
        while remote.aggregated is None:
            await asyncio.sleep(0.02)
    await port.watch()
    live = live_of(library, lambda junction, plan, now_s: ControllerStreet(port, junction, plan, now_s), clock())
    live.set_control(Control.ADAPTIVE)
    refused, seen, until_s = "", [], clock() + 160
    while clock() < until_s and not (seen and led(seen[-1])):
        now_s = clock()
        live.tell([Word("A1", 0.0, (), 0.0), Word("B1", 9.0, (1.0, 2.0, 3.0), 1.0)], now_s)
        live.step(MORNING, now_s)
        seen.append(live.state(MORNING, now_s))
        if not refused and seen[-1].mode != "starting" and len(seen) > 10:
            refused = seen[-1].mode
            prepared = permits.prepare(Mandate(3600.0), "An", "giờ tan tầm", now_s)
            permits.confirm(prepared.token, "Bình", now_s)
        await asyncio.sleep(0.05)
    return refused, seen
