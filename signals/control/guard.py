"""Stands between whoever wants green and the lamps: the last word, and the fallback when nobody sensible speaks.

It cannot import an optimizer. What it is asked for goes through the interlock, what is shown is watched by the monitor,
and who falls silent, comes late or talks nonsense is replaced by the stored plan. A junction that showed something
deadly flashes until a person has looked at it.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np

from signals.control.command import Command, Refusal, why_refused
from signals.control.interlock import advance
from signals.control.lamps import Aspect, Lamps
from signals.control.monitor import DEADLY, Danger, Watched, watch
from signals.control.overdue import overdue
from signals.control.table import SafetyTable
from signals.errors import Fault, PlanError, SignalsError
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from vision.arrays import I8, Bool

# The stored plan must run within 4 s of the last word that made sense; one second of that is the step's.
SILENCE_S = 3.0
RETURN_AFTER = 3
LOG_ENTRIES = 10_000
OBEYED_WITHIN_S = 1.5


class Mode(StrEnum):
    """Who has the say. FLASHING: nobody, until a person clears it."""

    COMMANDED = "commanded"
    STORED_PLAN = "stored_plan"
    FLASHING = "flashing"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the guard's log. what: a Refusal, a Danger's name, a Mode, or a person's act."""

    at_s: float
    what: str
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """What the lamps shall show now; aspects (m,) int8 in the table's order, None while flashing."""

    mode: Mode
    aspects: I8 | None


