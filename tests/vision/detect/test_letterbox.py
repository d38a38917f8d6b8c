import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detect.card import Colour, InputSpec, Placement
from vision.detect.letterbox import letterbox


def spec(**changes: object) -> InputSpec:
    plain = {"width_px": 96, "height_px": 64, "colour": "bgr", "scale": 1.0, "placement": "top_left"}
    return InputSpec.model_validate(plain | changes)


def flat(height_px: int, width_px: int, bgr: tuple[int, int, int] = (10, 20, 30)) -> np.ndarray:
    return np.full((height_px, width_px, 3), bgr, np.uint8)


@pytest.mark.parametrize(("placement", "rows"), [(Placement.TOP_LEFT, slice(0, 48)), (Placement.CENTRE, slice(8, 56))])
def test_a_wide_picture_fills_the_width_and_leaves_padding_above_or_below(placement, rows):
    batch, _ = letterbox([flat(96, 192)], spec(placement=placement))
    inside = np.zeros(64, bool)
    inside[rows] = True
    assert (batch[0, 0][inside] == 10).all()
    assert (batch[0, :, ~inside] == 114).all()


@pytest.mark.parametrize(("colour", "first"), [(Colour.BGR, 10), (Colour.RGB, 30)])
def test_the_colour_order_is_the_cards(colour, first):
    batch, _ = letterbox([flat(64, 96)], spec(colour=colour))
    assert batch.dtype == np.float32
    assert (batch[0, 0] == first).all()


def test_scale_mean_and_std_are_applied_in_the_cards_colour_order():
    wanted = spec(colour="rgb", scale=1 / 255, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))
    batch, _ = letterbox([flat(64, 96)], wanted)
    expected = (np.array([30, 20, 10]) / 255 - [0.4, 0.5, 0.6]) / [0.2, 0.3, 0.4]
    np.testing.assert_allclose(batch[0, :, 5, 5], expected, rtol=1e-5)


def test_pictures_of_several_sizes_share_one_batch():
    batch, fits = letterbox([flat(1080, 1920), flat(5, 7)], spec())
    assert batch.shape == (2, 3, 64, 96)
    assert (fits[0].frame_width_px, fits[1].frame_height_px) == (1920, 5)


@settings(deadline=None)  # a busy machine is no fault
@given(width_px=st.integers(1, 500), height_px=st.integers(1, 500), placement=st.sampled_from([*Placement]))
def test_boxes_come_back_to_where_they_lay_in_the_frame(width_px, height_px, placement):
    _, [fit] = letterbox([flat(height_px, width_px)], spec(placement=placement))
    frame = np.array([[0, 0, width_px, height_px], [0.25 * width_px, 0, width_px, 0.5 * height_px]], np.float32)
    scale, pad = np.array([fit.scale_x, fit.scale_y] * 2), np.array([fit.pad_left_px, fit.pad_top_px] * 2)
    canvas = (frame * scale + pad).astype(np.float32)
    np.testing.assert_allclose(fit.to_frame(canvas), frame, atol=0.05 * max(1, 1 / min(fit.scale_x, fit.scale_y)))
    assert (canvas >= 0).all()
    assert (canvas[:, 2] <= 96.001).all()
    assert (canvas[:, 3] <= 64.001).all()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(image):
    with pytest.raises(ValueError, match="wanted \\(height, width, 3\\) uint8"):
        letterbox([image], spec())


def test_the_given_picture_is_not_changed():
    image = flat(64, 96)
    letterbox([image], spec(colour="rgb"))
    assert (image == (10, 20, 30)).all()
