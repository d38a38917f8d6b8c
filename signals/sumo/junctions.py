"""Imports every signal of a SUMO net as a junction of ours: movements, stages, conflicts, intergreens, stored plan.

Nothing is written by hand: what the net does not say (clearance, limits) is computed or given by `ImportRules`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signals.errors import Fault, NothingToTimeError
from signals.plan.junction import Junction, Limits, Movement, MovementKind, Stage
from signals.plan.timing import TimingPlan
from signals.sentences import said
from signals.sumo.clearance import intergreens, yellow_s
from signals.sumo.groups import Groups, groups_of
from signals.sumo.net import Link, Net, read_net
from signals.sumo.programs import even_plan, plan_of, shown_stages
from signals.sumo.stages import stages_of
from vision.arrays import Bool

LANE_WIDTH_M = 3.2
# Time to step off in at a crossing; who has, clears it at walking speed before anybody else may go.
WALK_S = 5.0


@dataclass(frozen=True, slots=True)
class ImportRules:
    """yellow_s None: by speed. all_red_s None: intergreens from geometry; a number: that all-red after every yellow."""

    yellow_s: float | None = None
    all_red_s: float | None = None
    min_green_s: float = 7.0
    max_cycle_s: float = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class SignalJunction:
    """One signal of a net, as a junction, and what is needed to show its lamps there.

    links     its ways over the junction; lanes: those that it stops, in the order of their first link
    fixed     by program: the net's own plan on our stages; absent where it breaks the limits
    why_not   by program that is absent: one sentence
    shown     the numbers of the stages that the programs of the net show
    stored    a plan that may always be shown: the net's own, its short greens lengthened, where there is one
    """

    name: str
    junction: Junction
    groups: Groups
    links: tuple[Link, ...]
    lanes: tuple[str, ...]
    fixed: dict[str, TimingPlan]
    why_not: dict[str, str]
    shown: tuple[int, ...]
    stored: TimingPlan


def import_junctions(file: Path, rules: ImportRules | None = None) -> tuple[SignalJunction, ...]:
    """Every signal of the net at which movements cross, by name. Raises JunctionError, naming the signal, where one
    cannot be made safe, and NothingToTimeError where no signal has anything to time."""
    net, found, why = read_net(file), [], None
    for signal in sorted(net.links):
        try:
            found.append(import_junction(net, signal, rules or ImportRules()))
        except NothingToTimeError as error:
            why = error
    if not found and why is not None:
        raise why
    return tuple(found)


def import_junction(net: Net, signal: str, rules: ImportRules) -> SignalJunction:
    """One signal. Raises NothingToTimeError where its movements can all go at once."""
    links, programs = net.links[signal], net.programs.get(signal, ())
    groups = groups_of(net, signal)
    sets = stages_of(groups, programs)
    if len(sets) < 2:
        sentence = said(
            "Signal {signal}: wanted movements that cross, so that there is something to time, found "
            "{names} that can all go at once.",
            signal=signal,
            names=len(groups.names),
        )
        raise NothingToTimeError(Fault(f"net.{signal}", sentence))
    junction = _junction(net, signal, groups, sets, rules)
    exact = {program.name: plan_of(program, groups, sets, junction) for program in programs}
    longer = (plan_of(program, groups, sets, junction, lengthen=True) for program in programs)
    lanes = tuple(dict.fromkeys(link.from_lane for link in sorted(links, key=_index) if not link.crossing))
    return SignalJunction(
        name=signal,
        junction=junction,
        groups=groups,
        links=links,
        lanes=lanes,
        fixed={name: plan for name, plan in exact.items() if not isinstance(plan, str)},
        why_not={name: plan for name, plan in exact.items() if isinstance(plan, str)},
        shown=tuple(sorted({number for program in programs for number, _ in shown_stages(program, groups, sets)})),
        stored=next((plan for plan in longer if not isinstance(plan, str)), None) or even_plan(junction),
    )


def _index(link: Link) -> int:
    return link.index


def _junction(net: Net, signal: str, groups: Groups, sets: tuple[frozenset[int], ...], rules: ImportRules) -> Junction:
    links = net.links[signal]
    driven = [link for link in links if not link.crossing]
    yellow = rules.yellow_s if rules.yellow_s is not None else yellow_s([net.lanes[link.from_lane] for link in driven])
    computed = () if rules.all_red_s is not None else intergreens(net, links, groups, yellow)
    widths = _widths_m(driven, groups)
    return Junction(
        signal,
        tuple(
            _walkers(net, links, groups, number) if groups.crossing[number] else Movement(name, widths.get(number))
            for number, name in enumerate(groups.names)
        ),
        tuple(
            Stage(f"S{i + 1}", tuple(groups.names[number] for number in sorted(each))) for i, each in enumerate(sets)
        ),
        yellow,
        rules.all_red_s or 0.0,
        computed,
        conflicts=_never(groups, sets),
        limits=Limits(rules.min_green_s, None, 2 * rules.min_green_s, rules.max_cycle_s),
    )


def _walkers(net: Net, links: Sequence[Link], groups: Groups, number: int) -> Movement:
    """The crossings of one lamp as a movement of those who walk: the longest of them is the way to clear."""
    lengths_m = [net.lanes[link.to_lane].length_m for link in links if groups.of_letter[link.index] == number]
    return Movement(
        groups.names[number],
        kind=MovementKind.PEDESTRIAN,
        walk_s=WALK_S,
        crossing_m=max([*lengths_m, LANE_WIDTH_M]),
    )


def _never(groups: Groups, sets: tuple[frozenset[int], ...]) -> tuple[tuple[str, str], ...]:
    """The pairs that cross and that no stage runs together: said aloud, so that a stage added later is checked."""
    runs: Bool = np.array([[number in each for number in range(len(groups.names))] for each in sets])
    together = runs.T.astype(int) @ runs.astype(int) > 0
    return tuple((groups.names[a], groups.names[b]) for a, b in np.argwhere(groups.foes & ~together).tolist() if a < b)


def _widths_m(links: Sequence[Link], groups: Groups) -> dict[int, float]:
    """Of the lanes of each movement, as far as they are its own; SUMO's usual lane is 3.2 m wide."""
    lanes: dict[int, set[str]] = {}
    for link in links:
        lanes.setdefault(int(groups.of_letter[link.index]), set()).add(link.from_lane)
    return {number: LANE_WIDTH_M * len(names) for number, names in lanes.items()}
