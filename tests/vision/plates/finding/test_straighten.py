"""Straightening: whatever the perspective, the plate comes out upright, whole and of its blank's shape."""

import cv2
import numpy as np
import pytest

from vision.plates.straighten import MARGIN, Blank, aspect_of, blank_of, straighten

QUARTERS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)]


def marked_plate(width: int, height: int) -> np.ndarray:
    """Four quarters of different colours, from the top left clockwise."""
    plate = np.zeros((height, width, 3), np.uint8)
    halves = [(slice(0, height // 2), slice(0, width // 2)), (slice(0, height // 2), slice(width // 2, width))]
    halves += [
        (slice(height // 2, height), slice(width // 2, width)),
        (slice(height // 2, height), slice(0, width // 2)),
    ]
    for place, colour in zip(halves, QUARTERS, strict=True):
        plate[place] = colour
    return plate


def hung(quad: list[tuple[float, float]], size_px: tuple[int, int]) -> np.ndarray:
    plate = marked_plate(260, 190)
    corners = np.array([(0, 0), (260, 0), (260, 190), (0, 190)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, np.array(quad, np.float32))
    return cv2.warpPerspective(plate, matrix, size_px, flags=cv2.INTER_AREA)


QUADS = {
    "upright": [(100, 100), (230, 100), (230, 195), (100, 195)],
    "turned": [(110, 90), (235, 120), (215, 210), (90, 180)],
    "in perspective": [(100, 100), (220, 130), (220, 190), (100, 215)],
    "large": [(20, 20), (880, 60), (860, 660), (40, 640)],
    "small": [(300, 300), (322, 302), (322, 318), (300, 316)],
}


@pytest.mark.parametrize("quad", QUADS.values(), ids=QUADS.keys())
def test_every_quarter_comes_out_in_its_place(quad):
    flat = straighten(hung(quad, (900, 700)), np.array(quad, np.float32), Blank.MOTORBIKE)
    width, height = Blank.MOTORBIKE.size_px
    edge_x, edge_y = round(width * MARGIN), round(height * MARGIN)
    assert flat.shape == (height + 2 * edge_y, width + 2 * edge_x, 3)
    for (down, right), colour in zip([(1, 1), (1, 3), (3, 3), (3, 1)], QUARTERS, strict=True):
        found = flat[edge_y + height * down // 4, edge_x + width * right // 4]
        np.testing.assert_allclose(found, colour, atol=12)


@pytest.mark.parametrize("blank", list(Blank))
def test_a_plate_seen_from_the_front_tells_its_blank(blank):
    width = 200.0
    height = width / blank.aspect
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    assert aspect_of(quad) == pytest.approx(blank.aspect)
    assert blank_of(quad) is blank


def test_a_plate_partly_beyond_the_edge_is_filled_with_the_edge():
    image = np.full((100, 100, 3), 90, np.uint8)
    flat = straighten(image, np.array([(-20, 40), (60, 40), (60, 80), (-20, 80)], np.float32))
    assert (flat == 90).all()


def test_a_plate_wholly_outside_gives_a_picture_all_the_same():
    image = np.full((100, 100, 3), 90, np.uint8)
    flat = straighten(image, np.array([(200, 240), (260, 240), (260, 280), (200, 280)], np.float32))
    assert flat.dtype == np.uint8
