"""The controllers that the harness itself drives: what each asks for when it is its turn to choose."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from benchmarks.closed_loop.signals.rules import Rules
from signals.control.table import SafetyTable, lap_s
from signals.optimize.adaptive.greedy import longest_queue, max_pressure
from signals.optimize.adaptive.rolling_horizon import HorizonSettings
from signals.optimize.adaptive.seen import Seen, behind_the_sensor, coming, held_up, mean_units, standing
from signals.optimize.adaptive.serving import AdaptiveController
from signals.optimize.adaptive.swarm import swarms
from signals.optimize.adaptive.view import Service, View
from signals.sumo.junctions import ImportRules, SignalJunction, import_junction
from signals.sumo.net import Net
from signals.sumo.service import service_of
from signals.sumo.stretches import Stretches, stretches_before
from vision.arrays import F64, Bool

# Where the rules allow a choice every second, ours looks again after so long.
EVERY_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What a driver is told. stage, green_s: as in View; beyond, fill: (o,) vehicles on each lane that leads away, and
    how full it is with standing ones, 0..1; waited_s: (l,) as in View; passed: (l,) vehicles over the line since the
    last one."""

    now_s: float
    stage: int
    green_s: float
    seen: Seen
    beyond: F64
    fill: F64
    waited_s: F64
    passed: F64


@dataclass(frozen=True, slots=True, eq=False)
class Crossroads:
    """Everything about one signal that does not change from seed to seed.

    outs   names of the lanes that lead away; ahead: by lane, the rows of outs it leads to
    leads  (k, o) bool  which of them a stage leads to
    """

    imported: SignalJunction
    service: Service
    table: SafetyTable
    stretches: Stretches
    outs: tuple[str, ...]
    ahead: tuple[tuple[int, ...], ...]
    leads: Bool

    @classmethod
    def of(cls, net: Net, signal: str, rules: Rules) -> Self:
        wanted = ImportRules(rules.yellow_s, rules.all_red_s, rules.min_green_s, max(120.0, rules.max_red_s))
        imported = import_junction(net, signal, wanted)
        driven = [link for link in imported.links if not link.crossing]
        outs = tuple(dict.fromkeys(link.to_lane for link in driven))
        names = [imported.groups.names[int(imported.groups.of_letter[link.index])] for link in driven]
        return cls(
            imported,
            service_of(imported),
            SafetyTable.of(imported.junction, max(rules.max_red_s, 2 * lap_s(imported.junction))),
            stretches_before(net, imported, rules.reach_m),
            outs,
            tuple(
                tuple(sorted({outs.index(link.to_lane) for link in driven if link.from_lane == lane}))
                for lane in imported.lanes
            ),
            np.array(
                [
                    [
                        any(
                            link.to_lane == out and name in stage.movements
                            for link, name in zip(driven, names, strict=True)
                        )
                        for out in outs
                    ]
                    for stage in imported.junction.stages
                ]
            ),
        )


class Driver(Protocol):
    every_s: float

    def choose(self, moment: Moment) -> int: ...


class Greedy:
    """Max-pressure or longest queue, on the stages that the net's own programs show."""

    def __init__(self, name: str, place: Crossroads, rules: Rules) -> None:
        service, stretches, shown = place.service, place.stretches, place.imported.shown
        self._pressure = name == "max-pressure"
        self._numbers = shown if len(shown) > 1 else tuple(range(len(service.stages)))
        self._leads = place.leads.astype(np.float64)[list(self._numbers)]
        rows = list(self._numbers)
        going = (service.serves[rows] > 0).astype(float)
        self._service = Service(
            tuple(service.stages[row] for row in rows),
            going,
            np.ones(going.shape[1]),
            service.intergreen_s[np.ix_(rows, rows)],
            service.min_green_s[rows],
        )
        own = len(service.saturation)
        self._share = np.where(np.arange(len(stretches.lanes))[:, None] < own, stretches.share, 0.0)
        self.every_s = rules.reference_s

    def choose(self, moment: Moment) -> int:
        if moment.stage not in self._numbers:
            return self._numbers[0]
        queued = standing(moment.seen, self._share)
        view = View(
            self._numbers.index(moment.stage), moment.green_s, queued, np.zeros((len(queued), 1)), queued, queued
        )
        if not self._pressure:
            return self._numbers[longest_queue(self._service, view)]
        present = self._share[moment.seen.stretch].sum(axis=0)
        return self._numbers[max_pressure(self._service, view, present, moment.beyond, self._leads)]


class Adaptive:
    """Ours. leaving: (l, steps) of the newest plan, None where there is none; ill_s: lane-seconds in which detectors
    were not believed."""

    def __init__(self, place: Crossroads, rules: Rules, now_s: float) -> None:
        service, stretches = place.service, place.stretches
        self._service, self._stretches, self._rules, self._ahead = service, stretches, rules, place.ahead
        own = len(service.saturation)
        self._reach_m = np.minimum(stretches.beyond_m[:own] + stretches.length_m[:own], rules.reach_m)
        settings = HorizonSettings()
        self.every_s = max(rules.decision_s, EVERY_S)
        self._settings = replace(
            settings, every=max(1, round(rules.decision_s / settings.step_s)), longest_s=min(120.0, rules.max_red_s)
        )
        self._units = np.ones(own)
        self.controller = AdaptiveController(
            service,
            place.imported.stored,
            now_s,
            settings=self._settings,
            seen_s=_seen_s(stretches, rules.reach_m),
        )
        self.leaving: F64 | None = None
        self.ill_s = 0.0

    def choose(self, moment: Moment) -> int:
        share, settings = self._stretches.share, self._settings
        queued = standing(moment.seen, share)
        hidden = behind_the_sensor(moment.seen, share, queued, self._reach_m)
        queued = queued + held_up(moment.seen, self._stretches.behind, queued) + hidden
        arrivals = coming(
            moment.seen, share, self._stretches.speed_mps, settings.step_s, settings.steps, late_s=self._rules.late_s
        )
        emptiest = np.array([min((moment.fill[o] for o in lanes), default=0.0) for lanes in self._ahead])
        outflow = np.where(emptiest > 0.8, 0.05, 1.0)
        view = View(moment.stage, moment.green_s, queued, arrivals, outflow, moment.waited_s)
        if moment.seen.units is not None:
            self._units = mean_units(moment.seen, share, self._units)
            self.controller.carry(self._service.saturation / self._units, swarm=swarms(self._units))
        decision = self.controller.choose(view, moment.passed, moment.now_s)
        self.leaving = decision.leaving
        self.ill_s += self.every_s * int((decision.faults > 0).sum())
        return decision.stage


def _seen_s(stretches: Stretches, reach_m: float) -> F64:
    """(l,) how far ahead in time the sensors see who will queue on each lane."""
    starts_m = np.minimum(stretches.beyond_m + stretches.length_m, reach_m)
    by_lane_s = (starts_m / stretches.speed_mps)[:, None] * (stretches.share > 0)
    return np.asarray(by_lane_s.max(axis=0), np.float64)
