"""What must hold whatever drives by: nothing is counted twice, nothing is lost between intervals."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.events.facts import LaneFacts, LineFacts, TurningFacts

few = settings(max_examples=8, deadline=None)
journeys = st.lists(
    st.tuples(
        st.floats(0, 12),
        st.sampled_from([5.0, 10.0, 15.0]),
        st.sampled_from([0, 2, 3, 5]),
        st.sampled_from([41.75, 45.25]),
        st.booleans(),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def junction(make_street):
    """The drawn street with its lines as the two legs of a junction."""
    lines = {
        "south": {"line": [[0.39, 0.65], [0.48, 0.65]], "entering": "right_to_left"},
        "north": {"line": [[0.39, 0.30], [0.48, 0.30]], "entering": "left_to_right"},
    }
    return make_street(counting_lines=lines, movements={"through": {"entry": "south", "exit": "north"}})


@pytest.fixture(scope="module")
def drive(on_street, make_driver, junction):
    def go(journeys, **more):
        drivers = [
            make_driver(track, x, 92.0, mps, since_s=since_s, until_s=since_s + 88.0 / mps, kind=kind, confirmed=sure)
            for track, (since_s, mps, kind, x, sure) in enumerate(journeys, start=1)
        ]
        return on_street(drivers, 20.0, junction, fps=4.0, intervals_s=(5, 20, 60), **more)

    return go


def of(bodies, kind, seconds):
    return [body for body in bodies if isinstance(body, kind) and body.until_s - body.since_s == seconds]


def volumes(bodies):
    total = Counter()
    for body in bodies:
        for kind, volume in body.volume.items():
            total[body.line, body.lane, body.direction, kind] += volume.value
    return total


@few
@given(journeys)
def test_short_intervals_add_up_to_the_long_one_and_kinds_to_the_vehicles(drive, journeys):
    bodies = drive(journeys)
    assert volumes(of(bodies, LineFacts, 5)) == volumes(of(bodies, LineFacts, 20)) == volumes(of(bodies, LineFacts, 60))
    for body in of(bodies, LineFacts, 5) + of(bodies, LineFacts, 20):
        of_kinds = sum(volume.value for kind, volume in body.volume.items() if kind != "pedestrian")
        assert body.vehicles.value == of_kinds


@few
@given(journeys)
def test_every_vehicle_that_entered_left_or_is_accounted_for(drive, journeys):
    [minute] = of(drive(journeys), TurningFacts, 60)
    turned = sum(turn.vehicles.value for turn in minute.turns)
    assert turned + minute.appeared.value == minute.left.value
    assert turned + minute.vanished.value + minute.trembled.value <= minute.entered.value
    if not (minute.vanished.value or minute.appeared.value):  # whoever is lost on the way may well be noticed
        assert minute.balanced in (None, True)


@few
@given(journeys)
def test_only_believed_tracks_make_facts(drive, journeys):
    bodies = drive([(*rest, False) for *rest, _ in journeys])
    assert all(body.vehicles.value == 0 and not body.volume for body in of(bodies, LineFacts, 5))
    assert all(body.present_veh.value == 0 for body in of(bodies, LaneFacts, 5))


@few
@given(st.floats(0, 8), st.floats(1.5, 4), st.floats(0, 4))
def test_coverage_falls_the_longer_nobody_looks(drive, since_s, missed_s, more_s):
    shorter = drive([], skipped=[(since_s, since_s + missed_s)])
    longer = drive([], skipped=[(since_s, since_s + missed_s + more_s)])
    [some], [less] = ({body.coverage for body in of(bodies, LineFacts, 20)} for bodies in (shorter, longer))
    assert less <= some <= 1
    assert some == pytest.approx((20 - missed_s) / 20, abs=0.05)


@few
@given(journeys)
def test_shares_stay_shares_and_nothing_is_negative(drive, journeys):
    for body in of(drive(journeys), LaneFacts, 5):
        assert 0 <= body.area_occupancy.value <= 1
        assert body.present_veh.value >= 0
        assert body.queue_m.value >= 0
        assert body.control_delay_s.value is None or body.control_delay_s.value >= 0
