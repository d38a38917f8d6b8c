"""What is drawn over a copy of the picture."""

from dataclasses import replace

import numpy as np
import pytest

from edge.agent.draw import INK, KIND_COLOURS, LINE, Pen, _ink_on, overlay
from vision.vehicles import VehicleKind


def tracks(believe, confirmed=True, seen=True, box=(40, 40, 80, 70)):
    from vision.frame import Frame

    found = believe(Frame(0, 0.0, np.zeros((96, 160, 3), np.uint8), 0.0), seen=seen).tracks
    return replace(found, xyxy_px=np.array([box], np.float32), confirmed=np.array([confirmed]))


def test_the_picture_itself_stays_untouched(believe):
    image = np.full((96, 160, 3), 90, np.uint8)
    drawn = overlay(image, tracks(believe), [np.array([[10, 80], [150, 80]], np.float32)], ["cars 3"])
    assert (image == 90).all()
    assert drawn.shape == image.shape
    assert (drawn != image).any()


def test_boxes_have_the_colour_of_their_kind_and_lines_theirs(believe):
    image = np.full((96, 160, 3), 90, np.uint8)
    drawn = overlay(image, tracks(believe), [np.array([[10, 85], [150, 85]], np.float32)], [])
    assert drawn[70, 60].tolist() == pytest.approx(list(KIND_COLOURS[VehicleKind.CAR]), abs=25)  # edges are smoothed
    assert drawn[85, 100].tolist() == pytest.approx(list(LINE), abs=25)


def test_an_unconfirmed_track_is_not_drawn(believe):
    image = np.full((96, 160, 3), 90, np.uint8)
    assert (overlay(image, tracks(believe, confirmed=False), [], []) == image).all()


@pytest.mark.parametrize(
    "box", [(-50, -50, 10, 10), (150, 90, 400, 300), (0, 0, 160, 96), (5, 5, 5, 5)], ids=["left", "right", "all", "dot"]
)
def test_boxes_beyond_the_frame_do_no_harm(believe, box):
    image = np.full((96, 160, 3), 90, np.uint8)
    assert overlay(image, tracks(believe, box=box), [], ["x" * 200, ""]).shape == image.shape


@pytest.mark.parametrize("ground", [*KIND_COLOURS.values(), INK])
def test_text_stands_out_from_its_ground(ground):
    """Contrast of at least 3 : 1, as WCAG asks of large text."""

    def luminance(colour):
        parts = np.array(colour[::-1]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted([luminance(ground), luminance(_ink_on(ground))], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize(("size_px", "width_px"), [((160, 96), 1), ((1920, 1080), 3), ((3840, 2160), 5)])
def test_the_pen_grows_with_the_picture(size_px, width_px):
    assert Pen.for_size(size_px).width_px == width_px
