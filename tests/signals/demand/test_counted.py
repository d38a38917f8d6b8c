from math import inf, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.demand.counted import LineMovement, flows_from_counts
from signals.demand.pcu import pcu_table
from signals.errors import DemandError
from vision.events.bodies import Counts, Direction

RIGHT, LEFT = Direction.LEFT_TO_RIGHT, Direction.RIGHT_TO_LEFT
TABLE = pcu_table()


def counts(line="in", since_s=0.0, until_s=900.0, coverage=1.0, direction=RIGHT, **kinds):
    return Counts(line=line, since_s=since_s, until_s=until_s, coverage=coverage, counts={direction: kinds})


def test_vehicles_become_units_per_hour_with_their_poisson_error():
    (flow,) = flows_from_counts([counts(car=100, motorbike=200)], [LineMovement("in", RIGHT, "main")], TABLE).flows
    assert flow.units_h == pytest.approx(4 * (100 + 0.3 * 200))
    assert flow.error_units_h == pytest.approx(4 * sqrt(100 + 0.3**2 * 200))


def test_time_without_frames_is_not_taken_for_an_empty_road():
    mapping = [LineMovement("in", RIGHT, "main")]
    (flow,) = flows_from_counts([counts(car=90, coverage=0.9)], mapping, TABLE).flows
    assert flow.units_h == pytest.approx(400)
    assert flow.error_units_h == pytest.approx(sqrt(90) / 0.9 * 4)


def test_intervals_of_one_line_add_up():
    bodies = [counts(car=50), counts(since_s=900.0, until_s=1800.0, car=150)]
    (flow,) = flows_from_counts(bodies, [LineMovement("in", RIGHT, "main")], TABLE).flows
    assert flow.units_h == pytest.approx(400)


def test_a_line_seen_too_little_makes_its_movement_unknown_and_no_other():
    bodies = [counts(car=100), counts(line="dim", coverage=0.3, car=40)]
    mapping = [LineMovement("in", RIGHT, "main"), LineMovement("dim", RIGHT, "side")]
    measured = flows_from_counts(bodies, mapping, TABLE)
    assert [flow.movement for flow in measured.flows] == ["main"]
    (unknown,) = measured.unknown
    assert unknown.movement == "side"
    assert "30%" in unknown.why
    assert "80%" in unknown.why


def test_a_line_that_sent_nothing_makes_its_movement_unknown():
    (unknown,) = flows_from_counts([], [LineMovement("in", RIGHT, "main")], TABLE).unknown
    assert "Line in sent no counts" in unknown.why


def test_a_movement_with_one_doubtful_line_of_two_is_unknown():
    mapping = [LineMovement("in", RIGHT, "main"), LineMovement("dark", RIGHT, "main")]
    measured = flows_from_counts([counts(car=100), counts(line="dark", coverage=0.0)], mapping, TABLE)
    assert measured.flows == ()
    assert measured.unknown[0].movement == "main"


def test_a_line_where_nothing_passed_is_known_to_be_empty_within_one_car():
    (flow,) = flows_from_counts([counts()], [LineMovement("in", LEFT, "main")], TABLE).flows
    assert (flow.units_h, flow.error_units_h) == (0.0, 4.0)


def test_pedestrians_are_no_vehicles():
    (flow,) = flows_from_counts([counts(car=10, pedestrian=500)], [LineMovement("in", RIGHT, "main")], TABLE).flows
    assert flow.units_h == pytest.approx(40)


def test_a_line_can_feed_two_movements_by_share():
    mapping = [LineMovement("in", RIGHT, "through", 0.75), LineMovement("in", RIGHT, "left", 0.25)]
    through, left = flows_from_counts([counts(car=400)], mapping, TABLE).flows
    assert (through.units_h, left.units_h) == (pytest.approx(1200), pytest.approx(400))


def test_shares_above_one_are_refused():
    mapping = [LineMovement("in", RIGHT, "through"), LineMovement("in", RIGHT, "left", 0.25)]
    with pytest.raises(DemandError, match=r"add up to 1\.25"):
        flows_from_counts([counts(car=400)], mapping, TABLE)


def test_the_same_time_sent_twice_is_refused_and_both_places_are_named():
    bodies = [counts(car=10), counts(line="other"), counts(since_s=600.0, until_s=1200.0, car=9)]
    with pytest.raises(DemandError, match=r"counted twice between 600 s and 900 s \(also in counts\.0\)") as caught:
        flows_from_counts(bodies, [LineMovement("in", RIGHT, "main")], TABLE)
    assert caught.value.faults[0].where == "counts.2"


def test_an_interval_without_an_end_is_refused():
    with pytest.raises(DemandError, match="no interval"):
        flows_from_counts([counts(until_s=inf, car=10)], [LineMovement("in", RIGHT, "main")], TABLE)


def test_vehicles_that_belong_to_no_movement_and_short_counts_are_told():
    bodies = [counts(until_s=300.0, car=10), counts(line="back", car=7)]
    warnings = " ".join(flows_from_counts(bodies, [LineMovement("in", RIGHT, "main")], TABLE).warnings)
    assert "7 vehicles over line back, left_to_right, belong to no movement" in warnings
    assert "counted for 300 s only" in warnings


@settings(deadline=None)
@given(st.integers(0, 5000), st.floats(0.8, 1.0), st.sampled_from(["car", "motorbike", "bus"]))
def test_seeing_less_of_the_same_count_raises_the_flow_and_its_error(number, coverage, kind):
    mapping = [LineMovement("in", RIGHT, "main")]
    (part,) = flows_from_counts([counts(coverage=coverage, **{kind: number})], mapping, TABLE).flows
    (full,) = flows_from_counts([counts(**{kind: number})], mapping, TABLE).flows
    assert part.units_h == pytest.approx(full.units_h / coverage)
    assert part.error_units_h == pytest.approx(full.error_units_h / coverage)
    assert part.error_units_h > 0
