"""Two plans of a junction driven through the same traffic in SUMO: what the proposed one would save, and how surely.

Equal seeds: both plans meet the same vehicles at the same moments, so that the difference of each seed is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from pathlib import Path
from statistics import fmean, median, stdev
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from signals.control.sumo import write_state
from signals.demand.movements import MovementDemand
from signals.errors import Fault, PlanError
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from signals.sumo.junctions import SignalJunction
from signals.sumo.logic import program_of
from signals.sumo.schematic import SIGNAL, draw, scene
from signals.sumo.simulate import Scene, Sumo, Trips, find_sumo, run_sumo

SEEDS = (1, 2, 3, 4, 5)
PERIOD_S = 3600.0
CLEAR_S = 900.0
# (runs done, of)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one plan did. delay_s: mean over all vehicles of one seed, in the order of the seeds; who never entered
    counts with his wait. by_approach_s: the same by movement (by road of a net), mean over the seeds."""

    delay_s: tuple[float, ...]
    by_approach_s: Mapping[str, float]
    vehicles: int
    never_entered: int

    @property
    def median_s(self) -> float:
        return median(self.delay_s)

    @property
    def worst(self) -> str:
        """The approach with the longest delay; empty without vehicles."""
        return max(self.by_approach_s, key=lambda name: self.by_approach_s[name], default="")


@dataclass(frozen=True, slots=True)
class Compared:
    """saved_s: present less proposed, mean over the seeds, per vehicle; error_s: one standard error of it from the
    differences of the seeds, None with one seed. better: seeds in which the proposed plan has less delay."""

    seeds: tuple[int, ...]
    present: Ran
    proposed: Ran
    saved_s: float
    error_s: float | None
    better: int

    @property
    def saved_share(self) -> float:
        before_s = fmean(self.present.delay_s)
        return self.saved_s / before_s if before_s > 0 else 0.0


def compare_plans(
    junction: Junction,
    demands: Sequence[MovementDemand],
    present: TimingPlan,
    proposed: TimingPlan,
    *,
    seeds: Sequence[int] = SEEDS,
    period_s: float = PERIOD_S,
    sumo: Sumo | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Compared:
    """On a net drawn from the junction alone: a road for each movement (signals/sumo/schematic.py).

    sumo None: `find_sumo`. Raises PlanError for a plan that may not be shown, SumoError where there is no SUMO or it
    fails; what `progress` raises ends the comparison.
    """
    for plan in (present, proposed):
        _refuse_unsafe(plan, junction)
    sumo = sumo or find_sumo()
    with TemporaryDirectory(prefix="ngatu-sumo-") as name:
        folder = Path(name)
        drawn = draw(junction, demands, sumo, folder)
        files = [
            write_programs(folder / f"{title}.add.xml", {SIGNAL: program_of(SIGNAL, plan, junction, drawn.write)})
            for title, plan in (("present", present), ("proposed", proposed))
        ]
        movement = {road: name for name, road in drawn.roads.items()}

        def run(seed: int, file: Path) -> tuple[Trips, list[str]]:
            trips = run_sumo(sumo, scene(drawn, seed, period_s, CLEAR_S, folder), (file,), seed, folder)
            return trips, [movement[each.partition("_")[0]] for each in trips.name]

        return _compare(run, (files[0], files[1]), tuple(seeds), progress)


def compare_on_net(
    scene: Scene,
    signals: Mapping[str, SignalJunction],
    present: Mapping[str, TimingPlan],
    proposed: Mapping[str, TimingPlan],
    *,
    seeds: Sequence[int] = SEEDS,
    sumo: Sumo | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Compared:
    """On a net with its routes, for as many of its signals as there are plans; a signal without one keeps the net's
    own program. signals: as `import_junctions` made them. Raises as compare_plans."""
    sumo = sumo or find_sumo()
    with TemporaryDirectory(prefix="ngatu-sumo-") as name:
        folder = Path(name)
        files = [
            write_programs(folder / f"{title}.add.xml", net_programs(signals, plans))
            for title, plans in (("present", present), ("proposed", proposed))
        ]

        def run(seed: int, file: Path) -> tuple[Trips, list[str]]:
            trips = run_sumo(sumo, scene, (file,), seed, folder)
            return trips, list(trips.approach)

        return _compare(run, (files[0], files[1]), tuple(seeds), progress)


def net_programs(signals: Mapping[str, SignalJunction], plans: Mapping[str, TimingPlan]) -> dict[str, ET.Element]:
    """The plans as programs of the net's signals. Raises PlanError for one that may not be shown."""
    found = {}
    for name, plan in plans.items():
        signal = signals[name]
        _refuse_unsafe(plan, signal.junction)
        found[name] = program_of(name, plan, signal.junction, partial(write_state, signal.groups))
    return found


def write_programs(file: Path, programs: Mapping[str, ET.Element]) -> Path:
    root = ET.Element("additional")
    root.extend(programs.values())
    ET.ElementTree(root).write(file, "utf-8")
    return file


def _refuse_unsafe(plan: TimingPlan, junction: Junction) -> None:
    problems = check_plan(plan, junction)
    if problems:
        raise PlanError(*(Fault(f"plan.{problem.where}", problem.sentence) for problem in problems))


def _compare(
    run: Callable[[int, Path], tuple[Trips, list[str]]],
    files: tuple[Path, Path],
    seeds: tuple[int, ...],
    progress: Progress,
) -> Compared:
    ran: list[list[tuple[Trips, list[str]]]] = [[], []]
    for number, seed in enumerate(seeds):
        for which, file in enumerate(files):
            progress(2 * number + which, 2 * len(seeds))
            ran[which].append(run(seed, file))
    progress(2 * len(seeds), 2 * len(seeds))
    present, proposed = (_ran(each) for each in ran)
    saved_s = [a - b for a, b in zip(present.delay_s, proposed.delay_s, strict=True)]
    error_s = stdev(saved_s) / sqrt(len(saved_s)) if len(saved_s) > 1 else None
    return Compared(seeds, present, proposed, fmean(saved_s), error_s, sum(each > 0 for each in saved_s))


def _ran(runs: Sequence[tuple[Trips, list[str]]]) -> Ran:
    by_approach: dict[str, list[float]] = {}
    for trips, approaches in runs:
        for approach, delay_s in zip(approaches, trips.delay_s.tolist(), strict=True):
            by_approach.setdefault(approach, []).append(delay_s)
    return Ran(
        tuple(float(trips.delay_s.mean()) if len(trips.delay_s) else 0.0 for trips, _ in runs),
        {name: fmean(delays_s) for name, delays_s in sorted(by_approach.items())},
        sum(len(trips.delay_s) for trips, _ in runs),
        sum(int((~trips.entered).sum()) for trips, _ in runs),
    )
