"""A signal of a SUMO net as a library of plans: what `ngatu signals import` and `ngatu signals fixed` write.

Names of a net hold signs that names here may not, so every other sign becomes `_`. Widths are lanes of 3.2 m, as the
import has them: saturation flows from them are assumed until somebody measures.
"""

import re
from collections.abc import Iterable, Mapping

import yaml

from signals.demand.saturation import NARROWEST_M, WIDEST_M
from signals.errors import Fault, PlanError
from signals.library.convert import library_of
from signals.library.described import (
    IntergreenIn,
    JunctionIn,
    LibraryIn,
    LimitsIn,
    MovementIn,
    PlanIn,
    StageIn,
)
from signals.plan.check import check_plan
from signals.plan.junction import Junction, Movement, MovementKind
from signals.plan.timing import TimingPlan
from signals.sentences import said
from signals.sumo.junctions import LANE_WIDTH_M, SignalJunction

STORED = "stored"
LONGEST_NAME = 80
_OTHER = re.compile(r"[^\w.-]+")


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Each as it may stand in a library, no two alike."""
    found: dict[str, str] = {}
    for name in names:
        plain = _OTHER.sub("_", name)[:LONGEST_NAME].strip("_") or "_"
        tried, number = plain, 2
        while tried in found.values():
            tried, number = f"{plain[: LONGEST_NAME - 4]}_{number}", number + 1
        found[name] = tried
    return found


def plans_of_net(signal: SignalJunction) -> dict[str, TimingPlan]:
    """The net's own, by program, where they keep our limits; else the stored one."""
    return {f"program_{name}": plan for name, plan in signal.fixed.items()} or {STORED: signal.stored}


def library_from(signal: SignalJunction, plans: Mapping[str, TimingPlan]) -> LibraryIn:
    """The first plan runs every day until somebody writes a calendar. Raises PlanError for a plan that may not be
    shown, or that whole seconds cannot say."""
    names = safe_names(movement.name for movement in signal.junction.movements)
    titles = safe_names(plans)
    for plan in plans.values():
        _refuse(plan, signal.junction)
    described = LibraryIn(
        version=1,
        junction=_junction(signal.junction, names),
        plans={titles[name]: _plan(plan) for name, plan in plans.items()},
        days={"workday": {"00:00": titles[next(iter(plans))]}},
    )
    library_of(described)
    return described


def library_text(described: LibraryIn) -> str:
    """As somebody would write it; units and meanings are in docs/schema/plan-library-v1.schema.json."""
    document = described.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def _junction(junction: Junction, names: Mapping[str, str]) -> JunctionIn:
    limits = junction.limits
    return JunctionIn(
        name=junction.name,
        movements=tuple(_movement(movement, names) for movement in junction.movements),
        stages=tuple(
            StageIn(id=stage.name, movements=tuple(names[name] for name in stage.movements))
            for stage in junction.stages
        ),
        yellow_s=junction.yellow_s,
        all_red_s=junction.all_red_s,
        intergreens=tuple(
            IntergreenIn(leaving=names[one.leaving], entering=names[one.entering], intergreen_s=one.intergreen_s)
            for one in junction.intergreens
        ),
        conflicts=tuple((names[one], names[other]) for one, other in junction.conflicts),
        limits=LimitsIn(min_green_s=limits.min_green_s, min_cycle_s=limits.min_cycle_s, max_cycle_s=limits.max_cycle_s),
    )


def _movement(movement: Movement, names: Mapping[str, str]) -> MovementIn:
    if movement.kind is MovementKind.PEDESTRIAN:
        return MovementIn(
            id=names[movement.name], kind=movement.kind, walk_s=movement.walk_s, crossing_m=movement.crossing_m
        )
    width_m = min(max(movement.width_m or LANE_WIDTH_M, NARROWEST_M), WIDEST_M)
    return MovementIn(id=names[movement.name], width_m=round(width_m, 2))


def _plan(plan: TimingPlan) -> PlanIn:
    return PlanIn(
        greens_s={one.stage: round(one.green_s) for one in plan.stages},
        offset_s=round(plan.offset_s) % round(plan.cycle_s),
        order=tuple(one.stage for one in plan.stages),
    )


def _refuse(plan: TimingPlan, junction: Junction) -> None:
    """A library has each stage once, and whole seconds."""
    problems = check_plan(plan, junction)
    if problems:
        raise PlanError(*(Fault(f"plan.{problem.where}", problem.sentence) for problem in problems))
    stages = [one.stage for one in plan.stages]
    if len(set(stages)) < len(stages):
        twice = next(stage for stage in stages if stages.count(stage) > 1)
        sentence = said("A library runs each stage once in a cycle; this plan runs {stage} again.", stage=twice)
        raise PlanError(Fault("plan.stages", sentence))
