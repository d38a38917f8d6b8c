"""The whole loop on a real net, where SUMO has been installed (`make bench-signals`) and the nets are there."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.closed_loop.signals.apart import run_apart
from benchmarks.closed_loop.signals.environment import installed
from benchmarks.closed_loop.signals.maps import read_map
from benchmarks.closed_loop.signals.measures import SeedFigures
from benchmarks.closed_loop.signals.rules import DEPLOYABLE
from benchmarks.closed_loop.signals.run import Run, crossroads_of


def test_the_guard_refuses_nothing_of_ours_and_the_same_seed_does_the_same(real_data: Path) -> None:
    sumo = installed("1.28")
    folder = real_data / "junctions" / "ingolstadt1"
    if sumo is None or not folder.is_dir():
        pytest.skip("no SUMO in .sumo/1.28 (make bench-signals), or no nets")
    whole = read_map(folder)
    chosen = replace(whole, end_s=whole.begin_s + 180)
    run = Run(chosen, sumo, DEPLOYABLE, "ours", crossroads_of(chosen.net, DEPLOYABLE))
    ticks: list[float] = []
    first, again = (run_apart(run, 1, ticks.append) for _ in range(2))
    assert ticks
    assert first.vehicles > 50
    assert first.switches > 5
    assert (first.refused, first.dangers, first.collisions, first.teleports) == (0, 0, 0, 0)
    assert _without_times(first) == _without_times(again)


def _without_times(figures: SeedFigures) -> SeedFigures:
    return replace(figures, wall_s=0.0, decision_p99_ms=0.0)
