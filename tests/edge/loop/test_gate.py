import numpy as np
import pytest

from edge.loop.gate import MotionGate
from edge.loop.region import Region
from edge.loop.settings import GateSettings
from vision.frame import ImagePixels

SIZE_PX = (640, 360)
PATIENT = GateSettings(refresh_s=1000.0)


def road(*boxes, noise=0, seed=0):
    """Grey ground with bright boxes (x, y, width, height)."""
    rng = np.random.default_rng(seed)
    image = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, np.int16) + rng.integers(-noise, noise + 1, (360, 640, 1))
    for x, y, width, height in boxes:
        image[y : y + height, x : x + width] = 200
    return ImagePixels(image.astype(np.uint8))


def test_the_first_picture_is_looked_at_and_an_unchanged_one_is_not():
    gate = MotionGate(PATIENT, None)
    assert [gate.opens(road((50, 50, 20, 20)), second) for second in range(4)] == [True, False, False, False]


def test_the_noise_of_a_sensor_opens_nothing():
    gate = MotionGate(PATIENT, None)
    answers = [gate.opens(road((50, 50, 20, 20), noise=8, seed=number), number) for number in range(20)]
    assert answers == [True] + [False] * 19


def test_a_small_vehicle_that_appears_or_moves_opens_it():
    gate = MotionGate(PATIENT, None)
    assert gate.opens(road(), 0)
    assert gate.opens(road((300, 100, 8, 12)), 1)
    assert gate.opens(road((312, 100, 8, 12)), 2)
    assert not gate.opens(road((312, 100, 8, 12)), 3)


def test_what_creeps_too_slowly_for_neighbouring_pictures_adds_up():
    gate = MotionGate(PATIENT, None)
    answers = [gate.opens(road((100 + number // 4, 100, 40, 30)), number) for number in range(1, 41)]
    assert 4 <= sum(answers) <= 20


def test_after_a_while_the_network_looks_whatever_the_picture():
    gate = MotionGate(GateSettings(refresh_s=1.0), None)
    answers = [gate.opens(road(), number / 10) for number in range(31)]
    assert [number for number, answer in enumerate(answers) if answer] == [0, 10, 20, 30]


def test_what_moves_outside_the_region_opens_nothing():
    left_half = Region([(0, 0), (0.5, 0), (0.5, 1), (0, 1)], SIZE_PX)
    gate = MotionGate(PATIENT, left_half)
    assert gate.opens(road(), 0)
    assert not gate.opens(road((500, 100, 40, 30)), 1)
    assert gate.opens(road((100, 100, 40, 30)), 2)


@pytest.mark.parametrize(
    "wrong", [{"size_px": (8, 8)}, {"least_change": 0}, {"least_pixels": 0}, {"refresh_s": 0.0}, {"refresh_s": np.nan}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"GateSettings.*wanted .* found"):
        GateSettings(**wrong)
