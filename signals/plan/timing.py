"""A fixed-time plan: when each stage of one cycle is green, yellow and all-red."""

from dataclasses import dataclass
from itertools import accumulate

from signals.errors import Fault, JunctionError
from signals.plan.change import changes
from signals.plan.junction import Junction


@dataclass(frozen=True, slots=True)
class StageTiming:
    """`start_s`: start of green, from the start of the cycle; yellow and all-red follow the green."""

    stage: str
    start_s: float
    green_s: float
    yellow_s: float
    all_red_s: float

    @property
    def end_s(self) -> float:
        """End of the all-red: the next stage may start."""
        return self.start_s + self.green_s + self.yellow_s + self.all_red_s


@dataclass(frozen=True, slots=True)
class TimingPlan:
    """`offset_s`: start of the cycle after the common zero of the corridor; 0 for a junction on its own."""

    cycle_s: float
    stages: tuple[StageTiming, ...]
    offset_s: float = 0.0


def lay_out(junction: Junction, green_s: tuple[int, ...], offset_s: float = 0.0) -> TimingPlan:
    """The junction's stages in order, each with its green and the shortest complete intergreen after it."""
    if len(green_s) != len(junction.stages):
        raise JunctionError(
            Fault("junction.stages", f"One green per stage: wanted {len(junction.stages)}, found {len(green_s)}.")
        )
    following = changes(junction)
    lengths_s = [green + change.intergreen_s for green, change in zip(green_s, following, strict=True)]
    starts_s = [round(start, 6) for start in accumulate(lengths_s, initial=0.0)]
    stages = tuple(
        StageTiming(stage.name, start, float(green), change.yellow_s, change.all_red_s)
        for stage, start, green, change in zip(junction.stages, starts_s, green_s, following, strict=False)
    )
    return TimingPlan(starts_s[-1], stages, offset_s)
