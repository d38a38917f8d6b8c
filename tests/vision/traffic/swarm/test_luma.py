import pytest

from vision.traffic.swarm.luma import small_size


@pytest.mark.parametrize(
    ("frame", "small"),
    [((1920, 1080), (320, 180)), ((640, 360), (320, 180)), ((200, 100), (200, 100)), ((641, 3), (320, 1))],
)
def test_small_picture_keeps_the_shape_of_the_frame(frame, small):
    assert small_size(frame) == small
