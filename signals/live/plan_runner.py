"""A junction that runs by its plans: which stage now, how a bus may bend it, and how it comes back once left."""

from collections.abc import Collection
from datetime import date, datetime

from signals.live.follower import Follower, Position
from signals.live.wishes import BUS_CHANGE_S, Kind, Wishes
from signals.plan.library import PlanLibrary


class PlanRunner:
    """position: where in which cycle; None while the plan does not run."""

    def __init__(self, library: PlanLibrary, wishes: Wishes) -> None:
        self._follower, self._wishes, self._junction = Follower(library), wishes, library.junction
        self._stage_before: str | None = None
        self._left = True
        self.position: Position | None = None

    def replace_library(self, library: PlanLibrary) -> None:
        """From the next cycle on."""
        self._follower.replace_library(library)

    def overruled(self, *, now: bool) -> None:
        """Whether another stage than the plan's is wished for: who left the plan begins a cycle of it anew."""
        self._left = now

    def away(self, shown: str | None) -> None:
        """Something else chooses, this stage now."""
        self._left, self.position, self._stage_before = True, None, shown

    def stage(self, moment: datetime, holidays: Collection[date], now_s: float) -> tuple[str, str | None]:
        """The stage of the plan, and the one that follows where it comes so soon that a bus may have it at once."""
        if self._left:
            self._follower.restart()
        self.position = position = self._follower.at(moment, holidays)
        early = position.following if position.ends_in_s <= BUS_CHANGE_S else None
        self._stage_before = planned = self._lengthened(position, now_s)
        return planned, early

    def _lengthened(self, position: Position, now_s: float) -> str:
        """A bus that its green would just miss keeps it a little longer."""
        before = self._stage_before
        if before is None or before == position.stage:
            return position.stage
        late_s = position.into_s - next(
            (stage.start_s + stage.green_s for stage in position.cycle.stages if stage.stage == before), position.into_s
        )
        serving = self._junction.stage(before)
        if serving is None:
            return position.stage
        just_missed = any(
            one.kind is Kind.BUS and one.movement in serving.movements and one.comes_s - now_s <= BUS_CHANGE_S - late_s
            for one in (self._wishes.open(now_s) if 0 <= late_s < BUS_CHANGE_S else ())
        )
        return before if just_missed else position.stage
