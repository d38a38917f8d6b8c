"""Everybody but the accused is masked, in every frame, and in doubt everything is."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.evidence.believed import Believed
from violations.evidence.masking import EVERYTHING, MaskPlan
from violations.evidence.record import EvidenceRecord, Still
from vision.vehicles import KIND_NAMES

ACCUSED, OTHER, WALKER = 7, 8, 9
CAR, MOTORBIKE, PEDESTRIAN = 2, 0, 5


def believed(*frames):
    """(index, media_s, rows) each."""
    return Believed.model_validate_json(
        Believed.model_construct(
            format="ngatu-tracks-1",
            size_px=(640, 360),
            kinds=KIND_NAMES,
            frames=tuple({"frame": index, "media_s": media_s, "tracks": rows} for index, media_s, rows in frames),
        ).model_dump_json(warnings=False)
    )


def row(who, kind, x1, y1, x2, y2):
    return (who, kind, x1, y1, x2, y2, True)


@pytest.fixture
def plan(stated_once):
    def make(there, **change):
        return MaskPlan(EvidenceRecord.model_validate(deepcopy(stated_once) | change), there)

    return make


def covers(mask, x, y):
    return mask.boxes is None or any(x1 <= x < x2 and y1 <= y < y2 for x1, y1, x2, y2 in mask.boxes)


TWO = (row(ACCUSED, MOTORBIKE, 100, 100, 140, 200), row(OTHER, CAR, 300, 100, 400, 180))


def test_another_vehicle_is_masked_with_a_margin_and_the_accused_only_at_the_head(plan):
    mask = plan(believed((90, 13.0, TWO))).at(13.0)
    assert covers(mask, 299, 99) and covers(mask, 400, 180)  # just outside of the other's box
    assert covers(mask, 120, 110)  # the rider's head
    assert not covers(mask, 120, 190)  # the accused's plate


@pytest.mark.parametrize("offence", ["no_helmet", "passengers"])
def test_where_the_offence_is_about_the_rider_the_rider_stays_to_be_seen(plan, offence):
    riding = row(WALKER, PEDESTRIAN, 105, 95, 135, 170)
    beside = row(WALKER + 1, PEDESTRIAN, 132, 95, 180, 200)
    mask = plan(believed((90, 13.0, (*TWO, riding, beside))), offence=offence).at(13.0)
    assert not covers(mask, 110, 110)
    assert covers(mask, 170, 110)
    assert covers(mask, 350, 150)


def test_between_two_frames_everybody_is_masked_all_the_way(plan):
    later = (row(ACCUSED, MOTORBIKE, 100, 100, 140, 200), row(OTHER, CAR, 360, 100, 460, 180))
    mask = plan(believed((90, 13.0, TWO), (95, 13.2, later))).at(13.1)
    assert covers(mask, 301, 150) and covers(mask, 459, 150)


@pytest.mark.parametrize("media_s", [12.0, 13.3, 14.5])
def test_a_frame_that_nobody_looked_at_is_masked_wholly(plan, media_s):
    """Before the first one, in a gap of a second, after the last one."""
    there = believed((90, 12.9, TWO), (115, 13.9, TWO))
    assert plan(there).at(media_s) == EVERYTHING


def test_a_frame_in_which_nobody_was_seen_is_masked_wholly(plan):
    assert plan(believed((90, 13.0, ()))).at(13.0).boxes is None


def test_a_package_that_does_not_say_who_was_where_is_masked_wholly(plan):
    still = Still(name="at.jpg", shows="still_at", frame=90, media_s=13.0)
    assert plan(None).at(13.0) == plan(None).still(still) == EVERYTHING


def test_whoever_the_detector_lost_for_a_moment_stays_masked(plan):
    only_the_accused = (TWO[0],)
    there = believed((90, 13.0, TWO), (91, 13.04, only_the_accused), (92, 13.08, only_the_accused))
    assert covers(plan(there).at(13.08), 350, 150)


def test_a_still_is_masked_by_its_own_frame_and_any_other_frame_wholly(plan):
    drawn = plan(believed((90, 13.0, TWO)))
    assert drawn.still(Still(name="at.jpg", shows="still_at", frame=90, media_s=13.0)).boxes is not None
    assert drawn.still(Still(name="at.jpg", shows="still_at", frame=91, media_s=13.0)) == EVERYTHING
    assert drawn.still(Still(name="at.jpg", shows="still_at", frame=90, media_s=13.04)) == EVERYTHING


def test_the_accuseds_own_plate_stays_to_be_read_in_its_still_even_under_a_neighbour(plan, stated_once):
    plate = {
        "text": "29B112345",
        "views": 1,
        "crop": {
            "name": "plate_crop.png",
            "still": "still_plate.png",
            "rectangle": {"x1": 100, "y1": 170, "x2": 140, "y2": 200},
            "quad": [[110, 180.5], [130, 180], [130, 190], [110, 190]],
        },
    }
    still = Still(name="still_plate.png", shows="still_plate", frame=90, media_s=13.0)
    near = row(OTHER, CAR, 90, 150, 400, 250)
    mask = plan(believed((90, 13.0, (TWO[0], near))), plate=plate).still(still)
    assert mask.clear == ((110, 180, 130, 190),)


Rows = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 5), st.integers(-20, 600), st.integers(-20, 340), st.integers(1, 90)),
    max_size=6,
    unique_by=lambda row: row[0],
)


@given(
    frames=st.lists(Rows, min_size=1, max_size=5),
    at=st.floats(-0.2, 1.2),
    offence=st.sampled_from(["red_light", "no_helmet"]),
)
def test_nobody_else_is_ever_left_in_sight(stated_once, frames, at, offence):
    """Whoever was believed in the very frame, or in both frames around it, is covered from edge to edge."""
    rows = [[row(who, kind, x, y, x + size, y + size) for who, kind, x, y, size in frame] for frame in frames]
    there = believed(*((number, number * 0.2, tuple(frame)) for number, frame in enumerate(rows)))
    record = EvidenceRecord.model_validate(deepcopy(stated_once) | {"offence": offence})
    mask = MaskPlan(record, there).at(at)
    exactly = [frame for number, frame in enumerate(rows) if abs(number * 0.2 - at) <= 0.002]
    around = exactly or [frame for number, frame in enumerate(rows) if abs(number * 0.2 - at) < 0.2]
    for who, kind, x1, y1, x2, y2, _ in (one for frame in around for one in frame):
        if who == ACCUSED or (offence == "no_helmet" and kind == PEDESTRIAN):
            continue
        if x2 > 0 and y2 > 0 and x1 < 640 and y1 < 360:
            assert covers(mask, max(x1, 0), max(y1, 0))
            assert covers(mask, min(x2, 640) - 1, min(y2, 360) - 1)
