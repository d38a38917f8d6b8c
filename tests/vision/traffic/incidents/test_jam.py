"""A lane that is full and hardly moves for longer than a red is jammed; a queue, a flow and an empty lane are not."""

import pytest


def soon(street):
    """A red of half a minute at most, so that a short clip is long enough."""
    return street.limits(jam_s=20)


def creeping(street, seconds, pace_px_s, gap_px=90, fps=5):
    """A full lane that creeps: whoever leaves above comes in again below as somebody new."""
    frames = []
    for step in range(seconds * fps):
        gone = step / fps * pace_px_s
        cars = []
        for place in range(10):
            round_, way = divmod(gone + place * gap_px, 900)
            cars.append(street.car((250, 970 - way), track=1 + place + 10 * int(round_)))
        frames.append(cars)
    return frames


def kinds(said):
    return [(one.kind, one.phase, one.place) for one in said if one.kind == "jam"]


def test_full_lane_that_creeps_for_long_is_jammed_until_it_flows(street):
    jam, flow = creeping(street, 30, 8), creeping(street, 15, 200, gap_px=300)
    said = [one for one in street.play(jam + flow, limits=soon(street), fps=5) if one.kind == "jam"]
    assert kinds(said) == [("jam", "start", "left"), ("jam", "end", "left")]
    start, end = said
    assert start.at_s == pytest.approx(20, abs=3)
    assert 29 <= end.until_s <= 33
    assert {measure.name for measure in start.measures} == {"speed", "occupied"}


@pytest.mark.parametrize(("pace_px_s", "gap_px"), [(150, 90), (8, 450)])
def test_flow_and_a_nearly_empty_lane_are_no_jam(street, pace_px_s, gap_px):
    frames = creeping(street, 30, pace_px_s, gap_px)
    assert kinds(street.play([cars[: 900 // gap_px] for cars in frames], limits=soon(street), fps=5)) == []


def test_queue_that_clears_with_each_green_is_no_jam(street):
    red, green = creeping(street, 15, 4), creeping(street, 8, 200)
    assert kinds(street.play((red + green) * 3, limits=soon(street), fps=5)) == []
