import numpy as np
import pytest

from vision.events.facts import ApproachFacts, GreenFacts, LaneFacts, LineFacts
from vision.events.lamps import Lamp
from vision.pcu import pcu_table
from vision.tracks import Tracks
from vision.traffic.facts.traffic_facts import TrafficFacts

LEFT, RIGHT = 41.75, 45.25
CAR, MOTORBIKE, PEDESTRIAN = 2, 0, 5


@pytest.fixture(scope="module")
def steady(on_street, make_driver):
    """A car every 3 s at 10 m/s in the left lane, for a minute."""
    drivers = [
        make_driver(track, LEFT, 92.0, 10.0, since_s=3.0 * track, until_s=3.0 * track + 9.0) for track in range(1, 18)
    ]
    return on_street(drivers, 60.0)


def of(bodies, kind, seconds, **names):
    return [
        body
        for body in bodies
        if isinstance(body, kind)
        and body.until_s - body.since_s == seconds
        and all(getattr(body, name) == value for name, value in names.items())
    ]


def test_a_steady_stream_has_the_volume_flow_speed_and_headway_it_was_drawn_with(steady):
    [minute] = of(steady, LineFacts, 60, line="upstream", lane="left")
    assert minute.vehicles.value == 17
    assert minute.volume["car"].value == 17
    assert minute.flow_veh_h.value == pytest.approx(17 * 60, rel=0.01)
    assert minute.spot_speed_mps.value == pytest.approx(10, abs=0.05)
    assert minute.space_mean_speed_mps.value == pytest.approx(10, abs=0.05)
    assert minute.headway_s.value == pytest.approx(3, abs=0.02)
    # A car is 4.4 m long and drives 10 m/s: the point is covered for 0.44 s of every 3.
    assert minute.gap_s.value == pytest.approx(2.56, abs=0.1)
    assert minute.occupancy.value == pytest.approx(17 * 0.44 / 60, abs=0.02)


def test_density_is_flow_over_space_mean_speed(steady):
    # The fundamental relation q = k v, in the middle of the minute where the stream fills the lane.
    quarter = of(steady, LaneFacts, 15, lane="left")[2]
    assert quarter.space_mean_speed_mps.value == pytest.approx(10, abs=0.05)
    assert quarter.density_veh_km.value == pytest.approx(1000 / 30, rel=0.15)
    assert quarter.level_of_service.basis == "hcm_signalised_delay"
    assert quarter.control_delay_s.value == pytest.approx(0, abs=0.2)
    assert (quarter.stops.value, quarter.queue_veh.value, quarter.queue_m.value) == (0, 0, 0)


def test_every_number_is_known_with_its_error_or_says_why_not(steady):
    for body in steady:
        for name, value in body:
            if name.endswith(("_mps", "_s", "_veh", "_pcu")) and hasattr(value, "why"):
                assert (value.value is None) == bool(value.why)
                assert value.value is None or value.error >= 0


def test_a_wave_of_unbelieved_tracks_leaves_no_trace(on_street, make_driver):
    ghosts = [make_driver(track, LEFT, 92.0, 10.0, since_s=track, confirmed=False) for track in range(1, 10)]
    bodies = on_street(ghosts, 20.0)
    assert {body.vehicles.value for body in bodies if isinstance(body, LineFacts)} == {0}
    assert {body.present_veh.value for body in bodies if isinstance(body, LaneFacts)} == {0}
    assert {body.area_occupancy.value for body in bodies if isinstance(body, LaneFacts)} == {0}


def test_without_a_calibration_nothing_in_metres_is_guessed(on_street, make_driver, make_street):
    scene = make_street(calibration=None)
    bodies = on_street([make_driver(1, LEFT, 92.0, 10.0, until_s=9.0)], 15.0, scene)
    [lane] = of(bodies, LaneFacts, 15, lane="left")
    for figure in (lane.density_veh_km, lane.space_mean_speed_mps, lane.queue_m, lane.control_delay_s):
        assert figure.value is None
        assert "calibration" in figure.why
    [line] = of(bodies, LineFacts, 15, line="upstream", lane="left")
    assert line.spot_speed_mps.value is None
    assert line.vehicles.value == 1
    assert line.occupancy.value > 0


