"""Comparisons in simulation as JSON: begun, watched and given up by engineers, read by everybody who sees plans."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter

from centre.junctions.answers import CompareIn, ComparisonOut, JunctionPath, VersionPath
from centre.junctions.comparing import Case
from centre.junctions.desk import Engineer, Looker, SignalDesk
from centre.junctions.flows import demands_for, lately_measured
from signals.live.errors import ConflictError, LiveError, UnknownJunctionError
from signals.plan.library import PlanLibrary
from signals.plan.timing import TimingPlan
from signals.sentences import said
from violations.accounts.caller import Caller
from violations.api.problems import problems


def add_comparisons(router: APIRouter, desk: SignalDesk) -> None:
    way = "/{junction}/plans/{number}/comparison"

    @router.post(
        way,
        summary="Drive a proposed plan against the one that runs, in SUMO with equal seeds",
        status_code=HTTPStatus.ACCEPTED,
        responses=problems(404, 409, 422, 503),
    )
    def begin(junction: JunctionPath, number: VersionPath, asked: CompareIn, caller: Engineer) -> ComparisonOut:
        """Long work, one at a time: ask again with GET, give up with DELETE. The result is kept with the version. 503
        where SUMO is not installed."""
        return begin_comparison(desk, junction, number, asked, caller)

    @router.get(way, summary="The comparison of a version, and how far it is", responses=problems(404, 422))
    def get_comparison(junction: JunctionPath, number: VersionPath, caller: Looker) -> ComparisonOut:
        found = desk.comparisons.get(junction, number)
        if found is None:
            raise UnknownJunctionError(
                "comparison",
                said("Version {number} of {junction} was not compared yet.", number=number, junction=junction),
            )
        return found

    @router.delete(
        way,
        summary="Give a comparison up",
        status_code=HTTPStatus.NO_CONTENT,
        responses=problems(404, 409, 422),
    )
    def give_up(junction: JunctionPath, number: VersionPath, caller: Engineer) -> None:
        """It ends before its next run; 409 where none is under way."""
        give_up_comparison(desk, junction, number, caller)


def begin_comparison(desk: SignalDesk, name: str, number: int, asked: CompareIn, caller: Caller) -> ComparisonOut:
    """Raises SignalsError."""
    case = comparison_case(desk, name, number, asked)
    begun = desk.comparisons.start(name, number, case, caller.name)
    desk.write_down(caller, "compare", name, version=number, seeds=len(case.seeds))
    return begun


def give_up_comparison(desk: SignalDesk, name: str, number: int, caller: Caller) -> None:
    """Raises ConflictError where none is under way."""
    if not desk.comparisons.give_up(name, number):
        raise ConflictError(
            "comparison", said("No comparison of version {number} of {name} is under way.", number=number, name=name)
        )
    desk.write_down(caller, "give_up", name, version=number)


def comparison_case(desk: SignalDesk, name: str, number: int, asked: CompareIn) -> Case:
    """Raises LiveError where there is nothing to compare with, or no plan of that name; DemandError without flows."""
    shelf = desk.room.shelf
    described, proposed = shelf.load(name, number)
    running = shelf.running(name)
    if running is None:
        raise ConflictError(
            "version",
            said("Nothing runs at {name} yet that version {number} could be compared with.", name=name, number=number),
        )
    _, present = shelf.load(name, running)
    if present.junction != proposed.junction:
        sentence = said(
            "Version {number} describes another {name} than the one that runs: the two cannot meet one traffic.",
            number=number,
            name=name,
        )
        raise LiveError("version", sentence)
    present_plan = asked.present_plan or usual_plan(present, proposed)
    same = present_plan if present_plan in proposed.plans else next(iter(proposed.plans))
    measured = lately_measured(desk.engine, proposed.junction, described.approaches, desk.now())
    return Case(
        junction=proposed.junction,
        demands=demands_for(described, proposed.junction, asked.flows, measured),
        present_version=running,
        present=_named("present_plan", present_plan, present.plans, running),
        proposed=_named("proposed_plan", asked.proposed_plan or same, proposed.plans, number),
        seeds=tuple(range(1, asked.seeds + 1)),
    )


def usual_plan(present: PlanLibrary, proposed: PlanLibrary) -> str:
    """The first plan of the present library that the proposed one changes; without any the first of all."""
    changed = (name for name, plan in present.plans.items() if proposed.plans.get(name, plan) != plan)
    return next(changed, next(iter(present.plans)))


def _named(where: str, plan: str, plans: Mapping[str, TimingPlan], number: int) -> tuple[str, TimingPlan]:
    if plan not in plans:
        raise LiveError(
            where,
            said(
                "Version {number} has no plan {plan} (it has: {plans}).",
                number=number,
                plan=plan,
                plans=", ".join(plans),
            ),
        )
    return plan, plans[plan]
