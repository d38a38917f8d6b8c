"""The change from one stage to the next, and the shortest and longest cycle a junction's limits allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from signals.errors import Fault, JunctionError
from signals.plan.junction import Junction, Stage
from signals.sentences import said


@dataclass(frozen=True, slots=True)
class Change:
    """What is shown between two stages. Both 0 when no movement loses its green."""

    yellow_s: float
    all_red_s: float

    @property
    def intergreen_s(self) -> float:
        return self.yellow_s + self.all_red_s


def change_between(junction: Junction, leaving: Stage, entering: Stage) -> Change:
    """The shortest complete intergreen, rounded up to whole seconds by lengthening the all-red.

    Movements in both stages stay green. Yellow is shown whenever one loses its green, even where nothing
    that conflicts with it follows.
    """
    losing = [name for name in leaving.movements if name not in entering.movements]
    gaining = [name for name in entering.movements if name not in leaving.movements]
    if not losing:
        return Change(0.0, 0.0)
    wanted_s = max((junction.intergreen_s(a, b) for a in losing for b in gaining), default=0.0)
    whole_s = ceil(round(max(wanted_s, junction.yellow_s), 9))
    return Change(junction.yellow_s, whole_s - junction.yellow_s)


def changes(junction: Junction, stages: Sequence[Stage] | None = None) -> tuple[Change, ...]:
    """Element i follows stage i; the last one leads back to the first. stages: those that run, in their order; None:
    all of the junction."""
    stages = junction.stages if stages is None else stages
    following = (*stages[1:], stages[0])
    return tuple(change_between(junction, a, b) for a, b in zip(stages, following, strict=True))


@dataclass(frozen=True, slots=True)
class CycleBounds:
    """Whole seconds. min_green_s and max_green_s: one per stage, displayed green."""

    min_cycle_s: int
    max_cycle_s: int
    min_green_s: tuple[int, ...]
    max_green_s: tuple[int, ...]


def cycle_bounds(junction: Junction, stages: Sequence[Stage] | None = None) -> CycleBounds:
    """Every cycle between the bounds can be filled with allowed greens. Raises JunctionError when there is none.
    stages: as in `changes`."""
    limits, stages = junction.limits, junction.stages if stages is None else stages
    intergreen_s = sum(change.intergreen_s for change in changes(junction, stages))
    least = tuple(ceil(junction.min_green_s(stage)) for stage in stages)
    most = tuple(_whole_max_green_s(junction, stage) for stage in stages)
    _refuse_empty(stages, least, most)
    shortest_s, longest_s = round(sum(least) + intergreen_s), round(sum(most) + intergreen_s)
    if shortest_s > limits.max_cycle_s:
        raise JunctionError(
            Fault(
                "junction.limits.max_cycle_s",
                said(
                    "The least greens ({least} s) and the intergreens ({intergreen_s:g} s) fill {shortest_s} "
                    "s, and the longest cycle is {max_cycle_s:g} s: allow {shortest_s} s, shorten them, or "
                    "merge stages.",
                    least=sum(least),
                    intergreen_s=intergreen_s,
                    shortest_s=shortest_s,
                    max_cycle_s=limits.max_cycle_s,
                ),
            )
        )
    if longest_s < limits.min_cycle_s:
        raise JunctionError(
            Fault(
                "junction.limits.min_cycle_s",
                said(
                    "The longest greens ({most} s) and the intergreens ({intergreen_s:g} s) fill only "
                    "{longest_s} s, and the shortest cycle is {min_cycle_s:g} s: allow {longest_s} s or "
                    "longer greens.",
                    most=sum(most),
                    intergreen_s=intergreen_s,
                    longest_s=longest_s,
                    min_cycle_s=limits.min_cycle_s,
                ),
            )
        )
    low_s, high_s = max(shortest_s, ceil(limits.min_cycle_s)), min(longest_s, floor(limits.max_cycle_s))
    high_s = min((high_s, *_cycles_of_reds(junction, stages, low_s)))
    if low_s > high_s:
        raise JunctionError(
            Fault("junction.limits", said("No whole number of seconds lies between {limits}.", limits=limits))
        )
    return CycleBounds(low_s, high_s, least, most)


def _cycles_of_reds(junction: Junction, stages: Sequence[Stage], low_s: int) -> Iterator[int]:
    """The longest cycles in which movements with a longest red of their own get their least green and its yellow."""
    for i, movement in enumerate(junction.movements):
        serving = [stage for stage in stages if movement.name in stage.movements]
        if movement.max_red_s is None or not serving:
            continue
        green_s = max(junction.min_green_s(stage) for stage in serving)
        longest_s = floor(movement.max_red_s + green_s + junction.yellow_s)
        if longest_s < low_s:
            sentence = said(
                "Movement {movement} may be red for {max_red_s:g} s, which wants a cycle of at most "
                "{longest_s} s; the shortest is {low_s} s: allow it {more_s} s more of red.",
                movement=movement.name,
                max_red_s=movement.max_red_s,
                longest_s=longest_s,
                low_s=low_s,
                more_s=low_s - longest_s,
            )
            raise JunctionError(Fault(f"junction.movements.{i}.max_red_s", sentence))
        yield longest_s


def _whole_max_green_s(junction: Junction, stage: Stage) -> int:
    most_s = junction.max_green_s(stage)
    return floor(junction.limits.max_cycle_s if most_s is None else most_s)


def _refuse_empty(stages: Sequence[Stage], least: tuple[int, ...], most: tuple[int, ...]) -> None:
    for i, (low, high) in enumerate(zip(least, most, strict=True)):
        if low > high:
            name = stages[i].name
            raise JunctionError(
                Fault(
                    f"junction.stages.{i}",
                    said(
                        "Stage {name} wants a green of at least {low} s and at most {high} s; no whole number is both.",
                        name=name,
                        low=low,
                        high=high,
                    ),
                )
            )