def test_a_queue_has_its_length_in_metres_and_units_and_its_back(on_street, make_driver):
    # Four cars and a motorbike stop bumper to bumper, 6 m apart, the first rear 20 m from the picture's top.
    places = [20.0, 26.0, 32.0, 38.0, 44.0]
    kinds = [CAR, CAR, CAR, CAR, MOTORBIKE]
    drivers = [
        make_driver(track, LEFT, 60 + 6.0 * track, 10.0, stop_at=place, go_s=99, kind=kind)
        for track, (place, kind) in enumerate(zip(places, kinds, strict=True), start=1)
    ]
    [quarter] = of(on_street(drivers, 15.0), LaneFacts, 15, lane="left")
    assert quarter.queue_veh.value == 5
    assert quarter.queue_pcu.value == pytest.approx(4.3)
    assert quarter.queue_m.value == pytest.approx(29, abs=0.5)
    assert quarter.queue_back.y == pytest.approx(0.44, abs=0.005)
    assert not quarter.queue_beyond_view
    assert quarter.stops.value == 5
    assert quarter.pcu_table == "tcvn_4054_2005"


def test_a_hole_in_the_row_ends_the_queue(on_street, make_driver):
    drivers = [
        make_driver(1, LEFT, 60.0, 10.0, stop_at=20.0, go_s=99),
        make_driver(2, LEFT, 70.0, 10.0, stop_at=60.0, go_s=99),
    ]
    [quarter] = of(on_street(drivers, 15.0), LaneFacts, 15, lane="left")
    assert quarter.queue_veh.value == 1


@pytest.fixture(scope="module")
def one_cycle(on_street, make_driver):
    """Ten cars in two lanes wait through a red, leave one every 2 s and lane from second 20 on; two more come later."""
    drivers = []
    for place in range(5):
        for side, x in enumerate((LEFT, RIGHT)):
            drivers.append(
                make_driver(
                    2 * place + side + 1,
                    x,
                    50.0 + 6.0 * place,
                    10.0,
                    stop_at=20.0 + 6.0 * place,
                    go_s=21.0 + 2.0 * place - 0.6 * place,
                    until_s=40.0,
                )
            )
    drivers += [make_driver(20 + k, LEFT, 93.0, 10.0, since_s=36.0 + 2 * k, until_s=48.0 + 2 * k) for k in (1, 2)]
    lamps = [(0.0, Lamp.RED), (20.0, Lamp.GREEN), (50.0, Lamp.RED)]
    return on_street(drivers, 60.0, lamps=lamps)


def test_a_green_tells_its_queue_its_slices_and_its_saturation_flow(one_cycle):
    [green] = [body for body in one_cycle if isinstance(body, GreenFacts)]
    assert (green.since_s, green.until_s, green.whole) == (20.0, 50.0, True)
    assert green.queue_veh.value == 10
    assert [part.vehicles.value for part in green.slices][:3] == [4, 4, 2]
    assert green.slices[0].until_s == 4.0
    # 4 cars in 4 s.
    assert green.saturation_pcu_h.value == pytest.approx(3600)
    assert green.left_behind_veh.value == 0
    assert green.split_failure is False


def test_arrivals_on_green_are_those_that_meet_it(one_cycle):
    [green] = [body for body in one_cycle if isinstance(body, GreenFacts)]
    assert green.arrivals_on_green.n == 12
    assert green.arrivals_on_green.value == pytest.approx(2 / 12, abs=1e-3)


def test_control_delay_is_the_time_lost_per_vehicle(one_cycle):
    [minute] = of(one_cycle, ApproachFacts, 60)
    # The first pair stands from 3 s to 21 s, each next pair from 3 s to 1.4 s later: 18 + 1.4 k seconds, for 10 of 12.
    lost = sum(2 * (18.0 + 1.4 * k) for k in range(5)) / 12
    assert minute.control_delay_s.value == pytest.approx(lost, rel=0.08)
    assert minute.level_of_service.grade == "B"
    assert minute.greens == 1
    assert minute.split_failures.value == 0


def test_a_green_too_short_for_its_queue_leaves_somebody_behind(on_street, make_driver):
    drivers = [
        make_driver(k + 1, LEFT, 50.0 + 6 * k, 10.0, stop_at=20.0 + 6.0 * k, go_s=10.5 if k == 0 else 99.0)
        for k in range(3)
    ]
    bodies = on_street(drivers, 30.0, lamps=[(0.0, Lamp.RED), (10.0, Lamp.GREEN), (16.0, Lamp.RED)])
    [green] = [body for body in bodies if isinstance(body, GreenFacts)]
    assert green.queue_veh.value == 3
    assert green.left_behind_veh.value == 2


def test_no_headway_reaches_over_a_hole_in_the_watch(on_street, make_driver):
    drivers = [make_driver(k, LEFT, 92.0, 10.0, since_s=3.0 * k, until_s=3.0 * k + 9) for k in (1, 2, 5, 6)]
    bodies = on_street(drivers, 30.0, skipped=[(9.5, 16.0)])
    headways = [body.headway_s for body in of(bodies, LineFacts, 60, line="upstream", lane="left")]
    assert [each.n for each in headways] == [2]


