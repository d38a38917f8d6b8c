"""One running junction: a library of plans, its traffic, the wishes of people and vehicles, and lamps behind a guard.

`step` several times a second; everything else may be asked at any time from other threads.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import RLock

import numpy as np

from signals.control.lamps import Aspect
from signals.control.virtual.cabinet import StartUp
from signals.live.approaches import Approaches
from signals.live.conductor import Conductor, Leaving
from signals.live.control import Control, ControlState, FellBack, Happening
from signals.live.errors import LiveError
from signals.live.follower import Position
from signals.live.lamps import ASPECT_NAMES, LampState, changes
from signals.live.plan_runner import PlanRunner
from signals.live.street import Street, VirtualStreet
from signals.live.traffic import Fact, Word
from signals.live.wishes import Hold, Kind, PriorityRequest, Wishes
from signals.optimize.adaptive.announced import Announcement
from signals.optimize.adaptive.priority import PriorityCall, PriorityKind
from signals.plan.junction import Junction
from signals.plan.library import PlanLibrary
from signals.plan.timing import TimingPlan
from signals.sentences import said
from vision.arrays import F64

log = logging.getLogger(__name__)

HAPPENINGS = 200
PRIORITY = {Kind.BUS: PriorityKind.BUS, Kind.EMERGENCY: PriorityKind.EMERGENCY}

# (junction, its stored plan, now) -> its lamps
MakeStreet = Callable[[Junction, TimingPlan, float], Street]


@dataclass(frozen=True, slots=True)
class JunctionState:
    """A junction at one moment. mode: of the guard, or starting. stage None: between two. position None: while its
    traffic chooses the stages, or it starts."""

    name: str
    at: datetime
    mode: str
    stage: str | None
    lamps: tuple[LampState, ...]
    position: Position | None
    hold: Hold | None
    priorities: tuple[PriorityRequest, ...]
    notes: tuple[str, ...]
    control: ControlState


class LiveJunction:
    """Lamps behind the guard that stands before every controller. holidays: public ones, as known now.

    approaches: None where nothing is known of them: then only plans run. street: None for a virtual controller.
    """

    def __init__(
        self,
        library: PlanLibrary,
        now_s: float,
        holidays: Collection[date] = (),
        start_up: StartUp | None = None,
        *,
        out_of_service: bool = False,
        approaches: Approaches | None = None,
        street: MakeStreet | None = None,
    ) -> None:
        """out_of_service: as in Cabinet."""
        self._lock = RLock()
        self._holidays, self.library, self.control = holidays, library, Control.PLAN
        first = next(iter(library.plans.values()))
        self._street: Street = (
            street(library.junction, first, now_s)
            if street is not None
            else VirtualStreet(library.junction, first, start_up or StartUp(), now_s, out_of_service=out_of_service)
        )
        self.wishes = Wishes(library.junction)
        self._plan = PlanRunner(library, self.wishes)
        self._lamps_since_s = np.full(len(library.junction.movements), now_s)
        self._runs, self._runs_since_s = Control.PLAN, now_s
        self._why: FellBack | None = None
        self.happened: deque[Happening] = deque(maxlen=HAPPENINGS)
        self._conductor: Conductor | None = None
        self.approaches: Approaches | None = None
        self._know(approaches, now_s)

    @property
    def name(self) -> str:
        return self.junction.name

    @property
    def junction(self) -> Junction:
        return self.library.junction

    def publish(self, library: PlanLibrary, approaches: Approaches | None = None, now_s: float = 0.0) -> None:
        """New plans for the same junction run from the next cycle on. LiveError where the junction itself differs."""
        with self._lock:
            if library.junction != self.junction:
                sentence = said(
                    "The library describes another {name} than the one that runs: movements, stages and limits are "
                    "changed with the junction out of service, not by publishing.",
                    name=library.junction.name,
                )
                raise LiveError("junction", sentence)
            self.library = library
            self._plan.replace_library(library)
            self._know(approaches, now_s)

    def _know(self, approaches: Approaches | None, now_s: float) -> None:
        self.approaches = approaches
        self._conductor = None
        if approaches is not None and approaches.seen:
            longest_red_s = float(self._street.table.max_red_s.min())
            stored = next(iter(self.library.plans.values()))
            self._conductor = Conductor(self.junction, approaches, stored, longest_red_s, now_s)

    def why_only_plans(self) -> str | None:
        """One sentence; None where its traffic may choose the stages."""
        if not self._street.takes_stages:
            return said(
                "The controller of {name} runs its stored plans and takes no stages: wanted one that can be asked for "
                "a stage, found one that cannot, or that is only watched.",
                name=self.name,
            )
        if self._conductor is None:
            return said(
                "Nobody watches the traffic at {name}: wanted at least one movement with a camera or detector under "
                "approaches of its library, found none.",
                name=self.name,
            )
        return None

    def set_control(self, control: Control) -> None:
        """From now on. LiveError where only plans can run here; then nothing has changed."""
        with self._lock:
            why = self.why_only_plans()
            if control is not Control.PLAN and why is not None:
                raise LiveError("control", why)
            self.control = control

    def tell(self, words: Sequence[Word], now_s: float) -> None:
        """What detectors say now, all of it or nothing. Raises LiveError."""
        with self._lock:
            if self._conductor is None:
                sentence = said("{name} has no approaches in its library: nobody listens to it.", name=self.name)
                raise LiveError("approaches", sentence)
            self._conductor.book.tell(words, now_s)

    def tell_facts(self, facts: Sequence[Fact], now_s: float) -> None:
        with self._lock:
            for fact in facts if self._conductor is not None else ():
                assert self._conductor is not None
                self._conductor.book.tell_fact(fact, now_s)

    def crossed(self, movement: str, at_s: float, now_s: float, *, upstream: bool) -> None:
        """One vehicle over the movement's stop line, or over the line before it."""
        with self._lock:
            if self._conductor is not None:
                self._conductor.book.crossed(movement, at_s, upstream=upstream, now_s=now_s)

    def expect(self, usual_vps: F64) -> None:
        """(m,) vehicles a second that other days lead one to expect now; NaN: not known."""
        with self._lock:
            if self._conductor is not None:
                self._conductor.expect(usual_vps)

    def measured(self, saturation_ups: F64) -> None:
        """(m,) units per second of green as measured lately; NaN: not measured."""
        with self._lock:
            if self._conductor is not None:
                self._conductor.measured(saturation_ups)

    def hear(self, neighbour: str, told: Announcement, now_s: float) -> None:
        with self._lock:
            if self._conductor is not None:
                self._conductor.hear(neighbour, told, now_s)

    def take_leaving(self) -> Leaving | None:
        """Who is foreseen to leave, once for each decision of a junction whose traffic chooses; else None."""
        with self._lock:
            if self._conductor is None or self._runs is not Control.ADAPTIVE:
                return None
            told, self._conductor.leaving = self._conductor.leaving, None
            return told

    def step(self, moment: datetime, now_s: float) -> None:
        """moment: naive, the junction's local time; now_s: its steady clock."""
        with self._lock:
            before = self._street.shown.copy()
            wished = self._wish(moment, now_s)
            if wished is not None:
                self._street.wish(wished, now_s)
            self._street.step(now_s)
            changed = self._street.shown != before
            self._lamps_since_s = np.where(changed, now_s, self._lamps_since_s)

    def hold(self, stage: str, seconds: float, person: str, reason: str, now_s: float) -> Hold:
        with self._lock:
            return self.wishes.hold_stage(stage, seconds, person, reason, now_s)

    def release(self) -> Hold | None:
        with self._lock:
            return self.wishes.release()

    def ask(self, request: PriorityRequest, now_s: float) -> None:
        with self._lock:
            self.wishes.ask(request, now_s)

    def cancel(self, name: str) -> PriorityRequest | None:
        with self._lock:
            return self.wishes.cancel(name)

    @property
    def flashes(self) -> bool:
        """Put out of service by the monitor."""
        return self._street.flashes

    def why_out(self) -> str:
        """What the monitor saw last; empty where it saw nothing."""
        return self._street.why_out()

    def clear(self, person: str, reason: str, now_s: float) -> None:
        """By a person who has stood before it."""
        with self._lock:
            self._street.clear(person, reason, now_s)
            self._plan.overruled(now=True)

    def state(self, moment: datetime, now_s: float) -> JunctionState:
        with self._lock:
            street = self._street
            row, position = street.stage(), self._plan.position
            return JunctionState(
                name=self.name,
                at=moment,
                mode="starting" if street.starting else (street.mode or "off"),
                stage=self.junction.stages[row - 1].name if row else None,
                lamps=tuple(self._lamp(i, now_s) for i in range(len(self.junction.movements))),
                position=position,
                hold=self.wishes.hold,
                priorities=self.wishes.open(now_s),
                notes=(position.why,) if position is not None and position.why else (),
                control=self._control_state(now_s),
            )

    def _control_state(self, now_s: float) -> ControlState:
        conductor = self._conductor
        return ControlState(
            asked=self.control,
            runs=self._runs,
            why=self._why,
            since_s=now_s - self._runs_since_s,
            possible=self.why_only_plans() is None,
            chosen=conductor.chosen if conductor is not None else None,
            approaches=conductor.approaches(now_s) if conductor is not None else (),
        )

    def _wish(self, moment: datetime, now_s: float) -> str | None:
        """None while the lamps start."""
        if self._street.starting:
            self._plan.overruled(now=True)
            self._runs_as(Control.PLAN, FellBack.STARTING, moment, now_s)
            return None
        chosen = self._chosen(moment, now_s)
        if chosen is None:
            planned, early = self._plan.stage(moment, self._holidays, now_s)
            self._plan.overruled(now=self.wishes.hold is not None or self._emergency(now_s))
        else:
            planned, early = chosen, None
            self._plan.away(chosen)
        return self.wishes.stage(planned, early, self._lead_s(), now_s)

    def _chosen(self, moment: datetime, now_s: float) -> str | None:
        """The stage that traffic chooses; None: the plan runs. In its shadow traffic is watched all the same."""
        conductor, asked = self._conductor, self.control
        if conductor is None:
            self._runs_as(Control.PLAN, FellBack.NO_DATA, moment, now_s)
            return None
        conductor.replan(self.library.plans[self.library.at(moment, self._holidays)])
        names = [movement.name for movement in self.junction.movements]
        calls = [
            PriorityCall(names.index(one.movement), PRIORITY[one.kind], one.comes_s, one.until_s)
            for one in self.wishes.open(now_s)
        ]
        shadow = Control.ADAPTIVE if asked is Control.PLAN else asked
        stage = conductor.stage(shadow, self._street.heading, calls, now_s)
        chosen = None if asked is Control.PLAN else stage
        self._runs_as(Control.PLAN if chosen is None else asked, conductor.why, moment, now_s)
        return chosen

    def _runs_as(self, runs: Control, why: FellBack | None, moment: datetime, now_s: float) -> None:
        why = None if self.control is Control.PLAN else why
        if (runs, why) == (self._runs, self._why):
            return
        if runs is not self._runs:
            self._runs_since_s = now_s
        self._runs, self._why = runs, why
        self.happened.append(Happening(moment, runs, why))
        log.info("%s: %s runs%s", self.name, runs, f" ({why})" if why else "")

    def _emergency(self, now_s: float) -> bool:
        return any(
            one.kind is Kind.EMERGENCY and one.comes_s - now_s <= self._lead_s() for one in self.wishes.open(now_s)
        )

    def _lead_s(self) -> float:
        """Time in which any stage can be green, whatever is green now."""
        return float(self._street.table.turn_s.max())

    def _lamp(self, row: int, now_s: float) -> LampState:
        shown, since_s = Aspect(int(self._street.shown[row])), float(now_s - self._lamps_since_s[row])
        name, position = self.junction.movements[row].name, self._plan.position
        if self.wishes.hold is not None and shown is not Aspect.UNKNOWN:
            return LampState(name, ASPECT_NAMES[shown], since_s, None, None)
        return LampState(
            name, ASPECT_NAMES[shown], since_s, *changes(self._street.table, row, shown, since_s, position)
        )
