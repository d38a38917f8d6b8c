"""Chooses the stages of a live junction from its traffic, or says that the stored plan must run, and since when.

What it may choose is the adaptive controller's; when it may choose at all is decided here: a dead man's timer on what
is heard, detectors that are not believed, and a controller that fails. Nothing here can do more than wish.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from signals.live.approaches import Approaches
from signals.live.control import ApproachState, Chosen, Control, FellBack, Reason, Source
from signals.live.traffic import TrafficBook
from signals.optimize.adaptive.announced import Announcement
from signals.optimize.adaptive.health import DetectorFault, HealthLimits
from signals.optimize.adaptive.priority import PriorityCall
from signals.optimize.adaptive.rolling_horizon import HorizonSettings
from signals.optimize.adaptive.serving import AdaptiveController, Decision, Way
from signals.optimize.adaptive.view import Service, View
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from vision.arrays import F64, Bool

log = logging.getLogger(__name__)

EVERY_S = 2.0
# Data must have been good for so long before they time lamps again; a controller that failed is tried again after so
# long.
GOOD_FOR_S, TRY_AGAIN_S = 5.0, 60.0
# Silence is found out by the book; who has said nothing when it is asked is silent.
LIMITS = HealthLimits(silent_s=0.01)


@dataclass(frozen=True, slots=True)
class Leaving:
    """vehicles: (m, steps) foreseen to leave, from at_s on, in steps of step_s."""

    vehicles: F64
    at_s: float
    step_s: float


class Conductor:
    """One junction. stored: whose greens stand in for an approach that nobody sees; longest_red_s: of anybody.

    Times are seconds of the junction's steady clock. The same calls in the same order give the same stages.
    """

    def __init__(
        self, junction: Junction, approaches: Approaches, stored: TimingPlan, longest_red_s: float, now_s: float
    ) -> None:
        self.book = TrafficBook(approaches)
        self._junction, self._approaches, self._stored = junction, approaches, stored
        self._settings = replace(HorizonSettings(), longest_s=longest_red_s)
        # As many vehicles as could ever go: how many of them are motorbikes is told only later.
        self._service = Service.of(junction, approaches.saturation_ups / approaches.least_units)
        self._limit_s = [junction.max_green_s(stage) or np.inf for stage in junction.stages]
        self._usual_vps: F64 | None = None
        self._saturation_ups = approaches.saturation_ups
        self._broken_until_s = -np.inf
        self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        """Nothing is known of the past."""
        sees_s = np.where(self._approaches.watched, self._approaches.sees_s, 0.0)
        self._controller = AdaptiveController(
            self._service,
            self._stored,
            now_s,
            settings=self._settings,
            seen_s=sees_s,
            usual_vps=self._usual_vps,
            limits=LIMITS,
        )
        self.leaving: Leaving | None = None
        self._stage, self._left, self._since_s = 0, 0, now_s
        self._waited_s = np.zeros(len(self._approaches.names))
        self._looked_s, self._next_s = now_s, now_s
        self._faults = np.zeros(len(self._approaches.names), np.int8)
        self._queued = self._arriving = np.full(len(self._approaches.names), np.nan)
        self._good_since_s: float | None = None
        self._sources: list[Source] = []
        self._control = Control.PLAN
        self.chosen: Chosen | None = None
        self._wish: str | None = None
        self.why: FellBack | None = FellBack.RETURNING

    def replan(self, stored: TimingPlan) -> None:
        """Another plan stands by from now on."""
        if stored != self._stored:
            self._stored = stored
            self._controller.replan(stored)

    def expect(self, usual_vps: F64) -> None:
        """(m,) vehicles a second that other days lead one to expect now; NaN: not known."""
        self._usual_vps = usual_vps
        self._controller.expect(usual_vps)

    def measured(self, saturation_ups: F64) -> None:
        """(m,) as in Approaches; NaN: not measured, so that what the library says holds."""
        good = np.isfinite(saturation_ups) & (saturation_ups > 0)
        self._saturation_ups = np.where(good, saturation_ups, self._approaches.saturation_ups)

    def hear(self, neighbour: str, told: Announcement, now_s: float) -> None:
        self._controller.hear(neighbour, told, now_s)

    def stage(self, control: Control, heading: str | None, calls: Sequence[PriorityCall], now_s: float) -> str | None:
        """The stage to wish for; None: the stored plan shall run, and `why` says why.

        heading: the stage that is green or that the running change leads to; None before the first.
        """
        self._follow(heading, now_s)
        sources = self.book.source(now_s)
        if now_s >= self._next_s or sources != self._sources or control is not self._control:
            self._sources, self._control = sources, control
            self._next_s = now_s + EVERY_S
            self._decide(control, calls, now_s)
        self.why = self._why_not(now_s)
        return None if self.why is not None else self._wish

    def approaches(self, now_s: float) -> tuple[ApproachState, ...]:
        """Of who drives, in the order of the junction."""
        ages_s, ill = self.book.age_s(now_s), self._ill()
        sources = self.book.source(now_s)
        return tuple(
            ApproachState(
                movement=name,
                source=sources[row],
                fault=DetectorFault(int(self._faults[row])).name.lower(),
                queued=None if sources[row] is Source.NONE else _known(self._queued[row]),
                coming=None if sources[row] is Source.NONE else _known(self._arriving[row]),
                age_s=_known(ages_s[row]),
                stands_in=bool(ill[row]) or sources[row] is Source.NONE,
            )
            for row, name in enumerate(self._approaches.names)
            if not self._approaches.walks[row]
        )

    def _follow(self, heading: str | None, now_s: float) -> None:
        """Which stage the guard leads to, whatever was wished."""
        stage = self._service.stages.index(heading) if heading in self._service.stages else self._stage
        if stage != self._stage:
            self._left, self._stage, self._since_s = self._stage, stage, now_s

    def _green_s(self, now_s: float) -> float:
        """How long the stage is green; below 0: so long until it is."""
        return now_s - self._since_s - float(self._service.intergreen_s[self._left, self._stage])

    def _decide(self, control: Control, calls: Sequence[PriorityCall], now_s: float) -> None:
        """Of a junction that nobody sees nothing is asked."""
        seen = any(source is not Source.NONE for source in self._sources)
        if now_s < self._broken_until_s or not seen:
            self.chosen, self.leaving = None, None
            return
        try:
            self._choose(control, calls, now_s)
        except Exception:
            # The one place where a mistake of the optimizer, whatever it is, must end in the stored plan.
            log.exception("%s: no stage could be chosen; its plan runs", self._junction.name)
            self._begin(now_s)
            self._broken_until_s = now_s + TRY_AGAIN_S

    def _choose(self, control: Control, calls: Sequence[PriorityCall], now_s: float) -> None:
        controller, settings = self._controller, self._settings
        controller.way = Way.ACTUATED if control is Control.ACTUATED else Way.ADAPTIVE
        served = np.asarray(self._service.serves[self._stage] > 0, np.bool_)
        heard = self.book.look(served, now_s, settings.step_s, settings.steps)
        self._wait(heard.queued, served, now_s)
        units = np.where(np.isfinite(heard.units), heard.units, self._approaches.car_units)
        units = np.where(self._approaches.walks, 1.0, np.maximum(units, self._approaches.least_units))
        saturation_vps = self._saturation_ups / units
        controller.carry(saturation_vps)
        controller.serve_calls(calls)
        view = View(self._stage, self._green_s(now_s), heard.queued, heard.arrivals, heard.outflow, self._waited_s)
        decision = controller.choose(view, heard.passed, now_s)
        self._faults, self._queued, self._arriving = decision.faults, heard.queued, heard.arrivals.sum(axis=1)
        self.chosen = self._within_longest(self._read(decision, view), view)
        self._wish = self.chosen.stage
        self.leaving = None if decision.leaving is None else Leaving(decision.leaving, now_s, settings.step_s)

    def _wait(self, queued: F64, served: Bool, now_s: float) -> None:
        passed_s, self._looked_s = now_s - self._looked_s, now_s
        waits = (queued >= 0.5) & ~served
        self._waited_s = np.where(waits, self._waited_s + passed_s, 0.0)

    def _read(self, decision: Decision, view: View) -> Chosen:
        stages = self._service.stages
        told = decision.cost_s or (np.nan,) * len(stages)
        costs_s = {name: _known(cost_s) for name, cost_s in zip(stages, told, strict=True)}
        if view.green_s < self._service.min_green_s[view.stage]:
            if self.chosen is not None and self.chosen.stage == stages[decision.stage]:
                return self.chosen  # as it was when it was chosen
            reason = Reason.LEAST_GREEN
        elif decision.way is Way.ACTUATED:
            reason = Reason.EXTENDED if decision.stage == view.stage else Reason.CALLED
        else:
            reason = Reason.OVERDUE if decision.overdue else Reason.CHEAPEST
        return Chosen(stages[decision.stage], reason, costs_s)

    def _within_longest(self, chosen: Chosen, view: View) -> Chosen:
        """A stage that has had its longest green makes way for whoever else waits."""
        stages = self._service.stages
        if chosen.stage != stages[view.stage] or view.green_s < self._limit_s[view.stage]:
            return chosen
        waits = (view.queued >= 0.5) & ~(self._service.serves[view.stage] > 0)
        others = [
            row
            for row in range(len(stages))
            if row != view.stage and bool((self._service.serves[row] > 0)[waits].any())
        ]
        if not others:
            return chosen
        costs_s = [chosen.cost_s[stages[row]] for row in others]
        after = [(row - view.stage) % len(stages) for row in others]
        best = min(
            range(len(others)), key=lambda i: (np.inf if costs_s[i] is None else float(costs_s[i] or 0.0), after[i])
        )
        return Chosen(stages[others[best]], Reason.MOST_GREEN, chosen.cost_s)

    def _ill(self) -> Bool:
        return np.asarray((self._faults != DetectorFault.NONE) & ~self._approaches.walks, np.bool_)

    def _why_not(self, now_s: float) -> FellBack | None:
        if now_s < self._broken_until_s:
            self._good_since_s = None
            return FellBack.BROKEN
        known = np.array([source is not Source.NONE for source in self._sources], np.bool_)
        good = known & ~self._approaches.walks & ~self._ill()
        if not good.any():
            self._good_since_s = None
            return FellBack.NO_DATA
        if self._good_since_s is None:
            self._good_since_s = now_s
        runs = self.why is None or now_s - self._good_since_s >= GOOD_FOR_S
        return None if runs and self._wish is not None else FellBack.RETURNING


def _known(value: float | np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None
