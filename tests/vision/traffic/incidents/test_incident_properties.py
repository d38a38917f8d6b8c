"""Whatever is less certain never makes an incident that certainty would not have made."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

quickly = settings(deadline=None, max_examples=8)
seeds = st.integers(0, 2**32)


def soon(street, times=1.0):
    """Limits short enough for a short clip, with boxes so many times as inexact."""
    plain = street.limits()
    return street.limits(
        stopped_s=6, standing_s=2, spill_back_s=3, foot_error=plain.foot_error * times, foot_error_px=1.5 * times
    )


def traffic(street, seed, *, hidden=0.0, doubted=0.0, seconds=12, fps=5):
    """Vehicles that stand, drive along the arrow and against it, at random; shares of sightings withheld or unsure."""
    rng = np.random.default_rng(seed)
    number = int(rng.integers(2, 7))
    x = rng.uniform(130, 670, number)
    y = rng.uniform(150, 900, number)
    # No more than two against the arrow: with more the arrow itself is in doubt, and doubt needs evidence too.
    pace = np.append(rng.choice([0.0, 0.0, 35.0], number - 2), rng.choice([-60.0, -60.0, 0.0], 2))
    withheld, unsure = rng.random((seconds * fps, number)), rng.random((seconds * fps, number))
    tremble = rng.normal(0, 0.6, (seconds * fps, number, 2))
    frames = []
    for step in range(seconds * fps):
        at = y + pace * step / fps
        frames.append(
            [
                street.car(
                    (x[i] + tremble[step, i, 0], at[i] + tremble[step, i, 1]),
                    track=i + 1,
                    seen=bool(withheld[step, i] >= hidden),
                    confirmed=bool(unsure[step, i] >= doubted),
                )
                for i in range(number)
                if 20 < at[i] < 990
            ]
        )
    return frames


def named(street, frames, limits=None):
    limits = limits or soon(street)
    return {(kind, tracks[:1]) for kind, _, tracks in street.starts(frames, limits=limits, fps=5)}


@quickly
@given(seeds, st.floats(1, 6))
def test_less_exact_boxes_make_no_new_incident(street, seed, times):
    frames = traffic(street, seed)
    assert named(street, frames, soon(street, times)) <= named(street, frames)


@quickly
@given(seeds, st.floats(0, 0.9))
def test_withheld_sightings_make_no_new_incident(street, seed, hidden):
    assert named(street, traffic(street, seed, hidden=hidden)) <= named(street, traffic(street, seed))


@quickly
@given(seeds)
def test_unconfirmed_tracks_make_no_incident(street, seed):
    assert named(street, traffic(street, seed, doubted=1.1)) == set()


@quickly
@given(seeds)
@example(1553)  # somebody stands on the border of two lanes
def test_every_start_has_one_end_of_the_same_number_and_kind(street, seed):
    said = street.play(traffic(street, seed), limits=soon(street), fps=5)
    starts = {one.incident: (one.kind, one.place) for one in said if one.phase == "start"}
    ends = {one.incident: (one.kind, one.place) for one in said if one.phase == "end"}
    assert starts == ends
    assert len(said) == 2 * len(starts)
