"""What stands at the crossroads: movements, the stages that run them together, clearance times and limits.

Two movements conflict unless at least one stage runs them together. Nobody has to remember to list a conflict:
what is left out is kept apart.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import isfinite

from signals.errors import Fault, JunctionError
from signals.plan.clearance import walking_s
from signals.sentences import said


class MovementKind(StrEnum):
    VEHICLE = "vehicle"
    BUS = "bus"
    PEDESTRIAN = "pedestrian"


@dataclass(frozen=True, slots=True)
class Movement:
    """One stream of traffic with a lamp of its own. `width_m`: clear width of its approach; None: not measured.

    walk_s      time to step off in, before the clearance; of pedestrians alone, and theirs always
    crossing_m  way over the road that they clear after it
    max_red_s   longest red; None: the one of the guard
    """

    name: str
    width_m: float | None = None
    kind: MovementKind = MovementKind.VEHICLE
    walk_s: float | None = None
    crossing_m: float | None = None
    max_red_s: float | None = None

    @property
    def least_green_s(self) -> float:
        """The walk and the clearance at 1.2 m/s; 0 of who drives, whom only the limits of the stages bind."""
        if self.walk_s is None or self.crossing_m is None:
            return 0.0
        return self.walk_s + walking_s(self.crossing_m)


@dataclass(frozen=True, slots=True)
class Stage:
    """Movements that are green together. The two limits, where not None, replace those of the junction."""

    name: str
    movements: tuple[str, ...]
    min_green_s: float | None = None
    max_green_s: float | None = None


@dataclass(frozen=True, slots=True)
class Intergreen:
    """Shortest time from the end of green of `leaving` to the start of green of `entering`."""

    leaving: str
    entering: str
    intergreen_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of displayed green and of the cycle. `max_green_s` None: only the longest cycle bounds a green."""

    min_green_s: float = 7.0
    max_green_s: float | None = None
    min_cycle_s: float = 30.0
    max_cycle_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Junction:
    """A junction whose stages run in the order given.

    yellow_s, all_red_s: shown whenever a movement loses its green, unless `intergreens` names the pair.
    conflicts: pairs that must never be green together; they check the stages, the rule above needs none.
    Raises JunctionError, with every fault at once, when no safe plan could exist.
    """

    name: str
    movements: tuple[Movement, ...]
    stages: tuple[Stage, ...]
    yellow_s: float = 3.0
    all_red_s: float = 2.0
    intergreens: tuple[Intergreen, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        faults = [*_name_faults(self), *_walk_faults(self), *_time_faults(self)] or [*_conflict_faults(self)]
        if faults:
            raise JunctionError(*faults)

    def stage(self, name: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.name == name), None)

    def min_green_s(self, stage: Stage) -> float:
        """The limit of the stage or junction, and never less than the longest walk and clearance in it."""
        limit_s = self.limits.min_green_s if stage.min_green_s is None else stage.min_green_s
        walks_s = (movement.least_green_s for movement in self.movements if movement.name in stage.movements)
        return max((limit_s, *walks_s))

    def max_green_s(self, stage: Stage) -> float | None:
        return self.limits.max_green_s if stage.max_green_s is None else stage.max_green_s

    def in_conflict(self, first: str, second: str) -> bool:
        """True unless some stage runs both."""
        return first != second and not any({first, second} <= set(stage.movements) for stage in self.stages)

    def intergreen_s(self, leaving: str, entering: str) -> float:
        """Seconds wanted between the two greens; 0 for movements that may be green together."""
        if not self.in_conflict(leaving, entering):
            return 0.0
        for entry in self.intergreens:
            if (entry.leaving, entry.entering) == (leaving, entering):
                return entry.intergreen_s
        return self.yellow_s + self.all_red_s


def _name_faults(junction: Junction) -> Iterator[Fault]:
    names = [movement.name for movement in junction.movements]
    yield from _repeated("junction.movements", said("movement"), names)
    yield from _repeated("junction.stages", said("stage"), [stage.name for stage in junction.stages])
    if len(junction.stages) < 2:
        yield Fault(
            "junction.stages",
            said("A signal plan needs at least two stages, found {stages}.", stages=len(junction.stages)),
        )
    for i, stage in enumerate(junction.stages):
        where = f"junction.stages.{i}.movements"
        if not stage.movements:
            yield Fault(where, said("Stage {stage} runs no movement: name at least one.", stage=stage.name))
        yield from _unknown(where, said("Stage {stage}", stage=stage.name), stage.movements, names)
        yield from _repeated(where, said("stage {stage}: movement", stage=stage.name), list(stage.movements))
    served = {name for stage in junction.stages for name in stage.movements}
    for i, name in enumerate(names):
        if name not in served:
            yield Fault(
                f"junction.movements.{i}",
                said("Movement {name} is in no stage, so it would never get green.", name=name),
            )
    for i, entry in enumerate(junction.intergreens):
        pair = (entry.leaving, entry.entering)
        yield from _unknown(f"junction.intergreens.{i}", said("The intergreen table"), pair, names)
    for i, pair in enumerate(junction.conflicts):
        yield from _unknown(f"junction.conflicts.{i}", said("The list of conflicts"), pair, names)


