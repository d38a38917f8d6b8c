"""People who walk, buses and the yellow of a speed, as they are described and as they are timed."""

import pytest
from pydantic import ValidationError

from signals.demand.flows import stated_flow
from signals.demand.movements import gather_demands
from signals.demand.pcu import pcu_table
from signals.demand.saturation import Saturation
from signals.errors import DemandError
from signals.library.convert import junction_of, saturations_of
from signals.library.described import JunctionIn
from signals.optimize.webster import webster_plan
from signals.plan.check import check_plan
from signals.plan.junction import MovementKind

WALKERS = {"id": "walkers", "kind": "pedestrian", "walk_s": 6, "crossing_m": 18, "max_red_s": 70}
TABLE = pcu_table("tcvn_4054_2005")


def described(**changes: object) -> JunctionIn:
    body = {
        "movements": [WALKERS, {"id": "main", "width_m": 10.5}, {"id": "bus", "kind": "bus", "width_m": 3.5}],
        "stages": [{"id": "A", "movements": ["main", "bus"]}, {"id": "B", "movements": ["walkers"]}],
    }
    return JunctionIn.model_validate({**body, **changes})


def test_what_is_described_of_people_and_buses_reaches_the_junction() -> None:
    walkers, main, bus = junction_of(described()).movements
    assert (walkers.kind, walkers.walk_s, walkers.crossing_m, walkers.max_red_s) == ("pedestrian", 6.0, 18.0, 70.0)
    assert walkers.least_green_s == 6.0 + 18.0 / 1.2
    assert (main.kind, main.least_green_s, main.max_red_s) == (MovementKind.VEHICLE, 0.0, None)
    assert bus.kind is MovementKind.BUS


@pytest.mark.parametrize(
    ("changes", "yellow_s"),
    [({}, 3.0), ({"yellow_s": 4.5}, 4.5), ({"speed_kmh": 40}, 3.0), ({"speed_kmh": 60}, 4.0), ({"speed_kmh": 80}, 5.0)],
)
def test_yellow_is_given_or_follows_from_the_speed(changes: dict[str, float], yellow_s: float) -> None:
    assert junction_of(described(**changes)).yellow_s == yellow_s


def test_yellow_and_speed_together_are_refused() -> None:
    with pytest.raises(ValidationError, match="give yellow_s or speed_kmh"):
        described(yellow_s=3, speed_kmh=50)


def test_people_need_no_flow_and_their_stage_lasts_their_way_in_the_plan_made() -> None:
    body = described()
    junction = junction_of(body)
    flows = [stated_flow(name, units_h, None, TABLE) for name, units_h in (("main", 1500.0), ("bus", 60.0))]
    demands = gather_demands(junction, flows, [], list(saturations_of(body, TABLE)))
    assert [demand.movement for demand in demands] == ["main", "bus"]
    plan = webster_plan(junction, demands).plan
    assert check_plan(plan, junction) == []
    assert plan.stages[1].green_s == 21.0


def test_who_drives_without_a_flow_is_named_by_his_place_among_all() -> None:
    body = described()
    with pytest.raises(DemandError) as caught:
        gather_demands(junction_of(body), [], [], [Saturation("main", 1800.0, "given")])
    assert "junction.movements.2" in {fault.where for fault in caught.value.faults}
