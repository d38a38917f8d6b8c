"""A net becomes junctions of ours: who goes together, who never does, how long lies between, and the net's own plan."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.control.guard import Guard
from signals.control.table import SafetyTable, lap_s
from signals.errors import JunctionError, NothingToTimeError
from signals.plan.check import check_plan
from signals.sumo.groups import Groups
from signals.sumo.junctions import ImportRules, import_junctions
from signals.sumo.net import read_net
from signals.sumo.service import service_of
from signals.sumo.stages import stages_of
from signals.sumo.stretches import stretches_before


def test_stages_hold_what_the_programs_show_and_what_nobody_crosses(write_net: Callable[..., Path]) -> None:
    (imported,) = import_junctions(write_net())
    stages = [set(stage.movements) for stage in imported.junction.stages]
    assert {"Nin.s", "Nin.l", "Sin.s"} in stages, "the net lets the left turn yield"
    assert {"Ein.s", "Win.s"} in stages
    assert {"Nin.s", "Nin.l"} in stages, "nobody crosses: the left turn need not yield"
    assert not any({"Nin.s", "Ein.s"} <= stage for stage in stages)
    assert imported.junction.in_conflict("Nin.l", "Win.s")


def test_intergreens_come_from_the_ways_and_hold_the_yellow(write_net: Callable[..., Path]) -> None:
    (imported,) = import_junctions(write_net())
    junction = imported.junction
    assert junction.yellow_s == 3.0
    pairs = {(each.leaving, each.entering): each.intergreen_s for each in junction.intergreens}
    assert pairs["Nin.s", "Ein.s"] >= 3.0
    assert all(value >= junction.yellow_s and value == int(value) for value in pairs.values())
    fixed = import_junctions(write_net(), ImportRules(yellow_s=4.0, all_red_s=2.0))[0].junction
    assert fixed.intergreen_s("Nin.s", "Ein.s") == 6.0


def test_the_nets_own_plan_comes_along_and_passes_the_check(write_net: Callable[..., Path]) -> None:
    (imported,) = import_junctions(write_net(), ImportRules(all_red_s=0.0))
    plan = imported.fixed["0"]
    assert (plan.cycle_s, plan.offset_s) == (56.0, 5.0)
    assert [timing.green_s for timing in plan.stages] == [30.0, 20.0]
    assert not check_plan(plan, imported.junction)
    Guard(imported.junction, imported.stored, SafetyTable.of(imported.junction), 0.0)


def test_a_plan_below_the_least_green_is_left_out_and_lengthened_for_the_store(write_net: Callable[..., Path]) -> None:
    short = (("4", "GgrGr"), ("3", "yyryr"), ("20", "rrGrG"), ("3", "rryry"))
    (imported,) = import_junctions(write_net(short))
    assert not imported.fixed
    assert "is green for 4 s; the least is 7 s" in imported.why_not["0"]
    assert not check_plan(imported.stored, imported.junction)


def test_states_too_short_for_the_links_are_named(write_net: Callable[..., Path]) -> None:
    with pytest.raises(JunctionError, match="wanted 5 letters in every state, found GG"):
        import_junctions(write_net((("30", "GG"), ("20", "rr"))))


def test_a_signal_at_which_nobody_crosses_is_named(write_net: Callable[..., Path]) -> None:
    file = write_net((("30", "GGGGG"), ("20", "GGGGG")))
    text = file.read_text("utf-8")
    for foes in set(FOES):
        text = text.replace(f'foes="{foes}"', 'foes="00000"')
    file.write_text(text, "utf-8")
    with pytest.raises(NothingToTimeError, match="Signal C: wanted movements that cross"):
        import_junctions(file)


def test_a_left_turn_that_yields_serves_less_while_the_others_keep_coming(write_net: Callable[..., Path]) -> None:
    (imported,) = import_junctions(write_net())
    service = service_of(imported)
    left, straight_south = imported.lanes.index("Nin_1"), imported.lanes.index("Sin_0")
    both = next(i for i, stage in enumerate(imported.junction.stages) if {"Nin.l", "Sin.s"} <= set(stage.movements))
    alone = next(i for i, stage in enumerate(imported.junction.stages) if set(stage.movements) == {"Nin.s", "Nin.l"})
    assert service.held is not None and service.yields is not None
    assert service.held[both, left] < service.serves[both, left] < service.serves[alone, left] == 1.0
    assert service.yields[both, left, straight_south]
    assert not service.yields[alone].any()


def test_a_sensor_sees_to_the_edge_of_the_net_and_not_beyond(write_net: Callable[..., Path]) -> None:
    file = write_net()
    (imported,) = import_junctions(file)
    stretches = stretches_before(read_net(file), imported, 200.0)
    assert stretches.lanes == imported.lanes
    assert stretches.share.tolist() == np.eye(5).tolist()


FOES = ("10100", "11100", "01011", "10110", "01111")


@st.composite
def _graphs(draw: st.DrawFn) -> Groups:
    size = draw(st.integers(2, 7))
    bits = np.array(draw(st.lists(st.booleans(), min_size=size * size, max_size=size * size))).reshape(size, size)
    foes = np.triu(bits, 1)
    return Groups(
        tuple(f"g{i}" for i in range(size)),
        np.arange(size),
        "r" * size,
        foes | foes.T,
        np.zeros((size, size), np.bool_),
        np.zeros((size, size), np.bool_),
        np.zeros(size, np.bool_),
    )


@given(groups=_graphs(), most=st.integers(1, 12))
def test_stages_serve_everybody_and_never_two_who_cross(groups: Groups, most: int) -> None:
    stages = stages_of(groups, (), most)
    assert set().union(*stages) == set(range(len(groups.names)))
    assert len(set(stages)) == len(stages)
    for stage in stages:
        members = sorted(stage)
        assert not groups.foes[np.ix_(members, members)].any()
        # Nobody is left standing who could have gone along.
        assert all(groups.foes[other, members].any() for other in range(len(groups.names)) if other not in stage)


@pytest.mark.parametrize("name", ["cologne1", "ingolstadt1", "ingolstadt7", "grid4x4", "hanoi4leg"])
def test_every_known_net_is_imported_and_can_be_guarded(real_data: Path, name: str) -> None:
    file = real_data / "junctions" / name / f"{name}.net.xml"
    if not file.exists():
        pytest.skip(f"no {file}")
    for imported in import_junctions(file, ImportRules(3.0, 2.0)):
        junction = imported.junction
        assert not check_plan(imported.stored, junction)
        table = SafetyTable.of(junction, max(120.0, 2 * lap_s(junction)))
        assert (~table.conflict | (table.intergreen_s >= 5.0)).all()
        assert {name for stage in junction.stages for name in stage.movements} == set(imported.groups.names)
