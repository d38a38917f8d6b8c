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
            format="ngatu-tracks-2",
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


def inside(boxes, x, y):
    return any(x1 <= x < x2 and y1 <= y < y2 for x1, y1, x2, y2 in boxes)


def nothing_shown(mask):
    return not (mask.accused or mask.clear or mask.plate)


TWO = (row(ACCUSED, MOTORBIKE, 100, 100, 140, 200), row(OTHER, CAR, 300, 100, 400, 180))


def test_only_the_region_of_the_accused_is_told_finer_and_nothing_is_shown_as_it_was(plan):
    mask = plan(believed((90, 13.0, TWO))).at(13.0)
    [region] = mask.accused
    assert inside([region], 100, 100) and inside([region], 139, 199)
    assert inside([region], 120, 210)  # the road at the wheels, where a line is crossed
    assert not inside([region], 160, 150)
    assert mask.clear == () == mask.plate


def test_whoever_was_never_detected_is_as_coarse_as_the_rest(plan):
    """The mask says what is shown; what it does not name is coarse."""
    alone = plan(believed((90, 13.0, TWO[:1]))).at(13.0)
    both = plan(believed((90, 13.0, TWO))).at(13.0)
    assert (alone.accused, alone.clear, alone.plate) == (both.accused, both.clear, both.plate)


@pytest.mark.parametrize(
    ("vehicle", "box", "cell_px"),
    [("motorbike", (0, 0, 60, 120), 20), ("car", (0, 0, 200, 150), 20), ("bus", (0, 0, 320, 200), 20)],
)
def test_the_rest_is_coarser_the_larger_the_accused_was_in_any_frame(plan, vehicle, box, cell_px):
    small = row(ACCUSED, CAR, 0, 0, 20, 20)
    mask = plan(believed((90, 13.0, (small,)), (95, 13.5, (row(ACCUSED, CAR, *box),))), vehicle=vehicle).at(13.0)
    assert mask.cell_px == cell_px


@pytest.mark.parametrize("offence", ["no_helmet", "passengers"])
def test_where_the_offence_is_about_the_rider_the_rider_stays_to_be_seen(plan, offence):
    riding = row(WALKER, PEDESTRIAN, 105, 95, 135, 170)
    beside = row(WALKER + 1, PEDESTRIAN, 132, 95, 180, 200)
    mask = plan(believed((90, 13.0, (*TWO, riding, beside))), offence=offence).at(13.0)
    assert inside(mask.clear, 110, 110) and not inside(mask.hidden, 110, 110)
    assert inside(mask.hidden, 170, 110)
    assert not inside(mask.clear, 120, 195)  # where the plates of others would be


def test_where_the_plate_is_covered_the_place_of_the_plate_is_shown_and_not_the_rider(plan):
    mask = plan(believed((90, 13.0, TWO)), offence="plate_covered").at(13.0)
    assert inside(mask.clear, 120, 180) and not inside(mask.clear, 120, 120)


def test_between_two_frames_the_accused_is_somewhere_on_the_way_and_the_others_are_hidden_all_the_way(plan):
    later = (row(ACCUSED, MOTORBIKE, 130, 100, 170, 200), row(OTHER, CAR, 160, 100, 460, 180))
    mask = plan(believed((90, 13.0, TWO), (95, 13.2, later)), offence="no_helmet").at(13.1)
    assert inside(mask.accused, 100, 150) and inside(mask.accused, 169, 150)
    assert inside(mask.hidden, 161, 150) and inside(mask.hidden, 459, 150)


@pytest.mark.parametrize("media_s", [12.0, 13.3, 14.5])
def test_in_a_frame_that_nobody_looked_at_nothing_is_shown(plan, media_s):
    """Before the first one, in a gap of a second, after the last one."""
    there = believed((90, 12.9, TWO), (115, 13.9, TWO))
    assert nothing_shown(plan(there, offence="no_helmet").at(media_s))


def test_where_the_accused_was_only_expected_for_long_nothing_is_shown(plan):
    expected = (*TWO[0][:6], False)
    frames = [(number, 13.0 + number / 10, (TWO[0] if number == 0 else expected,)) for number in range(6)]
    there = plan(believed(*frames), offence="no_helmet")
    assert not nothing_shown(there.at(13.2))
    assert nothing_shown(there.at(13.5))


