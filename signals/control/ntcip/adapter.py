"""An NTCIP controller as a `Controller`: what it shows, and orders that went through both steps.

A stage is ordered by holding its phases and by forcing off and omitting all others. Orders are set again every second:
the controller's backup timer ends them three seconds after the last set, should this manager be lost.
"""

import asyncio
from collections.abc import Callable

import numpy as np

from signals.control.answers import Answers
from signals.control.controller import (
    Ability,
    Answer,
    FallBack,
    GoToStage,
    Order,
    Presented,
    RunPlan,
    SetCycle,
    SetOffset,
    State,
)
from signals.control.lamps import Aspect
from signals.control.ntcip import objects as o
from signals.control.ntcip.manager import Manager
from signals.control.table import SafetyTable
from signals.control.two_step import Permits
from signals.errors import SignalsError
from vision.arrays import I8

STALE_S, SILENCE_S = 4.0, 3.0
LOOK_S, RENEW_S = 0.5, 1.0
GREENS, YELLOWS, REDS = (o.status(each) for each in (o.PhaseStatus.GREENS, o.PhaseStatus.YELLOWS, o.PhaseStatus.REDS))
WATCHED = (GREENS, YELLOWS, REDS, o.PATTERN_STATUS, o.UNIT_FLASH_STATUS)
NOT_FLASHING = 2
Sets = list[tuple[o.Oid, int]]
NOTHING: Sets = [(o.SYSTEM_PATTERN, o.BY_ITSELF), *((o.control(column), 0) for column in o.PhaseControl)]


class NtcipController:
    """Phase n is movement n of the table. Let `run` go beside it: it looks and renews. Nothing else here waits."""

    def __init__(self, manager: Manager, table: SafetyTable, permits: Permits, clock: Callable[[], float]) -> None:
        self._manager, self._table, self._permits, self._clock = manager, table, permits, clock
        self._answers = Answers()
        self._seen: dict[o.Oid, int] = {}
        self._seen_s = -np.inf
        self._stage: str | None = None
        self._stage_s = -np.inf
        self._held: Sets = []
        self._renewed_s = -np.inf

    @property
    def abilities(self) -> Ability:
        return Ability.STAGE | Ability.PLAN | Ability.CYCLE | Ability.OFFSET

    def present(self, now_s: float) -> Presented:
        aspects = self._aspects()
        same = (self._table.runs == (aspects == Aspect.GREEN)).all(axis=1)
        fresh = now_s - self._seen_s <= STALE_S
        steady = self._seen.get(o.UNIT_FLASH_STATUS) == NOT_FLASHING
        return Presented(
            aspects,
            float(self._seen_s),
            self._table.stages[int(same.argmax())] if same.any() else None,
            self._seen.get(o.PATTERN_STATUS),
            obeys=fresh and steady,
        )

    def send(self, order: Order, now_s: float) -> Answer:
        if isinstance(order, GoToStage):
            self._stage_s = now_s
            if order.stage == self._stage:
                return self._answers.add(State.DONE)
        sets = self._sets(order)
        if isinstance(sets, str):
            return self._answers.add(State.REFUSED, sets)
        if not self._permits.spend(order, now_s):
            return self._answers.add(State.REFUSED, "Not prepared and confirmed, or no mandate holds.")
        self._stage = order.stage if isinstance(order, GoToStage) else None
        answer = self._answers.add(State.PENDING)
        self._answers.work(self._write(answer.number, sets, holds=isinstance(order, GoToStage | RunPlan)))
        return answer

    def answer(self, number: int) -> Answer | None:
        return self._answers.get(number)

    async def settled(self) -> None:
        """Returns when every order sent so far was answered."""
        await self._answers.settled()

    async def run(self) -> None:
        """Look at what is shown, renew what holds, and fall back when whoever orders stages falls silent."""
        while True:
            now_s = self._clock()
            if self._stage is not None and now_s - self._stage_s > SILENCE_S:
                self.send(FallBack(), now_s)
            try:
                self._seen, self._seen_s = await self._manager.read(WATCHED), self._clock()
                if self._held and now_s - self._renewed_s >= RENEW_S:
                    await self._manager.write(self._held)
                    self._renewed_s = now_s
            except SignalsError:
                self._seen = {}  # what it shows is not known, and `present` says so
            await asyncio.sleep(LOOK_S)

    async def _write(self, number: int, sets: Sets, *, holds: bool) -> None:
        self._held = sets if holds else []
        try:
            await self._manager.write(sets)
            self._renewed_s = self._clock()
            self._answers.put(Answer(number, State.DONE))
        except SignalsError as error:
            self._held, self._stage = [], None
            self._answers.put(Answer(number, State.REFUSED, str(error)))

    def _sets(self, order: Order) -> Sets | str:
        if isinstance(order, GoToStage):
            if order.stage not in self._table.stages:
                return f"Stage {order.stage!r} is not known: wanted one of {', '.join(self._table.stages)}."
            return self._stage_sets(order.stage)
        if isinstance(order, RunPlan):
            return [(o.SYSTEM_PATTERN, order.plan), *NOTHING[1:]]
        if isinstance(order, SetCycle):
            return [(o.pattern(o.Pattern.CYCLE, order.plan), order.cycle_s)]
        if isinstance(order, SetOffset):
            return [(o.pattern(o.Pattern.OFFSET, order.plan), order.offset_s)]
        return NOTHING if isinstance(order, FallBack) else "An NTCIP controller shows its own lamps: it takes stages."

    def _stage_sets(self, stage: str) -> Sets:
        runs = self._table.runs[self._table.stages.index(stage)]
        held = sum(1 << i for i, on in enumerate(runs) if on)
        others = sum(1 << i for i, on in enumerate(runs) if not on)
        wanted = {o.PhaseControl.HOLD: held, o.PhaseControl.FORCE_OFF: others, o.PhaseControl.OMIT: others}
        return [(o.SYSTEM_PATTERN, o.BY_ITSELF), *((o.control(each), mask) for each, mask in wanted.items())]

    def _aspects(self) -> I8:
        """UNKNOWN for a phase that is in none or in several of the three masks."""
        shown = np.full(len(self._table.movements), Aspect.UNKNOWN, np.int8)
        known = {
            aspect: self._seen.get(oid, 0)
            for aspect, oid in ((Aspect.GREEN, GREENS), (Aspect.YELLOW, YELLOWS), (Aspect.RED, REDS))
        }
        for i in range(len(shown)):
            found = [aspect for aspect, mask in known.items() if mask >> i & 1]
            if len(found) == 1:
                shown[i] = found[0]
        return shown
