"""The lamps of a virtual controller: a guard between every wish and them, start-up, yellow flash and dark.

Whoever wishes, wishes to the guard. A junction put out of service by the monitor stays so until somebody stands before
it: no order from afar brings it back.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from signals.control.command import Command
from signals.control.guard import Guard, Mode
from signals.control.lamps import Aspect
from signals.control.table import SafetyTable
from signals.control.virtual.errors import RefusedError
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from vision.arrays import F64, I8


class Position(StrEnum):
    """What the controller is set to do; the values are those of command M0001."""

    NORMAL = "NormalControl"
    YELLOW_FLASH = "YellowFlash"
    DARK = "Dark"


@dataclass(frozen=True, slots=True)
class StartUp:
    """Seconds of flashing (letter e), of yellow (f) and of red (g) before the first green may be thought of."""

    flash_s: float = 1.0
    yellow_s: float = 3.0
    red_s: float = 2.0

    def letter(self, age_s: float) -> str | None:
        """None: over."""
        ends = (self.flash_s, self.flash_s + self.yellow_s, self.flash_s + self.yellow_s + self.red_s)
        return next((letter for letter, end_s in zip("efg", ends, strict=True) if age_s < end_s), None)


class Cabinet:
    """Call `step` several times a second. shown: (m,) int8 aspects, UNKNOWN while not under normal control.

    out_of_service: it flashed when it was last heard of, and goes on until a person clears it.
    stuck: movements whose switch, once at red, stays there.
    """

    def __init__(
        self, junction: Junction, stored: TimingPlan, start_up: StartUp, now_s: float, *, out_of_service: bool = False
    ) -> None:
        self.junction, self.table = junction, SafetyTable.of(junction)
        self._stored, self._start_up = stored, start_up
        self._sequence = 0
        self.position, self._revert = Position.NORMAL, (Position.NORMAL, np.inf)
        self.shown: I8 = np.full(len(self.table.movements), Aspect.UNKNOWN, np.int8)
        self._since_s: F64 = np.full(len(self.table.movements), now_s)
        self._now_s = self._began_s = now_s
        self.stuck: frozenset[int] = frozenset()
        self._sticks: set[int] = set()
        self._put_out = False
        self.guard: Guard | None = None
        if out_of_service:
            self.guard = Guard(junction, stored, self.table, now_s)
            self.guard.keep_out("it was out of service before", now_s)

    @property
    def flashes(self) -> bool:
        """Put out of service by the monitor."""
        return self.guard is not None and self.guard.mode is Mode.FLASHING

    @property
    def starting(self) -> bool:
        return self.position is Position.NORMAL and self.guard is None

    @property
    def mode(self) -> Mode | None:
        return self.guard.mode if self.guard else None

    def put_out(self, why: str, now_s: float) -> None:
        """Out of service, as the monitor puts it: a fault with which nothing safe can be shown."""
        if self.guard is not None and not self.flashes:
            self._put_out = True
            self.guard.keep_out(why, now_s)
            self._show(None, now_s)

    @property
    def put_out_by_fault(self) -> bool:
        """It flashes for a fault of the cabinet's own, not for a danger that the monitor saw."""
        return self._put_out and self.flashes

    def wish(self, stage: str, now_s: float) -> None:
        """Ask the guard for a stage; it follows as far as safety allows, or not."""
        if self.guard is not None and self.position is Position.NORMAL:
            self._sequence += 1
            self.guard.command(Command(self._sequence, stage, now_s), now_s)

    def step(self, now_s: float) -> None:
        self._now_s = now_s
        if now_s >= self._revert[1]:
            self._go_to(self._revert[0], now_s)
        if self.position is not Position.NORMAL:
            return
        if self.guard is None:
            if self._start_up.letter(now_s - self._began_s) is not None:
                return
            self.guard = Guard(self.junction, self._stored, self.table, now_s)
        known = self.shown if (self.shown != Aspect.UNKNOWN).any() else None
        orders = self.guard.step(known, now_s)
        self._show(orders.aspects, now_s)

    def set_position(self, position: Position, minutes: int, now_s: float) -> None:
        """minutes: after which it goes back by itself; 0: never. Raises RefusedError as `restart` does."""
        self._refuse_while_flashing()
        before = self.position
        self._go_to(position, now_s)
        self._revert = (before, now_s + 60 * minutes) if minutes else (position, np.inf)

    def restart(self, now_s: float) -> None:
        """Raises RefusedError after a danger: a restart from afar would clear what a person must see."""
        self._refuse_while_flashing()
        self.position = Position.NORMAL
        self._start(now_s)

    def clear(self, person: str, reason: str, now_s: float) -> None:
        """By a person at the cabinet; not to be had over the network."""
        self._put_out = False
        if self.guard is not None:
            self.guard.clear(person, reason, now_s)

    def letters(self) -> str:
        """One for each signal group, as status S0001 has them."""
        count = len(self.table.movements)
        if self.position is Position.DARK:
            return "b" * count
        if self.position is Position.YELLOW_FLASH or self.flashes:
            return "c" * count
        if self.guard is None:
            return (self._start_up.letter(self._now_s - self._began_s) or "g") * count
        young = self._now_s - self._since_s < self.table.min_green_s
        greens = np.where(young, "1", "3")
        letters = np.select([self.shown == Aspect.GREEN, self.shown == Aspect.YELLOW], [greens, "N"], "B")
        return "".join(letters.tolist())

    def red_s(self) -> F64:
        """(m,) For how long each movement has been red under normal control; 0 where it is not."""
        return np.where(self.shown == Aspect.RED, self._now_s - self._since_s, 0.0)

    def stage(self) -> int:
        """1 for the first; 0 between stages, or where none is shown."""
        same = (self.table.runs == (self.shown == Aspect.GREEN)).all(axis=1)
        return int(same.argmax()) + 1 if same.any() else 0

    def _show(self, aspects: I8 | None, now_s: float) -> None:
        shown = np.full_like(self.shown, Aspect.UNKNOWN) if aspects is None else aspects.copy()
        if aspects is not None:
            self._sticks = {i for i in self.stuck | self._sticks if self._stays_red(i, int(aspects[i]))}
            shown[sorted(self._sticks)] = Aspect.RED
        self._since_s = np.where(shown != self.shown, now_s, self._since_s)
        self.shown = shown

    def _stays_red(self, i: int, ordered: int) -> bool:
        """A switch that is mended follows from the next red on: never into the rest of a green or of a yellow."""
        return bool(self.shown[i] == Aspect.RED) and (i in self.stuck or ordered != Aspect.RED)

    def _go_to(self, position: Position, now_s: float) -> None:
        self._revert = (position, np.inf)
        if position is self.position:
            return
        self.position = position
        if position is Position.NORMAL:
            self._start(now_s)
        else:
            self.guard = None
            self._show(None, now_s)

    def _start(self, now_s: float) -> None:
        """A new guard begins at all red, and only after the start-up."""
        self._began_s, self.guard = now_s, None
        self._revert = (Position.NORMAL, np.inf)
        self._show(None, now_s)

    def _refuse_while_flashing(self) -> None:
        if self.flashes:
            raise RefusedError("Out of service by the conflict monitor: only a person at the junction may clear it")
