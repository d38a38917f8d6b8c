"""What must hold for every path, drawn at random."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vision.geometry.lines import Line
from vision.traffic.counts import tally
from vision.traffic.crossings import LineCounter

# The band of the default box (80 × 60) around a level line is 3.6 px to each side.
BAND_PX = 3.6
LINE = ((0.0, 300.0), (800.0, 300.0))

# A busy machine may be slow: no test here is about time.
quickly = settings(deadline=None, max_examples=40)

legs = st.lists(st.floats(150, 450), min_size=2, max_size=8)
paces = st.floats(4, 40)


def walk(legs_px: list[float], pace_px: float) -> np.ndarray:
    """(n,) y of a walk that turns at each of `legs_px`."""
    steps = [legs_px[:1]]
    for here, there in pairwise(legs_px):
        steps.append(list(np.linspace(here, there, 2 + int(abs(there - here) / pace_px))[1:]))
    return np.concatenate(steps)


def side_changes(path: np.ndarray) -> int:
    return int(np.count_nonzero(np.diff(path > 300)))


def directions(crossings):
    return {direction.value: sum(kinds.values()) for direction, kinds in tally(crossings).items()}


@quickly
@given(legs, paces)
def test_mirrored_picture_swaps_the_directions(road, legs_px, pace_px):
    path = walk(legs_px, pace_px)
    mirrored_line = LineCounter([Line("l", "counting", tuple((800 - x, y) for x, y in LINE))], (800, 600))
    seen = directions(road.play([road.box((250, y))] for y in path))
    mirrored = directions(road.play(([road.box((550, y))] for y in path), mirrored_line))
    assert seen["left_to_right"] == mirrored["right_to_left"]
    assert seen["right_to_left"] == mirrored["left_to_right"]


@quickly
@given(legs, paces)
def test_walking_the_line_the_other_way_swaps_the_directions(road, legs_px, pace_px):
    path = walk(legs_px, pace_px)
    turned = LineCounter([Line("l", "counting", LINE[::-1])], (800, 600))
    seen = directions(road.play([road.box((250, y))] for y in path))
    swapped = directions(road.play(([road.box((250, y))] for y in path), turned))
    assert (seen["left_to_right"], seen["right_to_left"]) == (swapped["right_to_left"], swapped["left_to_right"])


@quickly
@given(legs, paces, st.integers(0, 2**32))
def test_jitter_below_the_band_adds_no_count(road, legs_px, pace_px, seed):
    path = walk(legs_px, pace_px)
    jitter = np.random.default_rng(seed).uniform(-BAND_PX, BAND_PX, len(path)) * 0.99
    counts = directions(road.play([road.box((400, y))] for y in path + jitter))
    assert sum(counts.values()) <= side_changes(path)
    assert abs(counts["left_to_right"] - counts["right_to_left"]) <= 1


@quickly
@given(st.lists(st.tuples(legs, paces), min_size=1, max_size=4))
def test_counts_are_never_more_than_real_changes_of_side(road, walks):
    paths = [walk(*each) for each in walks]
    frames = [
        [
            road.box((200 + 100 * track, path[index]), track=track + 1)
            for track, path in enumerate(paths)
            if index < len(path)
        ]
        for index in range(max(map(len, paths)))
    ]
    assert len(road.play(frames)) <= sum(map(side_changes, paths))


@quickly
@given(legs, paces, st.sets(st.integers(0, 200)))
def test_hidden_frames_never_add_a_count(road, legs_px, pace_px, hidden):
    path = walk(legs_px, pace_px)
    everything = road.play([road.box((400, y))] for y in path)
    partly = road.play([road.box((400, y), seen=index not in hidden)] for index, y in enumerate(path))
    assert len(partly) <= len(everything)


@quickly
@given(legs, paces)
def test_clear_walk_is_counted_in_full(road, legs_px, pace_px):
    """Turning points well off the line: every change of side is a crossing, and each lies within its error."""
    clear = [leg if abs(leg - 300) > 40 else leg + (80 if leg > 300 else -80) for leg in legs_px]
    # Two frames more, so that the last leg ends in the open.
    path = walk([*clear, clear[-1]], min(pace_px, 25))
    # Feet exactly on the line have met it, though they are on no side yet: which frame is first past it is moot then.
    assume(not np.isclose(path, 300).any())
    found = road.play([road.box((400, y))] for y in path)
    changes = np.flatnonzero(np.diff(path > 300))
    assert len(found) == len(changes)
    for crossing, change in zip(found, changes, strict=True):
        assert change / 25 <= crossing.at_s <= (change + 1) / 25
        assert crossing.frame == change + 1
