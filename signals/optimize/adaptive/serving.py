"""The adaptive controller as it serves one junction: what its parts (health, neighbours, priority) make of a moment.

Order matters: first a detector that lies is replaced by the stored split, then comes what neighbours announce and what
buses ask for, and only then a stage is chosen. Recovery needs no rule: the next moment is looked at like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from signals.optimize.actuated import ActuatedSettings, choose_actuated
from signals.optimize.adaptive.announced import Announced, Announcement
from signals.optimize.adaptive.health import DetectorFault, HealthLimits, faults_of, stand_in
from signals.optimize.adaptive.priority import PriorityCall, with_priority
from signals.optimize.adaptive.rolling_horizon import HorizonSettings, choose_stage
from signals.optimize.adaptive.swarm import protected
from signals.optimize.adaptive.view import Service, View
from signals.optimize.adaptive.watch import DetectorWatch
from signals.plan.timing import TimingPlan
from vision.arrays import F64, I8


class Way(StrEnum):
    """How stages are chosen; a person may change it at any time."""

    ADAPTIVE = "adaptive"
    ACTUATED = "actuated"


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """stage: number in the Service; faults: (l,) `DetectorFault`; leaving, cost_s, overdue: as in Choice, None, empty
    and False where nothing was planned; way: what chose it."""

    stage: int
    faults: I8
    leaving: F64 | None
    way: Way
    cost_s: tuple[float, ...] = ()
    overdue: bool = False


class AdaptiveController:
    """One junction. seen_s: (l,) how far ahead in time its detectors see; usual_vps: as in DetectorWatch.

    Times are seconds of one steady clock. The same calls in the same order give the same decisions.
    """

    def __init__(
        self,
        service: Service,
        stored: TimingPlan,
        now_s: float,
        *,
        settings: HorizonSettings | None = None,
        seen_s: F64 | None = None,
        usual_vps: F64 | None = None,
        limits: HealthLimits | None = None,
    ) -> None:
        self.way = Way.ADAPTIVE
        self.heard = Announced()
        self._service, self._settings = service, settings or HorizonSettings()
        self._planned = service
        lanes = len(service.saturation)
        self._seen_s = np.full(lanes, np.inf) if seen_s is None else seen_s
        self._limits, self._watch = limits or HealthLimits(), DetectorWatch(service, now_s, usual_vps)
        self._green_share, self._order = green_share(stored, service), order_of(stored, service)
        self._calls: list[PriorityCall] = []
        self._now_s = now_s
        self._red_s, self._was_green = np.zeros(lanes), np.zeros(lanes, np.bool_)

    def ask(self, call: PriorityCall) -> None:
        """A call stays until it lapses. Raises DemandError, when the next stage is chosen, for one that is none."""
        self._calls.append(call)

    def withdraw(self, lane: int) -> None:
        """Whoever asked is through."""
        self._calls = [call for call in self._calls if call.lane != lane]

    def serve_calls(self, calls: Sequence[PriorityCall]) -> None:
        """These are all the calls there are."""
        self._calls = list(calls)

    def replan(self, stored: TimingPlan) -> None:
        """Another plan stands by: its greens stand in from now on."""
        self._green_share, self._order = green_share(stored, self._service), order_of(stored, self._service)

    def expect(self, usual_vps: F64) -> None:
        """(l,) as in DetectorWatch, where other days are known better now."""
        self._watch.expect(usual_vps)

    def carry(self, saturation: F64, *, swarm: bool = False) -> None:
        """(l,) vehicles per second of green, where it is known better now: motorbikes are many to a car. swarm: so many
        that nobody finds a gap among them."""
        self._service = replace(self._service, saturation=saturation)
        self._planned = protected(self._service) if swarm else self._service

    def hear(self, neighbour: str, told: Announcement, now_s: float) -> None:
        self.heard.hear(neighbour, told, now_s, self._settings.step_s)

    def choose(self, view: View, passed: F64, now_s: float) -> Decision:
        """view: what the detectors say; passed: (l,) vehicles over the line since asked last, NaN: not told."""
        faults = faults_of(self._watch.tell(view, passed, now_s), self._limits)
        self._follow(view, now_s)
        settings, ill = self._settings, np.asarray(faults != DetectorFault.NONE, np.bool_)
        announced = self.heard.arrivals(now_s, self._seen_s, settings.step_s, settings.steps)
        now = replace(view, arrivals=view.arrivals + announced)
        if ill.any():
            now = stand_in(self._service, now, ill, self._green_share, self._red_s)
        self._calls = [call for call in self._calls if now_s <= call.until_s]
        if self._calls:
            now = with_priority(now, self._calls, now_s, settings.step_s)
        if self.way is Way.ACTUATED:
            longest = ActuatedSettings(max_red_s=settings.longest_s)
            stage = choose_actuated(self._service, now, settings.step_s, self._order, longest)
            return Decision(stage, faults, None, self.way)
        choice = choose_stage(self._planned, now, settings)
        return Decision(choice.stage, faults, choice.leaving, self.way, choice.cost_s, choice.overdue)

    def _follow(self, view: View, now_s: float) -> None:
        """How long each lane's red has lasted, or lasted before the green it has."""
        green = (self._service.serves[view.stage] > 0) & (view.green_s > 0)
        began = self._was_green & ~green
        self._red_s = np.where(began, 0.0, self._red_s) + np.where(green, 0.0, now_s - self._now_s)
        self._was_green, self._now_s = green, now_s


def green_share(stored: TimingPlan, service: Service) -> F64:
    """(l,) of the stored plan's cycle in which each lane has green, in part or whole."""
    rows, greens_s = _rows(stored, service)
    return np.asarray(greens_s @ (service.serves[rows] > 0) / stored.cycle_s, np.float64)


def order_of(stored: TimingPlan, service: Service) -> tuple[int, ...]:
    return tuple(_rows(stored, service)[0])


def _rows(stored: TimingPlan, service: Service) -> tuple[Sequence[int], F64]:
    rows = [service.stages.index(each.stage) for each in stored.stages]
    return rows, np.array([each.green_s for each in stored.stages])
