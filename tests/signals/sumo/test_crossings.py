"""Crossings of a net: walked, with time to step off and to clear, and never left out for longer than they may be."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from signals.control.command import Command
from signals.control.guard import Guard
from signals.control.lamps import Aspect
from signals.control.table import SafetyTable, lap_s
from signals.plan.check import check_plan
from signals.plan.clearance import walking_s
from signals.plan.junction import MovementKind
from signals.sumo.junctions import WALK_S, ImportRules, import_junctions

CROSSING_M = 12.6


@pytest.fixture
def walked(write_net: Callable[..., Path]) -> Path:
    """The small net with a crossing over its northern arm, green with east and west."""
    file = write_net((("30", "GgrGrr"), ("3", "yyryrr"), ("20", "rrGrGG"), ("3", "rryryr")))
    text = file.read_text("utf-8")
    lane = f'<lane id=":C_c0_0" index="0" speed="1" length="{CROSSING_M}" shape="-6,9 6,9"/>'
    text = text.replace("<net>", f'<net><edge id=":C_c0" function="crossing">{lane}</edge>')
    # Request 5 is the crossing: it crosses who leaves or enters the north.
    for foes in ("10100", "11100", "01011", "10110", "01111"):
        bits = {"10100": "1", "11100": "1", "10110": "1"}.get(foes, "0")
        text = text.replace(f'foes="{foes}"', f'foes="{bits}{foes}"')
    text = text.replace("</junction>", '<request index="5" response="000000" foes="001011" cont="0"/></junction>')
    text = text.replace(':C_4_0" shape', ':C_4_0 :C_c0_0" shape')
    row = '<connection from=":C_w0" to=":C_c0" fromLane="0" toLane="0" tl="C" linkIndex="5" dir="s" state="M"/>'
    file.write_text(text.replace("</net>", f"{row}</net>"), "utf-8")
    return file


def test_a_crossing_is_a_movement_of_those_who_walk(walked: Path) -> None:
    (imported,) = import_junctions(walked)
    (walkers,) = [each for each in imported.junction.movements if each.kind is MovementKind.PEDESTRIAN]
    assert (walkers.crossing_m, walkers.walk_s, walkers.width_m) == (CROSSING_M, WALK_S, None)
    least_s = WALK_S + walking_s(CROSSING_M)
    for stage in imported.junction.stages:
        if walkers.name in stage.movements:
            assert imported.junction.min_green_s(stage) >= least_s
    assert not check_plan(imported.stored, imported.junction)
    assert imported.junction.in_conflict(walkers.name, "Nin.s")
    assert ":C_w0_0" not in imported.lanes, "who walks queues on no lane"


def test_who_walks_gets_green_within_the_longest_red_whatever_is_asked_for(walked: Path) -> None:
    (imported,) = import_junctions(walked, ImportRules(3.0, 2.0))
    junction = imported.junction
    table = SafetyTable.of(junction, max(120.0, 2 * lap_s(junction)))
    row = next(i for i, each in enumerate(junction.movements) if each.kind is MovementKind.PEDESTRIAN)
    wish = next(stage.name for stage in junction.stages if junction.movements[row].name not in stage.movements)
    guard = Guard(junction, imported.stored, table, 0.0)
    shown = np.zeros(len(junction.movements), np.int8)
    red_s, longest_s, greens_s = 0.0, 0.0, 0.0
    for second in range(600):
        guard.command(Command(second + 1, wish, float(second)), float(second))
        orders = guard.step(shown, float(second))
        assert orders.aspects is not None
        shown = orders.aspects
        red_s = red_s + 1 if shown[row] == Aspect.RED else 0.0
        greens_s += shown[row] == Aspect.GREEN
        longest_s = max(longest_s, red_s)
    assert longest_s <= table.max_red_s[row] + 1
    assert greens_s >= 3 * (WALK_S + walking_s(CROSSING_M)) - 3
