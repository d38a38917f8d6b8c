"""The fixed programs of a SUMO net as plans on our stages, and a plain plan for a signal that has none that fits."""

from collections.abc import Iterator, Sequence

from signals.plan.check import check_plan
from signals.plan.junction import Junction, Stage
from signals.plan.timing import TimingPlan, lay_out_stages
from signals.sumo.groups import Groups
from signals.sumo.net import Program

EVEN_GREEN_S = 15.0


def shown_stages(program: Program, groups: Groups, sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, float]]:
    """The number of the stage that each state without yellow shows, and for how long; states that none allows are left
    out. A stage may show more than the state: movements that nobody there crosses."""
    for phase in program.phases:
        shown = frozenset[int]() if set(phase.state) & set("yu") else groups.greens(phase.state)
        fitting = [number for number, each in enumerate(sets) if shown and shown <= each]
        if fitting:
            yield min(fitting, key=lambda number: (len(sets[number]), number)), phase.duration_s


def plan_of(
    program: Program, groups: Groups, sets: Sequence[frozenset[int]], junction: Junction, *, lengthen: bool = False
) -> TimingPlan | str:
    """The plan, with the green times of the program and our changes between them; or one sentence why there is none.
    lengthen: greens under the least become the least."""
    greens: list[tuple[Stage, float]] = []
    for number, green_s in shown_stages(program, groups, sets):
        stage = junction.stages[number]
        if greens and greens[-1][0] is stage:
            greens[-1] = (stage, greens[-1][1] + green_s)
        else:
            greens.append((stage, green_s))
    if len(greens) > 1 and greens[0][0] is greens[-1][0]:
        greens[0] = (greens[0][0], greens[0][1] + greens.pop()[1])
    if len(greens) < 2:
        return f"Program {program.name} of {junction.name} has {len(greens)} stages; wanted two or more."
    if lengthen:
        greens = [(stage, max(green_s, junction.min_green_s(stage))) for stage, green_s in greens]
    plan = lay_out_stages(junction, greens, program.offset_s)
    problems = check_plan(plan, junction)
    return problems[0].sentence if problems else plan


def even_plan(junction: Junction) -> TimingPlan:
    """The first stages that together serve every movement, each for the same green."""
    left, chosen = {movement.name for movement in junction.movements}, []
    for stage in junction.stages:
        if left & set(stage.movements):
            chosen.append(stage)
            left -= set(stage.movements)
    least_s = max(junction.min_green_s(stage) for stage in chosen)
    even = [(stage, max(EVEN_GREEN_S, least_s)) for stage in chosen]
    if check_plan(lay_out_stages(junction, even), junction):
        even = [(stage, least_s) for stage in chosen]
    return lay_out_stages(junction, even)