class Guard:
    """One junction's guard. Deterministic: the same calls at the same times give the same orders.

    refused: how often which refusal was given. Raises PlanError at once for a stored plan that `check_plan` refuses.
    """

    def __init__(self, junction: Junction, stored: TimingPlan, table: SafetyTable, now_s: float) -> None:
        problems = check_plan(stored, junction)
        if problems:
            raise PlanError(*(Fault(problem.where, problem.sentence) for problem in problems))
        self._table, self._stored = table, stored
        self._lamps = Lamps.all_red(table, now_s)
        self._watched: Watched | None = None
        self._differs_since_s: float | None = None
        self._now_s = now_s
        self._mode = Mode.STORED_PLAN
        self._wish: str | None = None
        self._last: Command | None = None
        self._heard_s = -np.inf
        self._sensible = 0
        self._held: tuple[int, float] | None = None
        self.refused: dict[Refusal, int] = dict.fromkeys(Refusal, 0)
        self.log: deque[Entry] = deque(maxlen=LOG_ENTRIES)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def stage(self) -> str | None:
        """The stage that is green or that the running change leads to; None before the first."""
        return None if self._held is None else self._table.stages[self._held[0]]

    def command(self, command: Command, now_s: float) -> Refusal | None:
        """Take in what the centre wants; None where it will be followed as far as safety allows."""
        flashing = self._mode is Mode.FLASHING
        last = self._last.sequence if self._last else None
        refusal = Refusal.OUT_OF_SERVICE if flashing else why_refused(command, last, self._table, now_s)
        if refusal is not None:
            self._sensible = 0
            self.refused[refusal] += 1
            self._note(now_s, refusal, f"{command}")
            return refusal
        self._last, self._wish, self._heard_s = command, command.stage, now_s
        self._sensible += 1
        if self._mode is Mode.STORED_PLAN and self._sensible >= RETURN_AFTER:
            self._change(Mode.COMMANDED, now_s, f"{self._sensible} sensible commands in a row")
        return None

    def step(self, shown: Sequence[int] | I8 | None, now_s: float) -> Orders:
        """Look at what is shown (None: not read this time) and say what shall be. Call it several times a second."""
        if not (isfinite(now_s) and now_s >= self._now_s):
            self._note(self._now_s, Danger.BAD_CLOCK.name or "", f"{now_s} after {self._now_s}")
            return self._orders()
        self._look(shown, now_s)
        self._now_s = now_s
        if self._mode is Mode.FLASHING:
            return self._orders()
        if self._mode is Mode.COMMANDED and now_s - self._heard_s > SILENCE_S:
            self._fall_back(now_s, f"no sensible command for {now_s - self._heard_s:.1f} s")
        self._lamps = advance(self._table, self._lamps, self._wanted(now_s), now_s)
        return self._orders()

    def clear(self, person: str, reason: str, now_s: float) -> None:
        """A person has looked: back into service, from all red. Raises SignalsError without a person and a reason."""
        if not person.strip() or not reason.strip():
            raise SignalsError(Fault("clear", "Wanted the name of a person and a reason, found one of them empty."))
        if self._mode is Mode.FLASHING:
            self._note(now_s, "cleared", f"by {person}: {reason}")
            self._lamps, self._watched, self._held = Lamps.all_red(self._table, now_s), None, None
            self._fall_back(now_s, "cleared by hand")

    def keep_out(self, why: str, now_s: float) -> None:
        """Out of service from the first moment, as it was left: a restart is no person who has looked."""
        self._change(Mode.FLASHING, now_s, why)

    def _look(self, shown: Sequence[int] | I8 | None, now_s: float) -> None:
        if shown is None:
            return
        aspects = self._read(shown)
        if self._watched is None:
            self._watched = Watched.begin(aspects, now_s)
        self._watched, bits = watch(self._table, self._watched, aspects, now_s)
        danger = Danger(int(bits))
        if danger:
            self._note(now_s, str(danger.name), f"shown {aspects.tolist()}")
        if danger & DEADLY:
            self._change(Mode.FLASHING, now_s, str(danger.name))
        elif danger or self._disobeyed(aspects, now_s):
            self._fall_back(now_s, str(danger.name) if danger else "the lamps do not show what was ordered")

    def _read(self, shown: Sequence[int] | I8) -> I8:
        """As aspects; anything that is none, or not one for each movement, is UNKNOWN."""
        wanted = len(self._table.movements)
        values = np.asarray(shown)
        if values.shape != (wanted,) or values.dtype.kind not in "iu":
            return np.full(wanted, Aspect.UNKNOWN, np.int8)
        known = (values >= Aspect.RED) & (values <= Aspect.GREEN)
        return np.where(known, values, Aspect.UNKNOWN).astype(np.int8)

    def _disobeyed(self, aspects: I8, now_s: float) -> bool:
        if (aspects == self._lamps.aspect).all():
            self._differs_since_s = None
        elif self._differs_since_s is None:
            self._differs_since_s = now_s
        return self._differs_since_s is not None and now_s - self._differs_since_s > OBEYED_WITHIN_S

    def _wanted(self, now_s: float) -> Bool:
        """(m,) who should be green: the stage in force until its least green is over, then the one asked for."""
        target = overdue(self._table, self._lamps, now_s)
        if target is None:
            wish = self._wish if self._mode is Mode.COMMANDED else stage_at(self._stored, now_s)
            target = self._table.stages.index(wish) if wish is not None else 0
        if self._held is None:
            self._held = (target, np.inf)
        held, green_s = self._held
        runs = self._table.runs[held]
        if not np.isfinite(green_s) and (self._lamps.aspect[runs] == Aspect.GREEN).all():
            self._held = (held, now_s)
        elif target != held and now_s - green_s >= self._table.stage_min_s[held]:
            self._held = (target, np.inf)
        return np.asarray(self._table.runs[self._held[0]], np.bool_)

    def _fall_back(self, now_s: float, why: str) -> None:
        self._sensible = 0
        if self._mode is not Mode.STORED_PLAN:
            self._change(Mode.STORED_PLAN, now_s, why)

    def _change(self, mode: Mode, now_s: float, why: str) -> None:
        self._mode = mode
        self._note(now_s, mode, why)

    def _note(self, at_s: float, what: str, detail: str) -> None:
        self.log.append(Entry(at_s, str(what), detail))

    def _orders(self) -> Orders:
        return Orders(self._mode, None if self._mode is Mode.FLASHING else self._lamps.aspect)


def stage_at(plan: TimingPlan, now_s: float) -> str:
    """The stage that is green, or is to be green next, at that moment of the plan."""
    second = (now_s - plan.offset_s) % plan.cycle_s
    return next((each.stage for each in plan.stages if second < each.start_s + each.green_s), plan.stages[0].stage)
