import numpy as np
import pytest

from vision.traffic.swarm.luma import small_luma, small_size


@pytest.mark.parametrize(
    ("frame", "small"),
    [((1920, 1080), (320, 180)), ((640, 360), (320, 180)), ((200, 100), (200, 100)), ((641, 3), (320, 1))],
)
def test_small_picture_keeps_the_shape_of_the_frame(frame, small):
    assert small_size(frame) == small
    assert small_luma(np.zeros((frame[1], frame[0], 3), np.uint8)).shape == small[::-1]


def test_edge_stays_where_it_was():
    image = np.zeros((1080, 1920, 3), np.uint8)
    image[:, 960:] = 200
    small = small_luma(image)
    assert (small[:, :159] == 0).all()
    assert (small[:, 161:] == 200).all()