def test_of_a_package_that_does_not_say_who_was_where_nothing_is_shown(plan):
    still = Still(name="at.jpg", shows="still_at", frame=90, media_s=13.0)
    assert plan(None).at(13.0) == plan(None).still(still) == EVERYTHING
    assert nothing_shown(EVERYTHING)


def test_whoever_the_detector_lost_for_a_moment_stays_hidden(plan):
    near = (TWO[0], row(OTHER, CAR, 130, 100, 230, 180))
    there = believed((90, 13.0, near), (91, 13.04, TWO[:1]), (92, 13.08, TWO[:1]))
    assert inside(plan(there, offence="no_helmet").at(13.08).hidden, 135, 150)


def test_a_still_is_masked_by_its_own_frame_and_of_any_other_nothing_is_shown(plan):
    drawn = plan(believed((90, 13.0, TWO)))
    assert drawn.still(Still(name="at.jpg", shows="still_at", frame=90, media_s=13.0)).accused
    assert nothing_shown(drawn.still(Still(name="at.jpg", shows="still_at", frame=91, media_s=13.0)))
    assert nothing_shown(drawn.still(Still(name="at.jpg", shows="still_at", frame=90, media_s=13.04)))


def test_the_accuseds_own_plate_stays_to_be_read_in_its_still(plan):
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
    drawn = plan(believed((90, 13.0, TWO)), plate=plate)
    assert drawn.still(still).plate == ((110, 180, 130, 190),)
    assert drawn.still(still.model_copy(update={"name": "still_at.jpg"})).plate == ()


def test_what_the_scene_names_is_drawn_in_every_picture_and_the_words_in_the_explained_one(plan):
    there = believed((90, 13.0, TWO)).model_copy(
        update={"lamps": ((10, 10, 20, 40),), "strokes": (((0, 150), (640, 150)),)}
    )
    drawn = plan(there)
    for mask in (drawn.at(13.0), drawn.at(99.0)):
        assert mask.lamps == ((10, 10, 20, 40),)
        assert mask.strokes == (((0, 150), (640, 150)),)
    explained = drawn.still(Still(name="overlay.jpg", shows="overlay", frame=90, media_s=13.0))
    assert explained.captions == ("into_red 3.00 +- 0.12 s",)
    assert drawn.at(13.0).captions == ()


def test_tracks_of_the_first_format_say_nothing_of_the_scene_and_are_read_as_before():
    said = believed((90, 13.0, TWO)).model_dump(mode="json", exclude={"strokes", "lamps"}) | {
        "format": "ngatu-tracks-1"
    }
    assert Believed.model_validate(said).format == "ngatu-tracks-1"
    with pytest.raises(ValueError, match="wanted them in ngatu-tracks-2 alone"):
        Believed.model_validate(said | {"lamps": ((1, 1, 2, 2),)})


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
def test_whoever_was_believed_beside_the_accused_is_never_shown_as_they_were(stated_once, frames, at, offence):
    """Whoever was believed in the very frame, or in both frames around it, is hidden from edge to edge where anything
    is shown."""
    rows = [[row(who, kind, x, y, x + size, y + size) for who, kind, x, y, size in frame] for frame in frames]
    there = believed(*((number, number * 0.2, tuple(frame)) for number, frame in enumerate(rows)))
    record = EvidenceRecord.model_validate(deepcopy(stated_once) | {"offence": offence})
    mask = MaskPlan(record, there).at(at)
    if not mask.clear:
        return
    exactly = [frame for number, frame in enumerate(rows) if abs(number * 0.2 - at) <= 0.002]
    around = exactly or [frame for number, frame in enumerate(rows) if abs(number * 0.2 - at) < 0.2]
    for who, kind, x1, y1, x2, y2, _ in (one for frame in around for one in frame):
        if who == ACCUSED or kind == PEDESTRIAN:
            continue
        if x2 > 0 and y2 > 0 and x1 < 640 and y1 < 360:
            assert inside(mask.hidden, max(x1, 0), max(y1, 0))
            assert inside(mask.hidden, min(x2, 640) - 1, min(y2, 360) - 1)
