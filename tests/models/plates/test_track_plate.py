"""The shipped networks on the shots of a drawn track: its own plate is read, a neighbour's never."""

import cv2
import numpy as np
import pytest

from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Ink, Layout, PlateText
from models.registry.plate_eyes import open_plate_eyes
from vision.frame import Frame
from vision.plates.best_shots import BestShots
from vision.plates.text import Ground
from vision.plates.track_plate import read_plate
from vision.plates.voted import Stray, WhyNoPlate
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

OWN = PlateText(Layout.MOTORBIKE, ("59-G1", "965.77"), Ground.WHITE, Ink.BLACK)
OTHER = PlateText(Layout.MOTORBIKE, ("29-B1", "246.80"), Ground.WHITE, Ink.BLACK)
ACCUSED_PX = (160, 60, 400, 460)


@pytest.fixture(scope="module")
def eyes():
    return open_plate_eyes()


def picture(*plates, seed=0):
    """Dark vehicles before a quiet ground; plates: (what stands on it, left, top), 120 px wide."""
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(20, 80, (520, 720, 3), dtype=np.uint8), (0, 0), 3)
    for plate, left, top in plates:
        cv2.rectangle(image, (left - 40, top - 110), (left + 160, top + 150), (35, 30, 30), -1)
        drawn = draw_plate(plate, np.random.default_rng(5 + seed))
        image[top : top + 88, left : left + 120] = cv2.resize(drawn, (120, 88), interpolation=cv2.INTER_AREA)
    return image


def shots_of(images, *others):
    """Of track 1 in ACCUSED_PX, with others' boxes beside it in every picture."""
    boxes = np.array([ACCUSED_PX, *others], np.float32)
    count = len(boxes)
    shots = BestShots()
    for index, image in enumerate(images):
        tracks = Tracks(
            id=np.arange(1, count + 1),
            xyxy_px=boxes,
            score=np.full(count, 0.9, np.float32),
            kind=np.full(count, VehicleKind.MOTORBIKE, np.int8),
            confirmed=np.ones(count, np.bool_),
            seen=np.ones(count, np.bool_),
            ended=np.zeros(0, np.int64),
        )
        shots.see(Frame(index, 0.3 * index, image, 0.0), tracks)
    return shots.of(1, at_s=0.0)


def test_the_plate_of_a_track_is_read_with_its_place_in_each_frame(eyes):
    plate = read_plate(shots_of([picture((OWN, 220, 240), seed=seed) for seed in range(3)]), eyes)
    assert plate.text == "59G196577"
    assert plate.rows == ("59G1", "96577")
    assert [shot.frame for shot in plate.shots] == [0, 1, 2]
    for shot in plate.shots:
        np.testing.assert_allclose(shot.quad_px, [(220, 240), (340, 240), (340, 328), (220, 328)], atol=14)
    assert plate.rejected == ()


def test_a_track_without_shots_or_without_a_plate_says_so(eyes):
    assert read_plate((), eyes).why_abstained is WhyNoPlate.NO_SHOT
    assert read_plate(shots_of([picture()]), eyes).why_abstained is WhyNoPlate.NO_PLATE_FOUND


def test_the_plate_of_a_nearer_neighbour_is_counted_and_never_given(eyes):
    nearer = (190, 120, 420, 500)
    plate = read_plate(shots_of([picture((OTHER, 240, 260), seed=seed) for seed in range(3)], nearer), eyes)
    assert plate.text is None
    assert plate.why_abstained in (WhyNoPlate.NOT_ITS_OWN, WhyNoPlate.NO_SHOT)
    assert set(dict(plate.rejected)) <= {Stray.NEARER_VEHICLE}


def test_two_plates_in_one_box_are_nobodys(eyes):
    upper, lower = (OWN, 205, 160), (OTHER, 235, 360)
    plate = read_plate(shots_of([picture(upper, lower)]), eyes)
    assert plate.why_abstained is WhyNoPlate.NOT_ITS_OWN
    assert dict(plate.rejected)[Stray.SEVERAL] == 2


def test_pictures_of_nothing_are_no_fault(eyes):
    flat = [np.full((520, 720, 3), grey, np.uint8) for grey in (0, 128, 255)]
    assert read_plate(shots_of(flat), eyes).why_abstained is WhyNoPlate.NO_PLATE_FOUND