def test_pedestrians_are_told_apart_and_are_no_vehicles(on_street, make_driver):
    bodies = on_street([make_driver(1, LEFT, 92.0, 10.0, kind=PEDESTRIAN, until_s=9.0)], 15.0)
    [line] = of(bodies, LineFacts, 15, line="upstream", lane="left")
    assert line.volume["pedestrian"].value == 1
    assert (line.vehicles.value, line.vehicles_pcu.value) == (0, 0)


def test_another_table_gives_other_units_and_says_so(make_street):
    facts = TrafficFacts(make_street(), (1000, 1000), pcu=pcu_table("hanoi_motorbike_units_2012"))
    assert facts.finish() == []


@pytest.mark.parametrize("intervals_s", [(15, 40), (0,), ()])
def test_intervals_that_do_not_add_up_are_refused(make_street, intervals_s):
    with pytest.raises(ValueError, match="intervals_s"):
        TrafficFacts(make_street(), (1000, 1000), intervals_s=intervals_s)


def test_time_in_which_the_camera_looked_elsewhere_is_not_covered_and_is_marked(make_street):
    facts, nobody = TrafficFacts(make_street(), (1000, 1000), intervals_s=(15,)), []
    for frame in range(300):
        at_s = frame / 10
        if 18 <= at_s < 21:
            facts.skip(at_s)
        else:
            nobody += facts.see(no_tracks(), (), at_s)
    first, second = of([*nobody, *facts.finish()], LaneFacts, 15, lane="left")
    assert (first.coverage, first.view_moved) == (1.0, False)
    assert second.view_moved
    assert second.coverage == pytest.approx(12 / 15, abs=0.02)


def no_tracks():
    none = np.zeros(0, np.bool_)
    names, boxes = np.zeros(0, np.int64), np.zeros((0, 4), np.float32)
    return Tracks(names, boxes, np.zeros(0, np.float32), np.zeros(0, np.int8), none, none, names)


def test_without_a_calibration_who_creeps_on_far_up_the_road_is_not_queued_and_who_stands_is(
    on_street, make_driver, make_street
):
    # Boxes are 28 px large: 0.9 m/s on this drawn street is 0.32 sizes a second, as 50 km/h look far up a real one.
    far = [make_driver(track, LEFT, 60.0 + 6 * track, 0.9, until_s=60.0) for track in range(1, 5)]
    stands = make_driver(9, RIGHT, 60.0, 10.0, stop_at=30.0, go_s=99)
    scene = make_street(calibration=None)
    bodies = on_street([*far, stands], 30.0, scene)
    last = {name: of(bodies, LaneFacts, 15, lane=name)[-1] for name in ("left", "right")}
    assert (last["left"].queue_veh.value, last["left"].stops.value) == (0, 0)
    assert last["right"].queue_veh.value == 1
    assert of(bodies, LaneFacts, 15, lane="right")[0].stops.value == 1


@pytest.mark.parametrize("calibrated", [True, False])
def test_nobody_stands_in_a_picture_that_was_frozen_from_the_start(on_street, make_driver, make_street, calibrated):
    scene = make_street() if calibrated else make_street(calibration=None)
    places = [30.0 + 6 * track for track in range(1, 5)]
    frozen = [make_driver(track, LEFT, at, 10.0, stop_at=at, go_s=4.0) for track, at in enumerate(places, 1)]
    [first, *_] = of(on_street(frozen, 15.0, scene), LaneFacts, 15, lane="left")
    assert (first.queue_veh.value, first.stops.value) == (0, 0)


def test_who_stands_from_the_start_on_is_queued_once_nothing_moved_for_too_long_to_be_a_frozen_picture(
    on_street, make_driver
):
    standing = make_driver(1, LEFT, 30.0, 10.0, stop_at=30.0, go_s=99)
    first, second = of(on_street([standing], 30.0), LaneFacts, 15, lane="left")[:2]
    assert first.queue_veh.value == second.queue_veh.value == 1
    assert first.stops.value == 0


def test_a_stream_that_stops_for_seconds_is_not_covered_and_nobody_stands_in_it(make_street, make_driver, run_stopped):
    bodies = run_stopped(make_street(), [make_driver(1, LEFT, 92.0, 4.0)], stops_at_s=3.0, until_s=9.0, seconds=15.0)
    [lane] = of(bodies, LaneFacts, 15, lane="left")
    assert lane.queue_veh.value == 0
    assert lane.coverage == pytest.approx(9 / 15, abs=0.02)
