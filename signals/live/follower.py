"""Follows a library of plans by the clock: which stage to wish for now, and how it comes back into step."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from signals.errors import PlanError
from signals.plan.library import PlanLibrary
from signals.plan.timing import TimingPlan
from signals.plan.transition import Way, transition


@dataclass(frozen=True, slots=True)
class Position:
    """Where in which cycle a junction is. stage, following: by name; ends_in_s: planned end of the stage's green.

    in_step: the plan runs at its offset; False while cycles of another length bring it there. why: where nothing can.
    """

    plan: str
    cycle: TimingPlan
    into_s: float
    stage: str
    following: str
    ends_in_s: float
    in_step: bool
    why: str


class Follower:
    """Moments are naive datetimes of the junction's own zone; cycles begin at whole seconds after midnight."""

    def __init__(self, library: PlanLibrary, way: Way = Way.SHORT_WAY) -> None:
        self._library, self._way = library, way
        self._cycle: _Cycle | None = None

    def restart(self) -> None:
        """The next cycle begins now: after a hold, a start, or a new library."""
        self._cycle = None

    def replace_library(self, library: PlanLibrary) -> None:
        """From the next cycle on."""
        self._library = library

    def at(self, moment: datetime, holidays: Collection[date]) -> Position:
        cycle = self._cycle
        if cycle is None:
            cycle = self._begin(moment.replace(microsecond=0), holidays)
        while moment >= cycle.began + timedelta(seconds=cycle.timing.cycle_s):
            if moment - cycle.began > timedelta(seconds=2 * cycle.timing.cycle_s):
                cycle = self._begin(moment.replace(microsecond=0), holidays)  # nobody looked for a whole cycle
            else:
                cycle = self._begin(cycle.began + timedelta(seconds=cycle.timing.cycle_s), holidays)
        return cycle.position(max((moment - cycle.began).total_seconds(), 0.0))

    def _begin(self, moment: datetime, holidays: Collection[date]) -> "_Cycle":
        name = self._library.at(moment, holidays)
        plan = self._library.plans[name]
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        since_s = (moment - midnight).total_seconds()
        try:
            changed = transition(self._library.junction, plan, since_s, self._way)
        except PlanError as error:
            self._cycle = _Cycle(name, plan, moment, in_step=False, why=str(error))
        else:
            timing = changed[0] if changed else plan
            self._cycle = _Cycle(name, replace(timing, offset_s=plan.offset_s), moment, in_step=not changed)
        return self._cycle


@dataclass(frozen=True, slots=True)
class _Cycle:
    plan: str
    timing: TimingPlan
    began: datetime
    in_step: bool
    why: str = ""

    def position(self, into_s: float) -> Position:
        """A stage is wished for from the end of the green before it, so that its own begins when the plan says."""
        stages = self.timing.stages
        ends_s = [stage.start_s + stage.green_s for stage in stages]
        row = next((i for i, end_s in enumerate(ends_s) if into_s < end_s), 0)
        wraps = into_s >= ends_s[-1]
        ends_in_s = ends_s[row] - into_s + (self.timing.cycle_s if wraps else 0.0)
        following = stages[(row + 1) % len(stages)].stage
        return Position(self.plan, self.timing, into_s, stages[row].stage, following, ends_in_s, self.in_step, self.why)
