"""Everything about one junction and its demand that stays the same while a cycle is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from signals.demand.movements import MovementDemand
from signals.errors import Fault, JunctionError
from signals.optimize.critical import stage_flow_ratios
from signals.optimize.proposal import LostTime
from signals.plan.change import CycleBounds, changes, cycle_bounds
from signals.plan.junction import Junction
from signals.sentences import said


@dataclass(frozen=True, slots=True)
class Service:
    """How the stages serve one movement: effective green is the displayed greens of `stages` plus `more_s`.

    Both are the same for every cycle. A movement of all stages is never interrupted: then `whole` is True.
    """

    ratio: float
    stages: tuple[int, ...]
    more_s: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Case:
    """ratios: flow ratio per stage. services: one per demand. intergreen_s and lost_s: per cycle, all stages."""

    junction: Junction
    demands: tuple[MovementDemand, ...]
    lost_time: LostTime
    ratios: tuple[float, ...]
    services: tuple[Service, ...]
    bounds: CycleBounds
    intergreen_s: float
    lost_s: float

    @property
    def ratio_sum(self) -> float:
        """Webster's Y."""
        return sum(self.ratios)

    def highest_degree(self, cycle_s: int, green_s: Sequence[int]) -> float:
        """The largest degree of saturation among the movements, for these displayed greens."""
        return max(
            service.ratio
            if service.whole
            else service.ratio * cycle_s / (sum(green_s[i] for i in service.stages) + service.more_s)
            for service in self.services
        )


def make_case(junction: Junction, demands: tuple[MovementDemand, ...], lost_time: LostTime) -> Case:
    """Raises JunctionError for limits that nothing can meet."""
    bounds = cycle_bounds(junction)
    if lost_time.yellow_used_s > junction.yellow_s:
        sentence = said(
            "Drivers cannot use {yellow_used_s:g} s of a yellow of {yellow_s:g} s.",
            yellow_used_s=lost_time.yellow_used_s,
            yellow_s=junction.yellow_s,
        )
        raise JunctionError(Fault("yellow_used_s", sentence))
    if min(bounds.min_green_s) <= lost_time.per_stage_s:
        sentence = said(
            "A least green of {min_green_s} s would be lost whole in starting ({per_stage_s:g} s): lengthen it.",
            min_green_s=min(bounds.min_green_s),
            per_stage_s=lost_time.per_stage_s,
        )
        raise JunctionError(Fault("junction.limits.min_green_s", sentence))
    following_s = [change.intergreen_s for change in changes(junction)]
    return Case(
        junction=junction,
        demands=demands,
        lost_time=lost_time,
        ratios=stage_flow_ratios(junction, demands),
        services=tuple(_service(junction, demand, following_s, lost_time) for demand in demands),
        bounds=bounds,
        intergreen_s=sum(following_s),
        lost_s=sum(following_s) + lost_time.per_stage_s * len(junction.stages),
    )


def _service(junction: Junction, demand: MovementDemand, following_s: list[float], lost_time: LostTime) -> Service:
    """A movement keeps its green between neighbouring stages and loses time only where its green begins and ends."""
    runs = [demand.movement in stage.movements for stage in junction.stages]
    stages = tuple(i for i, run in enumerate(runs) if run)
    kept = [i for i in stages if runs[(i + 1) % len(runs)]]
    begins = len(stages) - len(kept)
    more_s = sum(following_s[i] for i in kept) - begins * lost_time.per_stage_s
    return Service(demand.ratio, stages, more_s, whole=begins == 0)