def _repeated(where: str, what: str, names: list[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Fault(
                where,
                said(
                    "Each name is used once: {what} {name} stands there {times} times.",
                    what=what,
                    name=name,
                    times=times,
                ),
            )


def _unknown(where: str, who: str, names: tuple[str, ...], known: list[str]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            wanted = ", ".join(known) or said("none")
            yield Fault(
                where,
                said(
                    "{who} names movement {name}, which the junction does not have (it has: {wanted}).",
                    who=who,
                    name=name,
                    wanted=wanted,
                ),
            )


def _time_faults(junction: Junction) -> Iterator[Fault]:
    limits = junction.limits
    yield from _positive("junction.yellow_s", junction.yellow_s)
    if not (isfinite(junction.all_red_s) and junction.all_red_s >= 0):
        yield Fault(
            "junction.all_red_s",
            said("junction.all_red_s must be 0 or more seconds, found {all_red_s}.", all_red_s=junction.all_red_s),
        )
    yield from _positive("junction.limits.min_cycle_s", limits.min_cycle_s)
    yield from _positive("junction.limits.max_cycle_s", limits.max_cycle_s)
    if limits.min_cycle_s > limits.max_cycle_s:
        yield Fault(
            "junction.limits.min_cycle_s",
            said(
                "The shortest cycle {min_cycle_s:g} s is longer than the longest, {max_cycle_s:g} s.",
                min_cycle_s=limits.min_cycle_s,
                max_cycle_s=limits.max_cycle_s,
            ),
        )
    yield from _green_faults("junction.limits", said("The junction"), limits.min_green_s, limits.max_green_s)
    for i, stage in enumerate(junction.stages):
        least_s, most_s = junction.min_green_s(stage), junction.max_green_s(stage)
        if (stage.min_green_s, stage.max_green_s, least_s) != (None, None, limits.min_green_s):
            yield from _green_faults(f"junction.stages.{i}", said("Stage {stage}", stage=stage.name), least_s, most_s)
    for i, entry in enumerate(junction.intergreens):
        if not (isfinite(entry.intergreen_s) and entry.intergreen_s >= junction.yellow_s):
            yield Fault(
                f"junction.intergreens.{i}.intergreen_s",
                said(
                    "The intergreen from {leaving} to {entering} must hold at least the yellow of "
                    "{yellow_s:g} s, found {intergreen_s:g} s.",
                    leaving=entry.leaving,
                    entering=entry.entering,
                    yellow_s=junction.yellow_s,
                    intergreen_s=entry.intergreen_s,
                ),
            )


def _walk_faults(junction: Junction) -> Iterator[Fault]:
    for i, movement in enumerate(junction.movements):
        where, walks = f"junction.movements.{i}", movement.kind is MovementKind.PEDESTRIAN
        for name, value in (("walk_s", movement.walk_s), ("crossing_m", movement.crossing_m)):
            if (value is not None) != walks:
                wanted = said("needs") if walks else said("cannot have")
                yield Fault(
                    f"{where}.{name}",
                    said(
                        "Movement {movement} is a {kind} and {wanted} a {name}.",
                        movement=movement.name,
                        kind=said(str(movement.kind)),
                        wanted=wanted,
                        name=name,
                    ),
                )
            elif value is not None and not (isfinite(value) and value > 0):
                yield Fault(
                    f"{where}.{name}",
                    said(
                        "{where}.{name} must be a positive number, found {value}.", where=where, name=name, value=value
                    ),
                )
        if movement.max_red_s is not None:
            yield from _positive(f"{where}.max_red_s", movement.max_red_s)


def _positive(where: str, seconds: float) -> Iterator[Fault]:
    if not (isfinite(seconds) and seconds > 0):
        yield Fault(
            where, said("{where} must be a positive number of seconds, found {seconds}.", where=where, seconds=seconds)
        )


def _green_faults(where: str, who: str, least_s: float, most_s: float | None) -> Iterator[Fault]:
    yield from _positive(f"{where}.min_green_s", least_s)
    if most_s is not None and not (isfinite(most_s) and most_s >= least_s):
        yield Fault(
            f"{where}.max_green_s",
            said(
                "{who} wants a green of at least {least_s:g} s and at most {most_s:g} s: no green is both.",
                who=who,
                least_s=least_s,
                most_s=most_s,
            ),
        )


def _conflict_faults(junction: Junction) -> Iterator[Fault]:
    listed = {frozenset(pair) for pair in junction.conflicts}
    listed |= {frozenset((entry.leaving, entry.entering)) for entry in junction.intergreens}
    for i, stage in enumerate(junction.stages):
        for first, second in combinations(stage.movements, 2):
            if frozenset((first, second)) in listed:
                yield Fault(
                    f"junction.stages.{i}.movements",
                    said(
                        "Stage {stage} makes {first} and {second} green together, and they conflict by the list.",
                        stage=stage.name,
                        first=first,
                        second=second,
                    ),
                )
