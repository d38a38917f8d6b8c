"""A plan as a program of SUMO, and two plans driven through the same traffic."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from signals.control.lamps import Aspect
from signals.demand.movements import MovementDemand
from signals.errors import PlanError
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out, lay_out_stages
from signals.sumo import simulate
from signals.sumo.compare import compare_on_net, compare_plans
from signals.sumo.errors import SumoError
from signals.sumo.junctions import ImportRules, import_junctions
from signals.sumo.logic import program_of, rows_of
from signals.sumo.schematic import lanes_of
from signals.sumo.simulate import Scene, Sumo, find_sumo

DemandMaker = Callable[[Mapping[str, tuple[float, float]]], tuple[MovementDemand, ...]]


@pytest.fixture
def sumo() -> Sumo:
    """SUMO is a test package: where it is missing this fails."""
    return find_sumo()


def test_a_plan_is_shown_row_by_row_with_its_yellows(crossroads: Junction) -> None:
    rows = [(seconds, aspects.tolist()) for seconds, aspects in rows_of(lay_out(crossroads, (20, 30)), crossroads)]
    red, yellow, green = int(Aspect.RED), int(Aspect.YELLOW), int(Aspect.GREEN)
    assert rows == [
        (20.0, [green, green, red, red]),
        (3.0, [yellow, yellow, red, red]),
        (2.0, [red] * 4),
        (30.0, [red, red, green, green]),
        (3.0, [red, red, yellow, yellow]),
        (2.0, [red] * 4),
    ]
    logic = program_of("C", lay_out(crossroads, (20, 30), 7.0), crossroads, lambda _: "r")
    assert (logic.get("offset"), sum(float(row.get("duration", "0")) for row in logic)) == ("7", 60.0)


def test_the_nets_own_program_comes_out_as_it_went_in(write_net: Callable[..., Path]) -> None:
    (imported,) = import_junctions(write_net(), ImportRules(all_red_s=0.0))
    rows = list(rows_of(imported.fixed["0"], imported.junction))
    assert [seconds for seconds, _ in rows] == [30.0, 3.0, 20.0, 3.0]


def test_a_split_that_suits_the_traffic_saves_delay_for_the_same_vehicles(
    crossroads: Junction, make_demands: DemandMaker, sumo: Sumo
) -> None:
    demands = make_demands({"north": (900, 1900), "south": (700, 1900), "east": (150, 1900), "west": (100, 3800)})
    told: list[tuple[int, int]] = []
    found = compare_plans(
        crossroads,
        demands,
        lay_out(crossroads, (20, 50)),
        lay_out(crossroads, (45, 12)),
        seeds=(1, 2),
        period_s=300.0,
        sumo=sumo,
        progress=lambda done, of: told.append((done, of)),
    )
    assert found.present.vehicles == found.proposed.vehicles > 100
    assert found.saved_s > 5 and found.better == 2 and found.error_s is not None
    assert 0 < found.saved_share < 1
    assert found.present.worst in ("north", "south")
    assert set(found.proposed.by_approach_s) == {"north", "south", "east", "west"}
    assert told[-1] == (4, 4)


def test_wide_approaches_are_drawn_with_more_lanes(make_demands: DemandMaker) -> None:
    narrow, wide = make_demands({"north": (100, 1500), "south": (100, 5700)})
    assert (lanes_of(narrow), lanes_of(wide)) == (1, 3)


def test_plans_are_compared_on_a_net_of_sumo_too(tmp_path: Path, sumo: Sumo) -> None:
    net, routes = tmp_path / "one.net.xml", tmp_path / "r.rou.xml"
    grid = ("--grid", "--grid.number", "1", "--grid.attach-length", "150", "-j", "traffic_light", "-o", str(net))
    simulate.call(sumo.program("netgenerate"), *grid)
    flows = "".join(
        f'<flow id="{a}" from="{a}0A0" to="A0{b}0" begin="0" end="200" period="{seconds}"/>'
        for a, b, seconds in (("top", "bottom", 4), ("left", "right", 20), ("bottom", "top", 5))
    )
    routes.write_text(f"<routes>{flows}</routes>", "utf-8")
    (imported,) = import_junctions(net, ImportRules(3.0, 2.0, max_cycle_s=180.0))
    scene, stored = Scene(net, (routes,), 0.0, 300.0), imported.stored
    stages = [stage for each in stored.stages if (stage := imported.junction.stage(each.stage)) is not None]
    quick = lay_out_stages(imported.junction, [(stage, 10.0) for stage in stages])
    found = compare_on_net(scene, {"A0": imported}, {"A0": stored}, {"A0": quick}, seeds=(1,), sumo=sumo)
    assert found.saved_s < 0 and found.better == 0 and found.error_s is None, "greens of 10 s do not carry the north"
    assert set(found.present.by_approach_s) == {"top0A0", "left0A0", "bottom0A0"}


def test_a_plan_that_may_not_be_shown_is_not_simulated(crossroads: Junction, make_demands: DemandMaker) -> None:
    demands = make_demands(dict.fromkeys(("north", "south", "east", "west"), (100, 1900)))
    good = lay_out(crossroads, (20, 30))
    bad = TimingPlan(20.0, (good.stages[0],))
    with pytest.raises(PlanError, match="never gets green"):
        compare_plans(crossroads, demands, good, bad, sumo=Sumo(Path("/nowhere")))


def test_where_there_is_no_sumo_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUMO_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(simulate, "find_spec", lambda _name: None)
    with pytest.raises(SumoError, match=r"needs SUMO: wanted sumo .* pip install eclipse-sumo"):
        find_sumo()


def test_what_sumo_complains_of_is_told(sumo: Sumo, tmp_path: Path) -> None:
    with pytest.raises(SumoError, match="sumo failed: "):
        simulate.call(sumo.program("sumo"), "--net-file", str(tmp_path / "absent.net.xml"))
