"""An RSMP site as a `Controller`: what it shows, and orders that went through both steps.

RSMP has no command for a stage. A stage is ordered with M0012: its signal groups to green, all others to red. The
site's own guard decides what becomes of that. Whoever orders stages must go on doing so: when he falls silent the
junction is given back to itself.
"""

import asyncio
from collections.abc import Mapping

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
from signals.control.rsmp.errors import RsmpError
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.wire.messages import Subscribed
from signals.control.table import SafetyTable
from signals.control.two_step import Permits
from vision.arrays import I8

STALE_S = 4.0
SILENCE_S, LOOK_S = 3.0, 0.2
GREEN, YELLOW, RED = "123456789", "NO", "ghABCDEFGP0"
LETTERS = {
    **dict.fromkeys(GREEN, Aspect.GREEN),
    **dict.fromkeys(YELLOW, Aspect.YELLOW),
    **dict.fromkeys(RED, Aspect.RED),
}
LAMPS, STAGE, PLAN = ("S0001", "signalgroupstatus"), ("S0001", "stage"), ("S0014", "status")


class RsmpController:
    """table: its movements in the order of the site's signal groups. code: security code 2.

    Must be used in the event loop the supervisor runs in; nothing here waits.
    """

    def __init__(self, site: RemoteSite, table: SafetyTable, permits: Permits, code: str) -> None:
        self._site, self._table, self._permits, self._code = site, table, permits, code
        self._answers = Answers()
        self._watch_task: asyncio.Task[None] | None = None
        self._stage_s = -np.inf
        self._stage: str | None = None

    @property
    def abilities(self) -> Ability:
        return Ability.STAGE | Ability.PLAN | Ability.CYCLE | Ability.OFFSET

    async def watch(self) -> None:
        """Ask for what `present` tells. To be called after each connection."""
        await watch_lamps(self._site)

    def present(self, now_s: float) -> Presented:
        lamps, stage, plan = (self._site.statuses.get((self._site.main, *key)) for key in (LAMPS, STAGE, PLAN))
        letters = lamps.value if lamps is not None and isinstance(lamps.value, str) else ""
        told_s = lamps.told_s if lamps is not None else -np.inf
        number = int(stage.value) if stage is not None and isinstance(stage.value, str) else 0
        fresh = self._site.connected and now_s - told_s <= STALE_S
        aspects = self._aspects(letters)
        return Presented(
            aspects,
            float(told_s),
            self._table.stages[number - 1] if 0 < number <= len(self._table.stages) else None,
            int(plan.value) if plan is not None and isinstance(plan.value, str) else None,
            obeys=fresh and bool((aspects != Aspect.UNKNOWN).all()),
        )

    def send(self, order: Order, now_s: float) -> Answer:
        if isinstance(order, GoToStage):
            self._stage_s = now_s
            if order.stage == self._stage and self._site.connected:
                return self._answers.add(State.DONE)
        command = self._command(order)
        if isinstance(command, str):
            return self._answers.add(State.REFUSED, command)
        if not self._permits.spend(order, now_s):
            return self._answers.add(State.REFUSED, "Not prepared and confirmed, or no mandate holds.")
        if not self._site.connected:
            state = State.DONE if isinstance(order, FallBack) else State.REFUSED
            return self._answers.add(state, f"Site {self._site.site_id} is not connected: it runs its stored plan.")
        self._stage = order.stage if isinstance(order, GoToStage) else None
        answer = self._answers.add(State.PENDING)
        self._answers.work(self._run(answer.number, *command))
        if isinstance(order, GoToStage) and (self._watch_task is None or self._watch_task.done()):
            self._watch_task = asyncio.get_running_loop().create_task(self._watch_silence())
        return answer

    def answer(self, number: int) -> Answer | None:
        return self._answers.get(number)

    async def settled(self) -> None:
        """Returns when every order sent so far was answered."""
        await self._answers.settled()

    async def _watch_silence(self) -> None:
        """Ends the stage ordered last when no other order followed in time."""
        while self._stage is not None:
            await asyncio.sleep(LOOK_S)
            now_s = self._site.clock()
            if self._stage is not None and now_s - self._stage_s > SILENCE_S:
                self.send(FallBack(), now_s)

    async def _run(self, number: int, code: str, arguments: Mapping[str, str]) -> None:
        try:
            response = await self._site.command(self._site.main, code, arguments)
        except RsmpError as error:
            self._stage = None
            self._answers.put(Answer(number, State.REFUSED, str(error)))
            return
        done = all(each.age == "recent" for each in response.returned)
        why = "" if done else f"The site has no {code}."
        self._answers.put(Answer(number, State.DONE if done else State.REFUSED, why))

    def _command(self, order: Order) -> tuple[str, dict[str, str]] | str:
        """The RSMP command for it; a sentence where there is none."""
        if isinstance(order, GoToStage):
            if order.stage not in self._table.stages:
                return f"Stage {order.stage!r} is not known: wanted one of {', '.join(self._table.stages)}."
            code, arguments = "M0012", {"status": self._blocks(order.stage)}
        elif isinstance(order, RunPlan):
            code, arguments = "M0002", {"status": "True", "timeplan": str(order.plan)}
        elif isinstance(order, SetCycle):
            code, arguments = "M0018", {"status": str(order.cycle_s), "plan": str(order.plan)}
        elif isinstance(order, SetOffset):
            code, arguments = "M0015", {"status": str(order.offset_s), "plan": str(order.plan)}
        elif isinstance(order, FallBack):
            code, arguments = "M0002", {"status": "False", "timeplan": "0"}
        else:
            return "An RSMP site shows its own lamps: it takes stages and plans."
        return code, arguments | {"securityCode": self._code}

    def _blocks(self, stage: str) -> str:
        """Sixteen signal groups in each block, the first of them group 1."""
        runs = self._table.runs[self._table.stages.index(stage)]
        blocks: list[str] = []
        for first in range(0, len(runs), 16):
            part = runs[first : first + 16]
            green, red = (
                sum(1 << bit for bit, runs_it in enumerate(part) if bool(runs_it) is on) for on in (True, False)
            )
            blocks.append(f"{first + 1},{green},{red}")
        return ";".join(blocks)

    def _aspects(self, letters: str) -> I8:
        known = [LETTERS.get(letter, Aspect.UNKNOWN) for letter in letters]
        wanted = len(self._table.movements)
        return np.array(known if len(known) == wanted else [Aspect.UNKNOWN] * wanted, np.int8)


async def watch_lamps(site: RemoteSite) -> None:
    """Subscribe to lamps, stage and plan: each change, and every second."""
    told = [Subscribed(code=code, name=name, every="1", on_change=True) for code, name in (LAMPS, STAGE, PLAN)]
    await site.subscribe(site.main, told)
