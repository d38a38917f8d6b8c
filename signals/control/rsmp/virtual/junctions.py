"""The junctions that ship with the virtual controller."""

from dataclasses import dataclass, field

from signals.control.rsmp.virtual.priority import Patience
from signals.control.rsmp.virtual.tolerance import Tolerance
from signals.control.virtual.cabinet import StartUp
from signals.control.virtual.programs import Program
from signals.plan.junction import Junction, Limits, Movement, Stage


@dataclass(frozen=True, slots=True)
class Layout:
    """A junction with its plans and what its controller can do.

    programs     by number; the least is the stored plan the guard falls back to
    groups       component ids of the signal groups, in the order of the junction's movements
    detectors    component ids of the detector logics
    situations   the plan each traffic situation wants; None: the site's own choice
    buttons      inputs that push buttons are wired to, by signal group
    """

    junction: Junction
    programs: dict[int, Program]
    groups: tuple[str, ...]
    detectors: tuple[str, ...]
    main: str = "TC"
    points: int = 8
    situations: dict[int, int | None] = field(default_factory=lambda: {1: None, 2: 2})
    routes: int = 2
    start_up: StartUp = field(default_factory=StartUp)
    patience: Patience = field(default_factory=Patience)
    tolerance: Tolerance = field(default_factory=Tolerance)
    buttons: dict[str, int] = field(default_factory=lambda: {"A1": 1, "B1": 2})


def _four_arms(limits: Limits, yellow_s: float, all_red_s: float) -> Junction:
    names = ("A1", "A2", "B1", "B2")
    stages = (Stage("A", ("A1", "A2")), Stage("B", ("B1", "B2")))
    return Junction("crossroads", tuple(map(Movement, names)), stages, yellow_s, all_red_s, limits=limits)


def crossroads() -> Layout:
    """As one would stand in a street: least green 7 s, yellow 3 s, all-red 2 s, cycles from 30 s."""
    programs = {1: Program((25, 25)), 2: Program((40, 30)), 3: Program((15, 35), offset_s=10)}
    groups = ("A1", "A2", "B1", "B2")
    return Layout(_four_arms(Limits(), 3.0, 2.0), programs, groups, ("DL1", "DL2", "DL3", "DL4"))


def bench() -> Layout:
    """For test suites that cannot wait and ask for a cycle of 10 s. Its times are unfit for any street."""
    limits = Limits(min_green_s=1.0, min_cycle_s=4.0, max_cycle_s=255.0)
    programs = {1: Program((10, 10)), 2: Program((12, 8))}
    groups, detectors = ("A1", "A2", "B1", "B2"), ("DL1", "DL2")
    start_up, patience = StartUp(0.4, 0.4, 0.4), Patience(active_s=2.0, queued_s=9.0)
    return Layout(_four_arms(limits, 1.0, 0.0), programs, groups, detectors, start_up=start_up, patience=patience)


LAYOUTS = {"crossroads": crossroads, "bench": bench}
