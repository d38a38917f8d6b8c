"""A stream that repeats its last picture is told from traffic that comes to rest."""

import numpy as np
import pytest

from vision.health.stopped import StoppedPicture

FPS = 25


def street(x_px, noise=0.0, seed=0):
    """A bright car of 20 × 10 pixels on a street of 160 × 90."""
    picture = np.full((90, 160), 90.0)
    left = int(x_px)
    picture[40:50, left : left + 20] = 220
    # The part of a pixel that the car covers shows in its brightness.
    part = x_px - left
    picture[40:50, left], picture[40:50, left + 20] = 220 - 130 * part, 90 + 130 * part
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def stopped(places, noise=0.0):
    sense = StoppedPicture()
    return [sense.see(street(x, noise, seed), seed / FPS) for seed, x in enumerate(places)]


def test_a_stream_that_stops_in_full_motion_is_stopped_from_the_first_repeated_frame_until_it_goes_on():
    driving = [5 + 1.5 * frame for frame in range(30)]
    told = stopped([*driving, *[driving[-1]] * 20, *(driving[-1] + 1.5 * frame for frame in range(1, 10))])
    assert not any(told[:30])
    assert all(told[30:50])
    assert not any(told[50:])


def test_a_car_that_brakes_is_traffic_even_where_the_encoder_swallows_all_noise():
    speeds = np.concatenate([np.full(30, 1.5), np.linspace(1.5, 0, 20), np.zeros(30)])
    assert not any(stopped(5 + np.cumsum(speeds)))


def test_one_repeated_frame_of_a_recording_of_another_rate_is_passed_over():
    driving = [5 + 1.5 * frame for frame in range(12)]
    told = stopped([*driving[:6], driving[5], *driving[6:]])
    assert told == [False] * 6 + [True] + [False] * 6


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_street_on_which_nothing_moves_is_not_stopped(noise):
    assert not any(stopped([30.0] * 40, noise))


def test_a_view_that_jumps_and_returns_is_not_taken_for_a_stopped_stream():
    sense, driving = StoppedPicture(), [5 + 1.5 * frame for frame in range(40)]
    told = []
    for frame, x in enumerate(driving):
        picture = street(x, 1.0, frame)
        told.append(sense.see(np.roll(picture, 40, axis=1) if 15 <= frame < 30 else picture, frame / FPS))
    assert not any(told)


def test_a_picture_that_goes_on_trembling_is_taken_for_a_living_one_after_a_while():
    driving = [5 + 3.0 * frame for frame in range(25)]
    stands = [driving[-1]] * 150
    sense = StoppedPicture()
    told = [sense.see(street(x, 0.0 if n < 25 else 0.35, n), n / FPS) for n, x in enumerate([*driving, *stands])]
    assert not any(told[-50:])
