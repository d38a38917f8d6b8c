"""A part of a decoded picture has the bytes of the whole one there, whoever asks first."""

import numpy as np
import pytest
from av.video.frame import VideoFrame

from vision.frame import ImagePixels
from vision.sources.planes import PlanePixels

PARTS = [(0, 0, 96, 60), (10, 8, 60, 40), (11, 7, 60, 41), (95, 59, 96, 60), (33, 0, 96, 33)]


@pytest.fixture(params=[(96, 60), (97, 61)], ids=["even", "odd"])
def bgr(request):
    width, height = request.param
    coarse = np.random.default_rng(1).integers(0, 256, (9, 13, 3), np.uint8)
    return np.ascontiguousarray(np.kron(coarse, np.ones((7, 8, 1), np.uint8))[:height, :width])


@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "rgb24"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_what_the_whole_picture_has_there(bgr, layout, part):
    video = VideoFrame.from_ndarray(bgr, format="bgr24").reformat(format=layout)
    cut = PlanePixels(video).cut(part)
    whole = PlanePixels(video)
    full = whole.bgr()
    x1, y1, x2, y2 = part
    np.testing.assert_array_equal(cut, full[y1:y2, x1:x2])
    np.testing.assert_array_equal(whole.cut(part), cut)


def test_a_part_is_a_copy(bgr):
    pixels = ImagePixels(bgr)
    pixels.cut((0, 0, 5, 5))[:] = 0
    assert bgr[:5, :5].any()
