"""The lamps a live junction times: a virtual cabinet, or a controller in the street behind the port of all of them.

A controller that shows whatever it is told gets a guard in front of it; one that takes stages has its own inside. One
that runs nothing but its own plans can be watched, and no stage can be chosen for it.
"""

from typing import Protocol

import numpy as np

from signals.control.command import Command
from signals.control.controller import Ability, Answer, Controller, GoToStage, ShowLamps, State
from signals.control.guard import Guard, Mode
from signals.control.lamps import Aspect
from signals.control.table import SafetyTable
from signals.control.virtual.cabinet import Cabinet
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from vision.arrays import I8


class Street(Protocol):
    """Call `step` several times a second. heading: the stage that is green or that the running change leads to."""

    table: SafetyTable
    shown: I8

    @property
    def takes_stages(self) -> bool: ...
    @property
    def starting(self) -> bool: ...
    @property
    def flashes(self) -> bool: ...
    @property
    def mode(self) -> Mode | None: ...
    @property
    def heading(self) -> str | None: ...

    def wish(self, stage: str, now_s: float) -> None: ...
    def step(self, now_s: float) -> None: ...
    def stage(self) -> int:
        """1 for the first; 0 between stages, or where none is shown."""
        ...

    def clear(self, person: str, reason: str, now_s: float) -> None: ...
    def why_out(self) -> str:
        """What the monitor saw last; empty where it saw nothing."""
        ...


class VirtualStreet(Cabinet):
    """The virtual controller with its guard."""

    @property
    def takes_stages(self) -> bool:
        return True

    @property
    def heading(self) -> str | None:
        return self.guard.stage if self.guard else None

    def why_out(self) -> str:
        return _flashed(self.guard)


class ControllerStreet:
    """A controller behind the port. stored: what the guard in front of one that only shows lamps falls back to."""

    def __init__(self, controller: Controller, junction: Junction, stored: TimingPlan, now_s: float) -> None:
        self._controller, self.table = controller, SafetyTable.of(junction)
        self.shown: I8 = np.full(len(self.table.movements), Aspect.UNKNOWN, np.int8)
        self._guard: Guard | None = None
        self._sequence = 0
        self._obeys, self._heard = False, False
        self._heading: str | None = None
        self._ordered: str | None = None
        self._answer: Answer | None = None
        if Ability.LAMPS in controller.abilities:
            self._guard = Guard(junction, stored, self.table, now_s)
            # What was shown until now is nothing the guard has to answer for.
            controller.send(ShowLamps(np.zeros(len(self.table.movements), np.int8)), now_s)

    @property
    def takes_stages(self) -> bool:
        return bool(self._controller.abilities & (Ability.LAMPS | Ability.STAGE))

    @property
    def starting(self) -> bool:
        return not self._heard

    @property
    def flashes(self) -> bool:
        return self._guard is not None and self._guard.mode is Mode.FLASHING

    @property
    def mode(self) -> Mode | None:
        """A controller with a guard of its own that does not follow us runs what it has stored."""
        if self._guard is not None:
            return self._guard.mode
        refused = self._answer is not None and self._answer.state is State.REFUSED
        return Mode.COMMANDED if self._obeys and self._answer is not None and not refused else Mode.STORED_PLAN

    @property
    def heading(self) -> str | None:
        return self._guard.stage if self._guard is not None else self._heading

    def wish(self, stage: str, now_s: float) -> None:
        if not self.takes_stages:
            return
        self._sequence += 1
        if self._guard is not None:
            self._guard.command(Command(self._sequence, stage, now_s), now_s)
            return
        if not self._obeys:  # who cannot be reached, or flashes, runs what it has stored
            self._answer = self._ordered = None
            return
        self._answer = self._controller.send(GoToStage(stage, self._sequence), now_s)
        self._ordered = stage if self._answer.state is not State.REFUSED else None

    def step(self, now_s: float) -> None:
        told = self._controller.present(now_s)
        self.shown, self._obeys = told.aspects, told.obeys
        self._heard = self._heard or bool(np.isfinite(told.told_s))
        self._heading = told.stage or self._ordered or self._heading
        if self._answer is not None:
            self._answer = self._controller.answer(self._answer.number) or self._answer
        if self._guard is None:
            return
        known = self.shown if (self.shown != Aspect.UNKNOWN).any() else None
        orders = self._guard.step(known, now_s)
        if orders.aspects is not None:
            self._controller.send(ShowLamps(orders.aspects), now_s)

    def stage(self) -> int:
        same = (self.table.runs == (self.shown == Aspect.GREEN)).all(axis=1)
        return int(same.argmax()) + 1 if same.any() else 0

    def clear(self, person: str, reason: str, now_s: float) -> None:
        """A controller with a monitor of its own is cleared at its cabinet alone."""
        if self._guard is not None:
            self._guard.clear(person, reason, now_s)

    def why_out(self) -> str:
        return _flashed(self._guard)


def _flashed(guard: Guard | None) -> str:
    return next((one.detail for one in reversed(guard.log) if one.what == Mode.FLASHING), "") if guard else ""
