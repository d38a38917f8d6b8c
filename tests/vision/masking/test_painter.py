"""Nobody can be made out in what is coarse, and what is shown as it was stays as it was."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import pytest

from vision.errors import SourceError
from vision.masking.composed import composed
from vision.masking.painter import Painter
from vision.masking.pixelate import CELLS, coarse, in_cells, lamp
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter


@dataclass
class Mask:
    accused: tuple = ()
    accused_cells: int = 48
    clear: tuple = ()
    hidden: tuple = ()
    plate: tuple = ()
    lamps: tuple = ()
    cell_px: int = 1
    strokes: tuple = ()
    outlines: tuple = ()
    captions: tuple = ()


NOTHING_CLEAR = Mask()


def noise(seed=1, size=(240, 400)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def detail(image):
    return float(np.abs(np.diff(image[..., 0].astype(int), axis=1)).mean())


def test_of_a_picture_no_more_is_told_than_the_means_of_its_cells():
    """Two pictures with the same means in each cell become the same picture: nothing else of them is left."""
    image = noise(size=(240, 480))
    shuffled = image.reshape(20, 12, 40, 12, 3)[:, ::-1, :, ::-1].reshape(image.shape)
    assert (coarse(image) == coarse(shuffled)).all()
    assert detail(coarse(image)) < detail(image) / 20


@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840), (720, 405), (30, 40), (1, 1)])
def test_a_large_picture_has_no_more_cells_than_a_small_one(size):
    height, width = size
    stripes = np.zeros((height, width, 3), np.uint8)
    stripes[:, (np.arange(width) * 3 * CELLS // width) % 2 == 0] = 255  # three stripes a cell
    out = coarse(stripes)
    assert out.shape == stripes.shape
    assert np.ptp(out.astype(int)) <= 255 // 3 + 9 or min(size) < 100


def test_coarser_still_where_the_accused_is_large():
    image = noise(size=(1080, 1920))
    assert detail(coarse(image, 160)) < detail(coarse(image)) < detail(image) / 40


def test_colours_come_in_steps_so_that_many_pictures_do_not_add_up_to_a_finer_one():
    ramp = np.repeat(np.linspace(0, 255, 400).astype(np.uint8)[None, :, None], 240, axis=0).repeat(3, axis=2)
    faint = ramp // 64 + 100  # four shades, closer than a step
    assert len(np.unique(coarse(faint))) <= 2


def test_the_accused_is_in_finer_cells_than_the_rest_but_in_cells():
    image = noise(size=(480, 640))
    out = composed(image, Mask(accused=((200, 100, 320, 340),)))
    inner, outer = out[110:330, 210:310], out[110:330, 400:600]
    assert 1.5 * detail(outer) < detail(inner) < detail(image[110:330, 210:310]) / 3
    assert (inner != image[110:330, 210:310]).any()


def test_what_is_clear_is_as_it_was_but_for_whoever_is_hidden_in_it_and_the_plate_comes_last():
    image = noise(size=(480, 640))
    mask = Mask(
        accused=((200, 100, 320, 340),),
        clear=((200, 100, 320, 300),),
        hidden=((260, 100, 400, 200),),
        plate=((270, 150, 300, 170),),
    )
    out = composed(image, mask)
    assert (out[100:300, 200:260] == image[100:300, 200:260]).all()
    assert (out[150:170, 270:300] == image[150:170, 270:300]).all()
    assert detail(out[100:148, 262:320]) < detail(image[100:148, 262:320]) / 4


@pytest.mark.parametrize("colour", [(40, 40, 230), (60, 200, 60), (40, 200, 240)])
def test_of_a_lamp_the_colour_and_the_place_are_told_and_nothing_finer(colour):
    image = np.full((480, 640, 3), 120, np.uint8)
    image[50:110, 100:120] = 20
    cv2.circle(image, (110, 60), 8, colour, -1)
    image[80:108, 101:119] = noise(size=(28, 18))
    out = composed(image, Mask(lamps=((100, 50, 120, 110),)))
    cell = out[60, 110].astype(float)
    assert np.abs(cell / cell.max() - np.array(colour) / max(colour)).max() < 0.15
    assert len(np.unique(lamp(image[50:110, 100:120]).reshape(-1, 3), axis=0)) <= 6 * 18


@pytest.mark.parametrize(
    "box", [(-30, -30, 20, 20), (390, 230, 800, 800), (10, 10, 10, 50), (500, 500, 600, 600), (60, 60, 50, 50)]
)
def test_boxes_over_the_edge_and_empty_ones_harm_nothing(box):
    image = noise()
    mask = Mask(accused=(box,), clear=(box,), hidden=(box,), plate=(box,), lamps=(box,), outlines=(box,))
    assert composed(image, mask).shape == image.shape
    assert in_cells(image[:2, :3], 24).shape == (2, 3, 3)


def test_the_place_the_others_and_the_words_are_drawn_and_never_over_the_plate():
    image = np.full((240, 400, 3), 120, np.uint8)
    image[100:110, 150:190] = noise(size=(10, 40))
    mask = Mask(
        plate=((150, 100, 190, 110),),
        strokes=(((0, 105), (400, 105)),),
        outlines=((20, 150, 80, 200),),
        captions=("into_red 2.00 +- 0.10 s",),
    )
    out = composed(image, mask)
    assert (out[100:110, 150:190] == image[100:110, 150:190]).all()
    assert (out[105, 50] != 124).any() and (out[150, 50] != 124).any() and (out[:12, :80] != 124).any()


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_picture_is_written_beside_its_original(tmp_path, suffix):
    image = noise()
    cv2.imwrite(str(tmp_path / "still.png"), image)
    Painter().picture(tmp_path / "still.png", tmp_path / f"out{suffix}", NOTHING_CLEAR)
    out = cv2.imread(str(tmp_path / f"out{suffix}"))
    assert detail(out) < detail(image) / 10
    assert (cv2.imread(str(tmp_path / "still.png")) == image).all()


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "still.jpg").write_bytes(b"noise")
    with pytest.raises(SourceError, match=r"still\.jpg: wanted a picture that can be masked"):
        Painter().picture(tmp_path / "still.jpg", tmp_path / "out.jpg", NOTHING_CLEAR)
    assert not (tmp_path / "out.jpg").exists()


def test_every_frame_of_a_clip_is_masked_by_its_own_time(tmp_path):
    """What is clear wanders with the time; its place in each frame shows which time was asked for."""
    with VideoWriter(tmp_path / "clip.mp4", (320, 192), 25) as video:
        for number in range(10):
            checks = np.indices((192, 320)).sum(axis=0) // 4 % 2 * 255
            video.write(np.repeat(checks[:, :, None], 3, axis=2).astype(np.uint8), number / 25)
    Painter().clip(
        tmp_path / "clip.mp4",
        tmp_path / "masked.mp4",
        lambda at_s: Mask(clear=((round(at_s * 25) * 32, 0, round(at_s * 25) * 32 + 32, 192),)),
    )
    with open_source(str(tmp_path / "masked.mp4")) as masked:
        frames = list(masked)
    assert len(frames) == 10
    for number, frame in enumerate(frames):
        contrast = frame.image[:, :, 0].reshape(192, 10, 32).std(axis=(0, 2))
        assert int(contrast.argmax()) == number
        assert contrast[number] > 60
        assert np.delete(contrast, number).max() < 25


def test_the_coarse_part_of_a_clip_moves_in_steps(tmp_path):
    with VideoWriter(tmp_path / "clip.mp4", (320, 192), 25) as video:
        for number in range(15):
            image = np.zeros((192, 320, 3), np.uint8)
            image[:, number * 20 : number * 20 + 40] = 255
            video.write(image, number / 25)
    Painter().clip(tmp_path / "clip.mp4", tmp_path / "masked.mp4", lambda _: NOTHING_CLEAR)
    with open_source(str(tmp_path / "masked.mp4")) as masked:
        frames = [frame.image.astype(int) for frame in masked]
    moved = [np.abs(after - before).mean() > 5 for before, after in pairwise(frames)]
    assert sum(moved) == 2
