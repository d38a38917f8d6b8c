"""A junction that runs in made-up time, four steps a second, and traffic that its lamps let through."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
import yaml

from signals.control.virtual.cabinet import StartUp
from signals.library.convert import library_of
from signals.library.described import LibraryIn
from signals.live.approaches import approaches_of
from signals.live.junction import LiveJunction
from signals.live.traffic import Word
from signals.plan.library import DayKind, PlanLibrary, Since
from signals.plan.timing import lay_out

STEP_S = 0.25
START = datetime.fromisoformat("2026-11-20 06:00")

FOUR_ARMS = """
version: 1
junction:
  name: crossroads
  movements: [{id: A1, width_m: 4}, {id: A2, width_m: 4}, {id: B1, width_m: 4}, {id: B2, width_m: 4}]
  stages: [{id: A, movements: [A1, A2]}, {id: B, movements: [B1, B2]}]
plans: {day: {greens_s: {A: 25, B: 25}}}
days: {workday: {"00:00": day}}
approaches: {A1: {camera: a, stop_line: s}, B1: {camera: b, stop_line: s}}
"""


@pytest.fixture
def four_arms():
    """The library, as YAML, of the junction that the virtual RSMP site stands at."""
    return FOUR_ARMS


class Running:
    """`until(seconds)` steps on and gives (seconds, state) of every step."""

    step_s = STEP_S

    def __init__(self, live, start=START):
        self.live, self.start, self.now_s = live, start, 0.0

    def moment(self):
        return self.start + timedelta(seconds=self.now_s)

    def until(self, end_s):
        seen = []
        while self.now_s < end_s - 1e-9:
            self.live.step(self.moment(), self.now_s)
            seen.append((round(self.now_s, 2), self.live.state(self.moment(), self.now_s)))
            self.now_s = round(self.now_s + self.step_s, 6)
        return seen


@pytest.fixture(scope="session")
def make_library(make_row):
    def make(plans=None, entries=None, junction=None):
        junction = junction or make_row(2)
        plans = plans or {"day": (30, 20)}
        made = {name: lay_out(junction, greens) for name, greens in plans.items()}
        since = tuple(
            Since(time.fromisoformat(at), name) for at, name in (entries or {"00:00": next(iter(plans))}).items()
        )
        return PlanLibrary(junction, made, {DayKind.WORKDAY: since}, {date(2020, 1, 1): since})

    return make


@pytest.fixture(scope="session")
def make_running():
    def make(library, start=START):
        return Running(LiveJunction(library, 0.0, start_up=StartUp(0.5, 0.5, 0.5)), start)

    return make


DESCRIBED = """
version: 1
junction:
  name: Đại La
  movements:
    - {id: out, saturation_flow_pcu_h: 1800}
    - {id: side, saturation_flow_pcu_h: 1800}
    - {id: zebra, kind: pedestrian, walk_s: 6, crossing_m: 9}
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}, {id: walk, movements: [zebra]}]
plans:
  day: {greens_s: {main: 25, side: 25, walk: 14}}
days:
  workday: {"00:00": day}
approaches:
  out: {camera: cam.out, stop_line: stop}
  side: {camera: cam.side, stop_line: stop}
"""


@pytest.fixture(scope="session")
def described():
    return LibraryIn.model_validate(yaml.safe_load(DESCRIBED))


class Watched(Running):
    """The junction with vehicles that come at even spaces, queue, and leave at saturation in green; its detectors tell
    once a second what they see, those in `silent` nothing. Two steps a second."""

    step_s = 0.5

    def __init__(self, described, flows_vps, **more):
        live = LiveJunction(
            library_of(described), 0.0, start_up=StartUp(0.5, 0.5, 0.5), approaches=approaches_of(described), **more
        )
        super().__init__(live)
        self.flows_vps, self.silent = flows_vps, set()
        self.queued = dict.fromkeys(flows_vps, 0.0)
        self.passed = dict.fromkeys(flows_vps, 0.0)
        self.waited_s = 0.0

    def words(self):
        told = []
        for name, flow_vps in self.flows_vps.items():
            coming = tuple(np.arange(1, 10, 1 / flow_vps).tolist()) if flow_vps else ()
            if name not in self.silent:
                told.append(Word(name, self.queued[name], coming, self.passed[name]))
                self.passed[name] = 0.0
        return told

    def drive(self, state):
        shown = {lamp.movement: lamp.aspect for lamp in state.lamps}
        for name, flow_vps in self.flows_vps.items():
            self.queued[name] += flow_vps * self.step_s
            gone = min(self.queued[name], 0.5 * self.step_s) if shown[name] == "green" else 0.0
            self.queued[name] -= gone
            self.passed[name] += gone
            self.waited_s += self.queued[name] * self.step_s

    def until(self, end_s):
        seen = []
        while self.now_s < end_s - 1e-9:
            if self.now_s % 1 == 0 and (words := self.words()):
                self.live.tell(words, self.now_s)
            seen += super().until(self.now_s + self.step_s)
            self.drive(seen[-1][1])
        return seen


@pytest.fixture(scope="session")
def make_watched(described):
    def make(flows_vps=None, text=None, **more):
        library = described if text is None else LibraryIn.model_validate(yaml.safe_load(text))
        return Watched(library, flows_vps or {"out": 0.3, "side": 0.05}, **more)

    return make


@pytest.fixture(scope="session")
def described_text():
    return DESCRIBED
