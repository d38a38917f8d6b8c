"""A fixed-time plan: when each stage of one cycle is green, yellow and all-red."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from signals.errors import Fault, JunctionError
from signals.plan.change import changes
from signals.plan.junction import Junction, Stage
from signals.sentences import said


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
            Fault(
                "junction.stages",
                said(
                    "One green per stage: wanted {stages}, found {green_s}.",
                    stages=len(junction.stages),
                    green_s=len(green_s),
                ),
            )
        )
    return lay_out_stages(junction, list(zip(junction.stages, map(float, green_s), strict=True)), offset_s)


def lay_out_stages(junction: Junction, greens: Sequence[tuple[Stage, float]], offset_s: float = 0.0) -> TimingPlan:
    """These stages of the junction in this order, the others skipped; each with the shortest complete intergreen."""
    following = changes(junction, [stage for stage, _ in greens])
    lengths_s = [green_s + change.intergreen_s for (_, green_s), change in zip(greens, following, strict=True)]
    starts_s = [round(start, 6) for start in accumulate(lengths_s, initial=0.0)]
    stages = tuple(
        StageTiming(stage.name, start, green_s, change.yellow_s, change.all_red_s)
        for (stage, green_s), start, change in zip(greens, starts_s, following, strict=False)
    )
    return TimingPlan(starts_s[-1], stages, offset_s)
