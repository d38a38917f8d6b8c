"""One junction in the loop: its sensor, its driver, the guard in front of the lamps, and the books that are kept."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from benchmarks.closed_loop.signals.drivers import Driver, Moment
from benchmarks.closed_loop.signals.sensors import Passed, Sensor, Traffic
from signals.control.command import Command
from signals.control.controller import Controller, ShowLamps
from signals.control.guard import Guard, Mode
from signals.control.lamps import Aspect
from signals.control.table import SafetyTable
from signals.optimize.adaptive.seen import standing
from signals.optimize.adaptive.view import Service
from signals.sumo.junctions import SignalJunction
from vision.arrays import F64

# A lane with nobody seen for so long is empty, whatever was missed.
Beyond = Callable[[], tuple[F64, F64]]


class Site:
    """step() once in every step of the simulation: look, choose when it is time, ask the guard, show what it says."""

    def __init__(
        self,
        imported: SignalJunction,
        service: Service,
        table: SafetyTable,
        sensor: Sensor,
        driver: Driver,
        lamps: Controller,
        beyond: Beyond,
        now_s: float,
    ) -> None:
        self._imported, self._service, self._table = imported, service, table
        self._sensor, self._driver, self._lamps, self._beyond = sensor, driver, lamps, beyond
        self._guard = Guard(imported.junction, imported.stored, table, now_s)
        # What the net's own program showed until now is nothing the guard has to answer for.
        lamps.send(ShowLamps(np.zeros(len(table.movements), np.int8)), now_s)
        self._now_s = self._next_s = now_s
        self._wish = 0
        self._stage, self._since_s, self._left = 0, now_s, 0
        self._sequence = 0
        self._waited_s = np.zeros(len(service.saturation))
        self._red_s = np.zeros(len(table.movements))
        self.longest_red_s, self.switches, self.overruled_s, self.dangers = 0.0, 0, 0.0, 0
        self.decisions_ms: list[float] = []

    @property
    def refused(self) -> int:
        return sum(self._guard.refused.values())

    @property
    def flashing(self) -> bool:
        return self._guard.mode is Mode.FLASHING

    def step(self, traffic: Traffic, passed: Passed, now_s: float) -> None:
        self._sensor.look(traffic, now_s)
        self._sensor.count(passed)
        self._wait(now_s - self._now_s)
        if now_s >= self._next_s - 1e-9:
            self._next_s += self._driver.every_s
            self._choose(now_s)
        self._sequence += 1
        self._guard.command(Command(self._sequence, self._service.stages[self._wish], now_s), now_s)
        shown = self._lamps.present(now_s)
        orders = self._guard.step(shown.aspects, now_s)
        if orders.aspects is not None:
            self._lamps.send(ShowLamps(orders.aspects), now_s)
            self._book(orders.aspects, now_s - self._now_s)
        self._follow(now_s)
        self._now_s = now_s

    def _choose(self, now_s: float) -> None:
        count, fill = self._beyond()
        started = perf_counter()
        seen, counted = self._sensor.tell(), self._sensor.counted()
        moment = Moment(now_s, self._stage, self._green_s(now_s), seen, count, fill, self._waited_s, counted)
        self._wish = self._driver.choose(moment)
        self.decisions_ms.append(1000 * (perf_counter() - started))

    def _green_s(self, now_s: float) -> float:
        """How long the stage is green; below 0: so long until it is."""
        return now_s - self._since_s - float(self._service.intergreen_s[self._left, self._stage])

    def _follow(self, now_s: float) -> None:
        """Which stage the guard leads to, whatever was asked for."""
        name = self._guard.stage
        stage = self._service.stages.index(name) if name is not None else 0
        if stage != self._stage:
            self._left, self._stage, self._since_s = self._stage, stage, now_s
            self.switches += 1
        wanted_s = self._green_s(now_s)
        if self._wish != self._stage and wanted_s > self._service.min_green_s[self._stage] + 1:
            self.overruled_s += now_s - self._now_s

    def _wait(self, passed_s: float) -> None:
        queued = standing(self._sensor.tell(), self._sensor.stretches.share) if self._sensor.tell() else 0.0
        served = self._service.serves[self._stage] > 0
        self._waited_s = np.where((np.asarray(queued) > 0.5) & ~served, self._waited_s + passed_s, 0.0)

    def _book(self, aspects: np.ndarray, passed_s: float) -> None:
        self._red_s = np.where(aspects == Aspect.RED, self._red_s + passed_s, 0.0)
        self.longest_red_s = max(self.longest_red_s, float(self._red_s.max()))
