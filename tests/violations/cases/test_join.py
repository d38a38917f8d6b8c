"""What belongs together does not depend on what came first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations.cases.join import Sighting, deduction, duplicates, file_name, joined
from violations.law.catalogue import fine

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
WINDOW_S = 60.0


def sighting(name, at_s, plate="29A12345", offence="red_light", camera="north"):
    return Sighting(name, plate, offence, camera, NOON + timedelta(seconds=at_s))


SIGHTINGS = st.lists(
    st.builds(
        sighting,
        st.integers(0, 10_000).map(str),
        st.integers(0, 600),
        st.sampled_from([None, "29A12345", "30E99999"]),
        st.sampled_from(["red_light", "wrong_lane"]),
        st.sampled_from(["north", "south", "east"]),
    ),
    max_size=14,
    unique_by=lambda one: one.name,
)


def test_findings_of_one_plate_are_one_file_as_long_as_no_gap_is_too_wide():
    near, later, far = sighting("a", 0), sighting("b", 60, offence="wrong_lane"), sighting("c", 121)
    other, unread = sighting("d", 10, plate="30E99999"), sighting("e", 10, plate=None)
    assert joined([far, unread, later, other, near], WINDOW_S) == ((near, later), (other,), (unread,), (far,))


@settings(deadline=None)
@given(SIGHTINGS, st.randoms())
def test_files_and_duplicates_do_not_depend_on_the_order_of_arrival(sightings, random):
    shuffled = random.sample(sightings, len(sightings))
    assert joined(sightings, WINDOW_S) == joined(shuffled, WINDOW_S)
    assert duplicates(sightings, WINDOW_S) == duplicates(shuffled, WINDOW_S)


@settings(deadline=None)
@given(SIGHTINGS)
def test_every_sighting_is_in_exactly_one_file_of_its_own_plate(sightings):
    groups = joined(sightings, WINDOW_S)
    assert sorted(one.name for group in groups for one in group) == sorted(one.name for one in sightings)
    for group in groups:
        assert len({one.plate for one in group}) == 1
        assert len(group) == 1 or group[0].plate is not None
        assert file_name(group) in {one.name for one in group}


@settings(deadline=None)
@given(SIGHTINGS, SIGHTINGS)
def test_what_came_later_can_only_make_files_larger(first, more):
    names = {one.name for one in first}
    whole = [
        {one.name for one in group} for group in joined([*first, *(m for m in more if m.name not in names)], WINDOW_S)
    ]
    for group in joined(first, WINDOW_S):
        assert any({one.name for one in group} <= larger for larger in whole)


@settings(deadline=None)
@given(SIGHTINGS)
def test_a_duplicate_shows_the_same_offence_from_another_camera_and_its_original_stays(sightings):
    found = duplicates(sightings, WINDOW_S)
    copies = [pair.copy for pair in found]
    assert len(set(copies)) == len(copies)
    for pair in found:
        assert (pair.copy.plate, pair.copy.offence) == (pair.of.plate, pair.of.offence)
        assert pair.copy.plate is not None
        assert pair.copy.camera != pair.of.camera
        assert 0 <= (pair.copy.at - pair.of.at).total_seconds() <= WINDOW_S
        assert pair.of not in copies
    seen = [(pair.of, pair.copy.camera) for pair in found]
    assert len(set(seen)) == len(seen)


def test_one_camera_that_saw_two_things_keeps_two_cases():
    a, b, c = sighting("a", 0), sighting("b", 5, camera="south"), sighting("c", 9, camera="south")
    assert [(pair.copy.name, pair.of.name) for pair in duplicates([c, b, a], WINDOW_S)] == [("b", "a")]


@pytest.mark.parametrize(
    ("offences", "points"),
    [(["red_light", "wrong_lane"], 4), (["wrong_lane", "lane_change"], 2), (["lane_change"], 0), ([], 0)],
)
def test_several_offences_cost_one_deduction_the_largest(offences, points):
    assert deduction([fine(offence, "car", NOON) for offence in offences]).points == points
