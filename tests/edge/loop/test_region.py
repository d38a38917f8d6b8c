import numpy as np
import pytest

from edge.loop.region import Region
from edge.loop.settings import CameraSettings
from vision.detections import Detections

TRIANGLE = [(0.25, 0.25), (0.75, 0.25), (0.5, 0.75)]


def found(*boxes):
    count = len(boxes)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4), np.full(count, 0.9, np.float32), np.zeros(count, np.int8)
    )


def test_those_whose_feet_stand_outside_are_dropped():
    region = Region(TRIANGLE, (400, 200))
    kept = region.keep(found((190, 60, 210, 100), (100, 100, 120, 140), (300, 0, 390, 40), (190, 10, 210, 151)))
    # The last one's feet lie below the polygon's lowest edge, where the even part cuts boxes off.
    assert kept.xyxy_px[:, 0].tolist() == [190, 190]


def test_nothing_found_stays_nothing():
    assert len(Region(TRIANGLE, (400, 200)).keep(found())) == 0


@pytest.mark.parametrize("size_px", [(400, 200), (1920, 1080), (353, 287)])
def test_the_part_is_the_rectangle_around_on_even_pixels_inside_the_frame(size_px):
    x1, y1, x2, y2 = Region([(0, 0.1), (1, 0.3), (0.6, 1)], size_px).part_px
    assert (x1, x2, y2) == (0, *size_px)
    assert y1 % 2 == 0
    assert 0 <= 0.1 * size_px[1] - y1 < 2


def test_the_mask_has_the_polygon_in_any_size():
    mask = Region(TRIANGLE, (400, 200)).mask((80, 40))
    assert mask.shape == (40, 80)
    assert mask.mean() == pytest.approx(0.125, abs=0.02)


def test_a_polygon_that_crosses_itself_is_refused():
    with pytest.raises(ValueError, match="wanted a polygon that does not cross itself"):
        CameraSettings(roi=((0, 0), (1, 1), (1, 0), (0, 1)))
