"""Small pictures straight from the planes are those that the full BGR picture would give."""

import av
import cv2
import numpy as np
import pytest

from vision.frame import Frame, ImagePixels
from vision.sources.open import open_source
from vision.sources.planes import PlanePixels

SIZE_PX = (160, 96)


def smooth():
    """Colours without sharp edges, so that halved chroma is no difference of its own."""
    rows, columns = np.mgrid[:96, :160]
    image = np.stack([40 + columns, 60 + rows, 200 - columns // 2 - rows // 2], axis=-1)
    return cv2.GaussianBlur(image.astype(np.uint8), (9, 9), 3)


def pixels_of(layout, colorspace=None, full_range=False):
    video = av.VideoFrame.from_ndarray(smooth(), format="bgr24").reformat(
        format=layout, dst_colorspace=colorspace, dst_color_range=2 if full_range else None
    )
    return PlanePixels(video)


@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "rgb24", "gray"])
@pytest.mark.parametrize("part", [None, (20, 10, 120, 90), (21, 11, 119, 89)])
@pytest.mark.parametrize("size_px", [(80, 48), (64, 64), (53, 31), (160, 96)])
def test_a_shrunk_part_is_that_of_the_whole_picture(layout, part, size_px):
    pixels = pixels_of(layout)
    small = np.zeros((3, size_px[1], size_px[0]), np.uint8)
    pixels.shrink_into(small, part)
    x1, y1, x2, y2 = part or (0, 0, *SIZE_PX)
    wanted = cv2.resize(pixels.bgr()[y1:y2, x1:x2], size_px)
    difference = np.abs(small.transpose(1, 2, 0).astype(int) - wanted)
    assert (difference.mean() < 2.5, difference.max() < 14) == (True, True)


@pytest.mark.parametrize(("colorspace", "full_range"), [("ITU709", False), ("ITU601", True), ("ITU709", True)])
def test_the_colours_follow_what_the_stream_says(colorspace, full_range):
    pixels = pixels_of("yuv444p", colorspace, full_range)
    small = np.zeros((3, 96, 160), np.uint8)
    pixels.shrink_into(small)
    assert np.abs(small.transpose(1, 2, 0).astype(int) - pixels.bgr()).mean() < 2.5


def test_at_a_third_of_the_size_the_middle_pixels_are_taken_as_a_bilinear_filter_would(draw):
    image = draw(5, (480, 288))
    pixels = PlanePixels(av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv444p"))
    small = np.zeros((3, 96, 160), np.uint8)
    pixels.shrink_into(small)
    wanted = cv2.resize(pixels.bgr(), (160, 96))
    assert np.abs(small.transpose(1, 2, 0).astype(int) - wanted).mean() < 2.5


def test_it_fills_a_part_of_a_larger_canvas_and_nothing_else():
    canvas = np.full((3, 120, 200), 7, np.uint8)
    pixels_of("yuv420p").shrink_into(canvas[:, 10:58, 20:100])
    assert (canvas[:, :10] == 7).all()
    assert (canvas[:, 58:] == 7).all()
    assert (canvas[:, 10:58, 100:] == 7).all()
    assert (canvas[:, 10:58, 20:100] != 7).mean() > 0.9


@pytest.mark.parametrize("layout", ["yuv420p", "nv12"])
@pytest.mark.parametrize("size_px", [(16, 16), (80, 48)])
def test_luma_is_the_brightness_in_small(layout, size_px):
    pixels = pixels_of(layout)
    wanted = cv2.cvtColor(cv2.resize(pixels.bgr(), size_px, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    luma = pixels.luma(size_px)
    assert luma.shape == wanted.shape
    limited = wanted if layout == "nv12" else 16 + wanted.astype(float) * 219 / 255  # 0..255 squeezed into 16..235
    assert np.abs(luma.astype(int) - limited).max() < 10


def test_a_turned_video_is_small_as_a_viewer_sees_it(encode, tmp_path):
    plain = encode(tmp_path / "plain.mp4", frames=3)
    with open_source(str(plain)) as source:
        frame = next(iter(source))
    turned = np.ascontiguousarray(np.rot90(frame.image))
    small, wanted = np.zeros((3, 80, 48), np.uint8), np.zeros((3, 80, 48), np.uint8)
    ImagePixels(turned).shrink_into(wanted)
    pixels = frame.pixels
    pixels._turns = 1
    pixels._full = None
    pixels.shrink_into(small)
    assert pixels.size_px == (96, 160)
    np.testing.assert_array_equal(small, wanted)


def test_a_frame_gives_its_full_picture_only_when_asked_and_always_the_same(encode, tmp_path):
    with open_source(str(encode(tmp_path / "a.mp4", frames=2))) as source:
        frame = next(iter(source))
    assert frame.pixels._full is None
    assert frame.size_px == SIZE_PX
    assert frame.image is frame.image
    assert frame.image.shape == (96, 160, 3)


def test_a_frame_may_be_made_of_an_image_as_well():
    image = smooth()
    frame = Frame(0, 0.0, image, 0.0)
    assert frame.image is image
    assert (frame.size_px, frame.pixels.size_px) == (SIZE_PX, SIZE_PX)
    assert frame.pixels.luma((16, 16)).shape == (16, 16)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(wrong):
    with pytest.raises(ValueError, match=r"image: wanted \(height, width, 3\) uint8, found"):
        ImagePixels(wrong)
