"""The whole loop on a real net, with the benchmark's own SUMO or, in its place, the one among the test packages."""

from dataclasses import replace
from pathlib import Path

from benchmarks.closed_loop.signals.apart import run_apart
from benchmarks.closed_loop.signals.environment import Sumo, installed
from benchmarks.closed_loop.signals.maps import read_map
from benchmarks.closed_loop.signals.measures import SeedFigures
from benchmarks.closed_loop.signals.rules import DEPLOYABLE
from benchmarks.closed_loop.signals.run import Run, crossroads_of
from signals.sumo.simulate import find_sumo


def test_the_guard_refuses_nothing_of_ours_and_the_same_seed_does_the_same(real_data: Path) -> None:
    sumo = installed("1.28") or _beside_us()
    whole = read_map(real_data / "junctions" / "ingolstadt1")
    chosen = replace(whole, end_s=whole.begin_s + 180)
    run = Run(chosen, sumo, DEPLOYABLE, "ours", crossroads_of(chosen.net, DEPLOYABLE))
    ticks: list[float] = []
    first, again = (run_apart(run, 1, ticks.append) for _ in range(2))
    assert ticks
    assert first.vehicles > 50
    assert first.switches > 5
    assert (first.refused, first.dangers, first.collisions, first.teleports) == (0, 0, 0, 0)
    assert _without_times(first) == _without_times(again)


def _beside_us() -> Sumo:
    """eclipse-sumo brings a client of its own; SumoError where even that is missing, since it is a test package."""
    home = find_sumo().home
    return Sumo("1.28", home, home / "tools", "traci")


def _without_times(figures: SeedFigures) -> SeedFigures:
    return replace(figures, wall_s=0.0, decision_p99_ms=0.0)
