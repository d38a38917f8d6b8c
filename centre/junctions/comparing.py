"""A proposed version of plans driven in SUMO against the one that runs: one comparison at a time, with its progress, to
be given up at any moment, and its result kept beside the version."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from typing import Protocol

from centre.junctions.answers import ComparedOut, ComparisonOut, FlowOut, RanOut
from signals.demand.movements import MovementDemand
from signals.errors import SignalsError
from signals.live.errors import ConflictError
from signals.live.shelf import PlanShelf
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from signals.sentences import said
from signals.sumo.compare import Compared, Progress, Ran, compare_plans
from signals.sumo.simulate import find_sumo

log = logging.getLogger(__name__)

KEPT = "compared.json"


class Runner(Protocol):
    """Drives both plans; signals/sumo/compare.py is the one of the product."""

    def __call__(
        self,
        junction: Junction,
        demands: Sequence[MovementDemand],
        present: TimingPlan,
        proposed: TimingPlan,
        *,
        seeds: Sequence[int],
        progress: Progress,
    ) -> Compared: ...


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared: two plans by name, of the version that runs and of the proposed one, under the same traffic."""

    junction: Junction
    demands: tuple[MovementDemand, ...]
    present_version: int
    present: tuple[str, TimingPlan]
    proposed: tuple[str, TimingPlan]
    seeds: tuple[int, ...]


class _GivenUpError(Exception):
    """Raised within the runner's progress."""


class Comparisons:
    """Of one process: that which runs the junctions. run, look: the runner, and whether there is a SUMO for it."""

    def __init__(
        self,
        shelf: PlanShelf,
        now: Callable[[], datetime],
        run: Runner = compare_plans,
        look: Callable[[], object] = find_sumo,
    ) -> None:
        self._shelf, self._now, self._run, self._look = shelf, now, run, look
        self._lock = Lock()
        self._known: dict[tuple[str, int], ComparisonOut] = {}
        self._given_up = False

    def possible(self) -> bool:
        """Whether there is a SUMO here."""
        try:
            self._look()
        except SignalsError:
            return False
        return True

    def start(self, name: str, number: int, case: Case, person: str) -> ComparisonOut:
        """Raises SumoError without a SUMO, ConflictError while another one is under way: the machine serves others."""
        self._look()
        with self._lock:
            busy = next((key for key, one in self._known.items() if one.state == "running"), None)
            if busy is not None:
                sentence = said(
                    "The comparison of {name}, version {number}, is under way: wait for it or give it up.",
                    name=busy[0],
                    number=busy[1],
                )
                raise ConflictError("comparison", sentence)
            self._given_up = False
            begun = ComparisonOut(
                junction=name,
                number=number,
                state="running",
                done=0,
                of=2 * len(case.seeds),
                person=person,
                at=self._now().isoformat(timespec="seconds"),
                problem=None,
                result=None,
            )
            self._known[name, number] = begun
        Thread(target=self._carry_out, args=(name, number, case), daemon=True, name="comparison").start()
        return begun

    def get(self, name: str, number: int) -> ComparisonOut | None:
        """The last one of a version, under way or over; None where there was none."""
        known = self._known.get((name, number))
        if known is not None:
            return known
        text = self._shelf.beside(name, number, KEPT)
        return None if text is None else ComparisonOut.model_validate_json(text)

    def give_up(self, name: str, number: int) -> bool:
        """Ends before its next run. False where it is not under way."""
        with self._lock:
            known = self._known.get((name, number))
            if known is None or known.state != "running":
                return False
            self._given_up = True
        return True

    def close(self) -> None:
        self._given_up = True

    def _carry_out(self, name: str, number: int, case: Case) -> None:
        tell = partial(self._tell, name, number)
        try:
            found = self._run(
                case.junction,
                case.demands,
                case.present[1],
                case.proposed[1],
                seeds=case.seeds,
                progress=self._progress(tell),
            )
            result = _compared_out(case, found)
            over = self._known[name, number].model_copy(update={"state": "done", "result": result})
            # Kept before it is told: whoever hears that it is over may ask another process for it.
            self._shelf.keep_beside(name, number, KEPT, over.model_dump_json(indent=1))
        except _GivenUpError:
            tell(state="given_up")
        except (SignalsError, OSError) as error:
            tell(state="failed", problem=str(error))
        except Exception:
            log.exception("The comparison of %s, version %d, broke off", name, number)
            tell(state="failed", problem="The comparison broke off; the centre's log says why.")
        else:
            tell(state="done", result=result)

    def _progress(self, tell: Callable[..., None]) -> Progress:
        def progress(done: int, of: int) -> None:
            if self._given_up:
                raise _GivenUpError
            tell(done=done, of=of)

        return progress

    def _tell(self, name: str, number: int, **changes: object) -> None:
        with self._lock:
            self._known[name, number] = self._known[name, number].model_copy(update=changes)


def _compared_out(case: Case, found: Compared) -> ComparedOut:
    return ComparedOut(
        present_version=case.present_version,
        present_plan=case.present[0],
        proposed_plan=case.proposed[0],
        seeds=list(found.seeds),
        flows=[
            FlowOut(movement=one.movement, units_h=round(one.flow.units_h, 1), origin=one.flow.origin)
            for one in case.demands
        ],
        present=_ran_out(found.present),
        proposed=_ran_out(found.proposed),
        saved_s=round(found.saved_s, 2),
        error_s=None if found.error_s is None else round(found.error_s, 2),
        saved_share=round(found.saved_share, 4),
        better=found.better,
    )


def _ran_out(ran: Ran) -> RanOut:
    return RanOut(
        median_delay_s=round(ran.median_s, 2),
        delay_s=[round(one, 2) for one in ran.delay_s],
        by_approach_s={name: round(delay_s, 2) for name, delay_s in ran.by_approach_s.items()},
        worst=ran.worst,
        vehicles=ran.vehicles,
        never_entered=ran.never_entered,
    )
