"""One junction in the loop: its sensor, its driver, the guard in front of the lamps, and the books that are kept."""

from collections.abc import Callable
from time import thread_time

import numpy as np

from benchmarks.closed_loop.signals.drivers import Crossroads, Driver, Moment
from benchmarks.closed_loop.signals.sensors import Sensor, Traffic
from signals.control.command import Command
from signals.control.controller import Controller, ShowLamps
from signals.control.guard import Guard, Mode
from signals.control.lamps import Aspect
from signals.optimize.adaptive.seen import standing
from vision.arrays import F64, I8

# How many vehicles are on each lane that leads away, and how full it is.
Beyond = Callable[[], tuple[F64, F64]]
# After a choice: what the driver has to say to its neighbours.
Tell = Callable[[Driver, float], None]


class Site:
    """step() once in every step of the simulation: look, choose when it is time, ask the guard, show what it says."""

    def __init__(
        self,
        place: Crossroads,
        sensor: Sensor,
        driver: Driver,
        lamps: Controller,
        *,
        beyond: Beyond,
        now_s: float,
        tell: Tell = lambda _driver, _now_s: None,
    ) -> None:
        self._tell = tell
        self._service, self._table = place.service, place.table
        self._sensor, self._driver, self._lamps, self._beyond = sensor, driver, lamps, beyond
        imported = place.imported
        self._guard = Guard(imported.junction, imported.stored, place.table, now_s)
        # What the net's own program showed until now is nothing the guard has to answer for.
        lamps.send(ShowLamps(np.zeros(len(place.table.movements), np.int8)), now_s)
        self._now_s = self._next_s = now_s
        self._wish = 0
        self._stage, self._since_s, self._left = 0, now_s, 0
        self._sequence = 0
        self._waited_s = np.zeros(len(place.service.saturation))
        self._red_s = np.zeros(len(place.table.movements))
        self.longest_red_s, self.switches, self.overruled_s, self.dangers = 0.0, 0, 0.0, 0
        self.decisions_ms: list[float] = []

    @property
    def refused(self) -> int:
        return sum(self._guard.refused.values())

    @property
    def flashing(self) -> bool:
        return self._guard.mode is Mode.FLASHING

    def step(self, traffic: Traffic, now_s: float) -> None:
        self._sensor.look(traffic, now_s)
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
        started = thread_time()
        moment = Moment(
            now_s,
            self._stage,
            self._green_s(now_s),
            self._sensor.tell(),
            count,
            fill,
            self._waited_s,
            self._sensor.passed(),
        )
        self._wish = self._driver.choose(moment)
        self.decisions_ms.append(1000 * (thread_time() - started))
        self._tell(self._driver, now_s)

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
        queued = standing(self._sensor.tell(), self._sensor.stretches.share)
        served = self._service.serves[self._stage] > 0
        self._waited_s = np.where((queued > 0.5) & ~served, self._waited_s + passed_s, 0.0)

    def _book(self, aspects: I8, passed_s: float) -> None:
        self._red_s = np.where(aspects == Aspect.RED, self._red_s + passed_s, 0.0)
        self.longest_red_s = max(self.longest_red_s, float(self._red_s.max()))
