"""One running junction: a library of plans, the wishes of people and vehicles, and a cabinet with its guard.

`step` several times a second; everything else may be asked at any time from other threads.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from threading import RLock

import numpy as np

from signals.control.guard import Mode
from signals.control.lamps import Aspect
from signals.control.virtual.cabinet import Cabinet, StartUp
from signals.live.errors import LiveError
from signals.live.follower import Follower, Position
from signals.live.wishes import BUS_CHANGE_S, Hold, Kind, PriorityRequest, Wishes
from signals.plan.junction import Junction
from signals.plan.library import PlanLibrary

ASPECT_NAMES = {Aspect.RED: "red", Aspect.YELLOW: "yellow", Aspect.GREEN: "green", Aspect.UNKNOWN: "dark"}


@dataclass(frozen=True, slots=True)
class LampState:
    """One movement now. since_s: how long it has shown this. least_s, most_s: when it changes at the earliest and, by
    the plan, at the latest; None where nobody can say."""

    movement: str
    aspect: str
    since_s: float
    least_s: float | None
    most_s: float | None


@dataclass(frozen=True, slots=True)
class JunctionState:
    """A junction at one moment. mode: of the guard, or starting. stage None: between two."""

    name: str
    at: datetime
    mode: str
    stage: str | None
    lamps: tuple[LampState, ...]
    position: Position | None
    hold: Hold | None
    priorities: tuple[PriorityRequest, ...]
    notes: tuple[str, ...]


class LiveJunction:
    """A virtual controller behind the same guard that stands before a real one. holidays: public ones, as known now."""

    def __init__(
        self,
        library: PlanLibrary,
        now_s: float,
        holidays: Collection[date] = (),
        start_up: StartUp | None = None,
        *,
        out_of_service: bool = False,
    ) -> None:
        """out_of_service: as in Cabinet."""
        self._lock = RLock()
        self._holidays = holidays
        self._start_up = start_up or StartUp()
        self._install(library, now_s, out_of_service=out_of_service)

    @property
    def name(self) -> str:
        return self.junction.name

    @property
    def junction(self) -> Junction:
        return self.library.junction

    def _install(self, library: PlanLibrary, now_s: float, *, out_of_service: bool) -> None:
        self.library = library
        first = next(iter(library.plans.values()))
        self._cabinet = Cabinet(library.junction, first, self._start_up, now_s, out_of_service=out_of_service)
        self._follower = Follower(library)
        self.wishes = Wishes(library.junction)
        self._lamps_since_s = np.full(len(library.junction.movements), now_s)
        self._position: Position | None = None
        self._stage_before: str | None = None
        self._left_plan = True

    def publish(self, library: PlanLibrary) -> None:
        """New plans for the same junction run from the next cycle on. LiveError where the junction itself differs."""
        with self._lock:
            if library.junction != self.junction:
                sentence = (
                    f"The library describes another {library.junction.name} than the one that runs: movements, stages "
                    "and limits are changed with the junction out of service, not by publishing."
                )
                raise LiveError("junction", sentence)
            self.library = library
            self._follower.replace_library(library)

    def step(self, moment: datetime, now_s: float) -> None:
        """moment: naive, the junction's local time; now_s: its steady clock."""
        with self._lock:
            before = self._cabinet.shown.copy()
            wished = self._wish(moment, now_s)
            if wished is not None:
                self._cabinet.wish(wished, now_s)
            self._cabinet.step(now_s)
            changed = self._cabinet.shown != before
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
        return self._cabinet.flashes

    def why_out(self) -> str:
        """What the monitor saw last; empty where it saw nothing."""
        guard = self._cabinet.guard
        return next((one.detail for one in reversed(guard.log) if one.what == Mode.FLASHING), "") if guard else ""

    def clear(self, person: str, reason: str, now_s: float) -> None:
        """By a person who has stood before it."""
        with self._lock:
            self._cabinet.clear(person, reason, now_s)
            self._left_plan = True

    def state(self, moment: datetime, now_s: float) -> JunctionState:
        with self._lock:
            cabinet = self._cabinet
            row = cabinet.stage()
            notes = [self._position.why] if self._position is not None and self._position.why else []
            return JunctionState(
                name=self.name,
                at=moment,
                mode="starting" if cabinet.starting else (cabinet.mode or "off"),
                stage=self.junction.stages[row - 1].name if row else None,
                lamps=tuple(self._lamp(i, now_s) for i in range(len(self.junction.movements))),
                position=self._position,
                hold=self.wishes.hold,
                priorities=self.wishes.open(now_s),
                notes=tuple(notes),
            )

    def _wish(self, moment: datetime, now_s: float) -> str | None:
        """None while the cabinet starts. Who left the plan begins a cycle of it anew, and comes back into step."""
        if self._cabinet.starting:
            self._left_plan = True
            return None
        if self._left_plan:
            self._follower.restart()
        self._position = position = self._follower.at(moment, self._holidays)
        planned = self._lengthened(position, now_s)
        early = position.following if position.ends_in_s <= BUS_CHANGE_S else None
        wished = self.wishes.stage(planned, early, self._lead_s(), now_s)
        overruled = self.wishes.hold is not None or self._emergency(now_s)
        self._left_plan = overruled
        self._stage_before = planned
        return wished

    def _lengthened(self, position: Position, now_s: float) -> str:
        """A bus that its green would just miss keeps it a little longer."""
        before = self._stage_before
        if before is None or before == position.stage:
            return position.stage
        late_s = position.into_s - next(
            (stage.start_s + stage.green_s for stage in position.cycle.stages if stage.stage == before), position.into_s
        )
        serving = self.junction.stage(before)
        if serving is None:
            return position.stage
        just_missed = any(
            one.kind is Kind.BUS and one.movement in serving.movements and one.comes_s - now_s <= BUS_CHANGE_S - late_s
            for one in (self.wishes.open(now_s) if 0 <= late_s < BUS_CHANGE_S else ())
        )
        return before if just_missed else position.stage

    def _emergency(self, now_s: float) -> bool:
        return any(
            one.kind is Kind.EMERGENCY and one.comes_s - now_s <= self._lead_s() for one in self.wishes.open(now_s)
        )

    def _lead_s(self) -> float:
        """Time in which any stage can be green, whatever is green now."""
        table = self._cabinet.table
        return float(table.turn_s.max())

    def _lamp(self, row: int, now_s: float) -> LampState:
        movement = self.junction.movements[row].name
        shown = Aspect(int(self._cabinet.shown[row]))
        since_s = float(now_s - self._lamps_since_s[row])
        least_s, most_s = self._changes(row, shown, since_s)
        return LampState(movement, ASPECT_NAMES[shown], since_s, least_s, most_s)

    def _changes(self, row: int, shown: Aspect, since_s: float) -> tuple[float | None, float | None]:
        position, table = self._position, self._cabinet.table
        if position is None or shown is Aspect.UNKNOWN or self.wishes.hold is not None:
            return None, None
        if shown is Aspect.YELLOW:
            left_s = max(self.junction.yellow_s - since_s, 0.0)
            return left_s, left_s
        planned_s = self._planned_change_s(row, shown, position)
        if shown is Aspect.GREEN:
            least_s = max(float(table.min_green_s[row]) - since_s, 0.0)
            return min(least_s, planned_s), max(planned_s, least_s)
        return min(planned_s, self.junction.yellow_s), planned_s

    def _planned_change_s(self, row: int, shown: Aspect, position: Position) -> float:
        """Until the plan next ends this movement's green, or begins one."""
        name, cycle = self.junction.movements[row].name, position.cycle
        runs = {stage.name: name in stage.movements for stage in self.junction.stages}
        edges: list[float] = []
        stages = cycle.stages
        for i, stage in enumerate(stages):
            after = stages[(i + 1) % len(stages)]
            if shown is Aspect.GREEN and runs[stage.stage] and not runs[after.stage]:
                edges.append(stage.start_s + stage.green_s)
            if shown is Aspect.RED and runs[stage.stage] and not runs[stages[i - 1].stage]:
                edges.append(stage.start_s)
        return min(((edge - position.into_s) % cycle.cycle_s for edge in edges), default=cycle.cycle_s)
