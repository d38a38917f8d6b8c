"""What every optimizer answers: a plan, what it does to each movement, and why it is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from signals.demand.movements import MovementDemand
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan


class OverCapacity(StrEnum):
    """What to do when there is more traffic than the longest allowed cycle can carry."""

    REFUSE = "refuse"
    BEST_EFFORT = "best_effort"


@dataclass(frozen=True, slots=True)
class LostTime:
    """Seconds a stage loses: queues start late by `start_lost_s`, and use `yellow_used_s` of the yellow.

    The defaults are those of the Highway Capacity Manual 2000 (start-up lost time 2 s, extension of green 2 s).
    """

    start_lost_s: float = 2.0
    yellow_used_s: float = 2.0

    @property
    def per_stage_s(self) -> float:
        """Displayed green less effective green."""
        return self.start_lost_s - self.yellow_used_s


@dataclass(frozen=True, slots=True)
class Performance:
    """One movement under the plan. Errors are one standard deviation, from the error of the flow alone.

    green_s: effective green in a cycle; delay_s: control delay per vehicle over 15 minutes.
    """

    movement: str
    green_s: float
    saturation_degree: float
    saturation_degree_error: float
    delay_s: float
    delay_error_s: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """lost_s: per cycle. flow_ratio_sum: Webster's Y. stage_flow_ratios: one per stage, they add up to Y.

    critical: movements that set the timing. reasons, warnings: sentences for the engineer.
    """

    method: str
    plan: TimingPlan
    lost_s: float
    flow_ratio_sum: float
    stage_flow_ratios: tuple[float, ...]
    critical: tuple[str, ...]
    performance: tuple[Performance, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


class FixedTimeOptimizer(Protocol):
    """The port of every method that makes one fixed plan. Pure and deterministic: same input, same proposal."""

    def __call__(
        self, junction: Junction, demands: Sequence[MovementDemand], lost_time: LostTime, over_capacity: OverCapacity
    ) -> Proposal: ...
