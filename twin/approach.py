"""Traffic that comes to one stop line, waits, and goes: cars in lanes, motorbikes between them.

One road, one way. `s_m` runs along it, the stop line at 0; `x_m` grows to the right of the drivers, 0 at the left edge.
Following is the intelligent driver model (Treiber, Hennecke, Helbing, Phys. Rev. E 62, 2000). A motorbike follows
whoever is ahead of it within its own width, and moves sideways where there is more room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.datasets.drawn.garage import MODELS, footprint_m
from twin.lights import Light
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

K = VehicleKind
STEP_S = 0.04
HARDEST_MPS2 = 6.0
SIDE_GAP_M = 0.22
SIDEWAYS_MPS = 0.9
SIGHT_M = 60.0
FREE_M = 18.0
"""With this much room ahead nobody looks for another place."""
CLEAR_BEFORE_RED_S = 0.35
"""Nobody but the offenders may still be on the line when red begins: who cannot be over it by then stops."""
MIX: tuple[tuple[VehicleKind, float], ...] = (
    (K.MOTORBIKE, 0.74), (K.CAR, 0.17), (K.BUS, 0.02), (K.TRUCK, 0.03), (K.BICYCLE, 0.04),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Road:
    """from_m, to_m: where vehicles appear and leave, along s; the stop line is at 0."""

    lanes: int
    lane_m: float
    from_m: float
    to_m: float
    per_minute: float

    @property
    def width_m(self) -> float:
        return self.lanes * self.lane_m


@dataclass(slots=True)
class Driver:
    """One vehicle on its way; s_m is the middle of its footprint."""

    number: int
    kind: VehicleKind
    model: int
    length_m: float
    width_m: float
    s_m: float
    x_m: float
    speed_mps: float
    wish_mps: float
    headway_s: float
    gap_m: float
    pull_mps2: float
    wish_x_m: float
    obeys: bool = True
    going: bool = False
    sideways_mps: float = 0.0

    @property
    def front_m(self) -> float:
        return self.s_m + self.length_m / 2

    @property
    def rear_m(self) -> float:
        return self.s_m - self.length_m / 2

    @property
    def agile(self) -> bool:
        return self.kind in (K.MOTORBIKE, K.BICYCLE)


@dataclass(frozen=True, slots=True)
class Runner:
    """An offender to come: appears so that its middle meets the stop line at `at_line_s`, and does not stop."""

    kind: VehicleKind
    model: int
    at_line_s: float
    speed_mps: float
    x_m: float


@dataclass(slots=True)
class Approach:
    """The traffic of one road, stepped through time. Deterministic for one generator."""

    road: Road
    light: Light
    rng: np.random.Generator
    first_number: int
    runners: Sequence[Runner] = ()
    drivers: list[Driver] = field(default_factory=list)
    _next: int = 0
    _due_s: float | None = None
    _sent: int = 0

    def step(self, now_s: float) -> None:
        """Move everyone by STEP_S; let new ones in and those at the end out."""
        self._send_runners(now_s)
        self._let_in(now_s)
        push = [self._acceleration(driver, now_s) for driver in self.drivers]
        for driver in self.drivers:
            if driver.agile and driver.obeys:
                self._steer(driver)
        for driver, mps2 in zip(self.drivers, push, strict=True):
            before = driver.speed_mps
            driver.speed_mps = max(0.0, before + mps2 * STEP_S)
            driver.s_m += (before + driver.speed_mps) / 2 * STEP_S
        self.drivers = [driver for driver in self.drivers if driver.rear_m < self.road.to_m]

    def _acceleration(self, me: Driver, now_s: float) -> float:
        ahead = [one for one in self.drivers if 0 < one.s_m - me.s_m < SIGHT_M and _abreast(me, one, me.x_m, 0.08)]
        free = 1 - (me.speed_mps / me.wish_mps) ** 4
        hold = 0.0
        for one in ahead:
            hold = max(hold, _interaction(me, one.rear_m - me.front_m, one.speed_mps))
        if self._must_stop(me, now_s):
            hold = max(hold, _interaction(me, -0.25 - me.front_m + me.gap_m * 0.6, 0.0))
        return float(np.clip(me.pull_mps2 * (free - hold), -HARDEST_MPS2, me.pull_mps2))

    def _must_stop(self, me: Driver, now_s: float) -> bool:
        if not me.obeys or me.front_m > 0.0:
            return False
        state = self.light.at(now_s)
        if state is Lamp.GREEN:
            me.going = False
            return False
        if state is Lamp.YELLOW and me.going:
            return False
        if state is Lamp.YELLOW:
            left_s = self.light.next_change_s(now_s) - now_s - CLEAR_BEFORE_RED_S
            reach_m = me.speed_mps * left_s
            hard = me.speed_mps**2 / (2 * max(-me.front_m, 0.05))
            # Who would have to brake hard and is surely over in time goes on, and sticks to it.
            me.going = reach_m > -me.rear_m + 0.3 and hard > 3.0
            return not me.going
        return True

    def _steer(self, me: Driver) -> None:
        """Sideways to where most room is ahead, if the place beside is free."""
        limit = (me.width_m / 2 + 0.25, self.road.width_m - me.width_m / 2 - 0.25)
        near = [one for one in self.drivers if one is not me and -20 < one.s_m - me.s_m < 30]
        best_x, best = me.x_m, _room(near, me, me.x_m) + 1.5
        for shift in (-1.6, -0.9, -0.45, 0.45, 0.9, 1.6) if best < FREE_M else ():
            x = float(np.clip(me.x_m + shift, *limit))
            room = _room(near, me, x) - 0.8 * abs(shift) - 0.15 * abs(x - me.wish_x_m)
            if room > best and _beside_free(near, me, x):
                best_x, best = x, room
        # No vehicle slides sideways while it stands.
        fastest = min(SIDEWAYS_MPS, 0.35 * me.speed_mps)
        wanted = float(np.clip((best_x - me.x_m) / 0.8, -fastest, fastest))
        me.sideways_mps += float(np.clip(wanted - me.sideways_mps, -2.5 * STEP_S, 2.5 * STEP_S))
        step_m = float(np.clip(me.sideways_mps, -fastest, fastest)) * STEP_S
        x = float(np.clip(me.x_m + step_m, *limit))
        if _beside_free(near, me, x):
            me.x_m = x
        else:
            me.sideways_mps = 0.0

    def _let_in(self, now_s: float) -> None:
        if self._due_s is None:
            self._due_s = now_s
        while now_s >= self._due_s:
            self._due_s += float(self.rng.exponential(60 / self.road.per_minute))
            names, shares = zip(*MIX, strict=True)
            kind = names[int(self.rng.choice(len(names), p=shares))]
            self._enter(kind, int(self.rng.integers(MODELS[kind])), now_s)

    def _enter(self, kind: VehicleKind, model: int, now_s: float) -> None:
        """A new vehicle at the far end; it turns away where the road is full."""
        length, width = footprint_m(kind, model)
        agile = kind in (K.MOTORBIKE, K.BICYCLE)
        if agile:
            x = float(self.rng.uniform(width, self.road.width_m - width))
        else:
            lanes = self.road.lanes if kind is not K.CAR else self.road.lanes - 1
            lane = int(self.rng.integers(lanes)) if kind is K.CAR else self.road.lanes - 2
            x = (lane + 0.5) * self.road.lane_m + float(self.rng.normal(0, 0.12))
        wish = {K.MOTORBIKE: 9.5, K.BICYCLE: 4.5, K.CAR: 10.0, K.BUS: 8.0, K.TRUCK: 8.0}[kind] * float(
            self.rng.uniform(0.88, 1.1)
        )
        me = Driver(
            0, kind, model, length, width, self.road.from_m - length / 2, x, wish * 0.85, wish,
            headway_s=0.7 if agile else 1.1,
            gap_m=float(self.rng.uniform(0.5, 0.9) if agile else self.rng.uniform(1.2, 2)),
            pull_mps2=2.2 if agile else 1.7, wish_x_m=x,
        )  # fmt: skip
        if self._blocked(me, now_s):
            return
        near = [one for one in self.drivers if _abreast(me, one, x, 0.3)]
        if all(one.rear_m - me.front_m > 3 + 0.9 * max(0.0, me.speed_mps - one.speed_mps) for one in near):
            self._add(me)

    def _add(self, me: Driver) -> None:
        me.number = self.first_number + self._next
        self._next += 1
        self.drivers.append(me)

    def _blocked(self, me: Driver, now_s: float) -> bool:
        """Whether a runner is about to need this strip of road."""
        at_line_s = now_s + (0 - self.road.from_m) / me.wish_mps
        for runner in self.runners:
            length, width = footprint_m(runner.kind, runner.model)
            near = abs(me.x_m - runner.x_m) < (width + me.width_m) / 2 + 1.2
            if (near or me.agile) and runner.at_line_s - 5.5 < at_line_s < runner.at_line_s + 0.8 + length / 8:
                return True
        return False

    def _send_runners(self, now_s: float) -> None:
        while self._sent < len(self.runners):
            runner = self.runners[self._sent]
            length, width = footprint_m(runner.kind, runner.model)
            start_m = self.road.from_m - length / 2
            if now_s < runner.at_line_s + start_m / runner.speed_mps:
                return
            self._sent += 1
            me = Driver(0, runner.kind, runner.model, length, width, start_m, runner.x_m, runner.speed_mps,
                        runner.speed_mps * 1.02, 0.5, 0.5, 2.0, runner.x_m, obeys=False)  # fmt: skip
            self._add(me)


def _abreast(me: Driver, other: Driver, x_m: float, margin_m: float) -> bool:
    return abs(other.x_m - x_m) < (other.width_m + me.width_m) / 2 + margin_m


def _interaction(me: Driver, gap_m: float, their_mps: float) -> float:
    """The braking term of the model, as a share of the greatest acceleration."""
    closing = me.speed_mps * (me.speed_mps - their_mps) / (2 * np.sqrt(me.pull_mps2 * 2.8))
    wanted = me.gap_m + max(0.0, me.speed_mps * me.headway_s + float(closing))
    return float((wanted / max(gap_m, 0.05)) ** 2)


def _room(near: Sequence[Driver], me: Driver, x_m: float) -> float:
    gaps = [one.rear_m - me.front_m + one.speed_mps for one in near
            if one.s_m > me.s_m and _abreast(me, one, x_m, SIDE_GAP_M)]  # fmt: skip
    return min([*gaps, FREE_M])


def _beside_free(near: Sequence[Driver], me: Driver, x_m: float) -> bool:
    low, high = min(me.x_m, x_m), max(me.x_m, x_m)
    for one in near:
        if one.rear_m > me.front_m + 0.5 or one.front_m < me.rear_m - 0.5 - 0.3 * one.speed_mps:
            continue
        half = (one.width_m + me.width_m) / 2 + SIDE_GAP_M
        now, then = abs(one.x_m - me.x_m), min(abs(one.x_m - low), abs(one.x_m - high))
        if then < half and then < now:
            return False
    return True
