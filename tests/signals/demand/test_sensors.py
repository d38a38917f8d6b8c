import pytest

from signals.demand.sensors import ErrorType, Trust, sensor_health, trusted


def test_a_sensor_that_sees_traffic_all_the_time_is_good(make_line):
    [north] = sensor_health([make_line(60.0 * i) for i in range(10)])
    assert (north.sensor, north.trust, north.why) == ("north", Trust.GOOD, ())


@pytest.mark.parametrize(
    ("change", "error", "trust"),
    [
        ({"coverage": 0.6}, ErrorType.DROPPED, Trust.DOUBTFUL),
        ({"coverage": 0.3}, ErrorType.DROPPED, Trust.FAILED),
        ({"occupancy": 1.0, "vehicles": 0}, ErrorType.STUCK_ON, Trust.FAILED),
        ({"view_moved": True}, ErrorType.MISSED, Trust.FAILED),
        ({"vehicles": 400}, ErrorType.FALSE, Trust.FAILED),
    ],
)
def test_each_way_to_err_is_named_with_a_sentence(make_line, change, error, trust):
    [north] = sensor_health([make_line(60.0 * i, **change) for i in range(10)])
    assert (north.trust, north.errors) == (trust, {error})
    assert north.why[0].startswith(("north", "The camera of north"))
    assert trusted([north]) == {"north": trust is not Trust.FAILED}


def test_a_queue_over_the_line_that_moves_now_and_then_is_not_stuck(make_line):
    facts = [make_line(60.0 * i, occupancy=1.0, vehicles=int(i == 7)) for i in range(10)]
    assert sensor_health(facts)[0].trust is Trust.GOOD


def test_lines_that_contradict_one_another_put_all_of_them_in_doubt(make_line, make_turning):
    lines = [make_line(), make_line(line="south")]
    turning = [make_turning({("n", "s"): 40}, balanced=False, imbalance=20.0)]
    health = sensor_health(lines, turning)
    assert [one.trust for one in health] == [Trust.DOUBTFUL] * 2
    assert health[0].errors == {ErrorType.FALSE, ErrorType.MISSED}
    assert "20 vehicles more entered" in health[0].why[0]


def test_each_lane_is_a_sensor_of_its_own(make_line):
    health = sensor_health([make_line(lane="left"), make_line(lane="right", coverage=0.1)])
    assert [(one.sensor, one.trust) for one in health] == [("north/left", Trust.GOOD), ("north/right", Trust.FAILED)]
