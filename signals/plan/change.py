"""The change from one stage to the next, and the shortest and longest cycle a junction's limits allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from signals.errors import Fault, JunctionError
from signals.plan.junction import Junction, Stage


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


def changes(junction: Junction) -> tuple[Change, ...]:
    """Element i follows stage i; the last one leads back to the first stage."""
    following = (*junction.stages[1:], junction.stages[0])
    return tuple(change_between(junction, a, b) for a, b in zip(junction.stages, following, strict=True))


@dataclass(frozen=True, slots=True)
class CycleBounds:
    """Whole seconds. min_green_s and max_green_s: one per stage, displayed green."""

    min_cycle_s: int
    max_cycle_s: int
    min_green_s: tuple[int, ...]
    max_green_s: tuple[int, ...]


def cycle_bounds(junction: Junction) -> CycleBounds:
    """Every cycle between the bounds can be filled with allowed greens. Raises JunctionError when there is none."""
    limits = junction.limits
    intergreen_s = sum(change.intergreen_s for change in changes(junction))
    least = tuple(ceil(junction.min_green_s(stage)) for stage in junction.stages)
    most = tuple(_whole_max_green_s(junction, stage) for stage in junction.stages)
    _refuse_empty(junction, least, most)
    shortest_s, longest_s = round(sum(least) + intergreen_s), round(sum(most) + intergreen_s)
    if shortest_s > limits.max_cycle_s:
        raise JunctionError(
            Fault(
                "junction.limits.max_cycle_s",
                f"The least greens ({sum(least)} s) and the intergreens ({intergreen_s:g} s) fill {shortest_s} s, and "
                f"the longest cycle is {limits.max_cycle_s:g} s: allow {shortest_s} s, shorten them, or merge stages.",
            )
        )
    if longest_s < limits.min_cycle_s:
        raise JunctionError(
            Fault(
                "junction.limits.min_cycle_s",
                f"The longest greens ({sum(most)} s) and the intergreens ({intergreen_s:g} s) fill only {longest_s} s, "
                f"and the shortest cycle is {limits.min_cycle_s:g} s: allow {longest_s} s or longer greens.",
            )
        )
    low_s, high_s = max(shortest_s, ceil(limits.min_cycle_s)), min(longest_s, floor(limits.max_cycle_s))
    high_s = min((high_s, *_cycles_of_reds(junction, low_s)))
    if low_s > high_s:
        raise JunctionError(Fault("junction.limits", f"No whole number of seconds lies between {limits}."))
    return CycleBounds(low_s, high_s, least, most)


def _cycles_of_reds(junction: Junction, low_s: int) -> Iterator[int]:
    """The longest cycles in which movements with a longest red of their own get their least green and its yellow."""
    for i, movement in enumerate(junction.movements):
        if movement.max_red_s is None:
            continue
        green_s = max(junction.min_green_s(stage) for stage in junction.stages if movement.name in stage.movements)
        longest_s = floor(movement.max_red_s + green_s + junction.yellow_s)
        if longest_s < low_s:
            sentence = (
                f"Movement {movement.name} may be red for {movement.max_red_s:g} s, which wants a cycle of at most "
                f"{longest_s} s; the shortest is {low_s} s: allow it {low_s - longest_s} s more of red."
            )
            raise JunctionError(Fault(f"junction.movements.{i}.max_red_s", sentence))
        yield longest_s


def _whole_max_green_s(junction: Junction, stage: Stage) -> int:
    most_s = junction.max_green_s(stage)
    return floor(junction.limits.max_cycle_s if most_s is None else most_s)


def _refuse_empty(junction: Junction, least: tuple[int, ...], most: tuple[int, ...]) -> None:
    for i, (low, high) in enumerate(zip(least, most, strict=True)):
        if low > high:
            name = junction.stages[i].name
            raise JunctionError(
                Fault(
                    f"junction.stages.{i}",
                    f"Stage {name} wants a green of at least {low} s and at most {high} s; no whole number is both.",
                )
            )
