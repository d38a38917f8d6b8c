"""What is masked cannot be told from anything else of the same mean, and what is not stays as it was."""

import cv2
import numpy as np
import pytest

from vision.errors import SourceError
from vision.masking.painter import Painter
from vision.masking.pixelate import CELLS, pixelate
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter


class Mask:
    def __init__(self, boxes, clear=()):
        self.boxes, self.clear = boxes, clear


def noise(seed=1, size=(120, 200)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def test_a_masked_part_is_a_handful_of_flat_cells_and_the_rest_is_untouched():
    image = noise()
    out = pixelate(image, [(50, 20, 150, 100)])
    assert len(np.unique(out[20:100, 50:150].reshape(-1, 3), axis=0)) <= CELLS * CELLS
    untouched = np.ones(image.shape[:2], bool)
    untouched[20:100, 50:150] = False
    assert (out[untouched] == image[untouched]).all()


def test_what_was_fine_detail_is_gone():
    """Two faces of the same means give the same cells: nothing else of them is left."""
    image, flat = noise(), np.full((120, 200, 3), 127, np.uint8)
    out = pixelate(image, [(0, 0, 200, 120)])
    assert np.abs(out.astype(int) - flat).max() < 40  # of noise of 0..255 only means near the middle are left


@pytest.mark.parametrize(
    "box", [(-30, -30, 20, 20), (190, 110, 400, 400), (10, 10, 10, 50), (300, 300, 400, 400), (60, 60, 50, 50)]
)
def test_boxes_over_the_edge_and_empty_ones_harm_nothing(box):
    image = noise()
    out = pixelate(image, [box])
    assert out.shape == image.shape


def test_everything_is_masked_where_no_boxes_are_known_and_what_is_kept_clear_stays():
    image = noise()
    out = pixelate(image, None, [(80, 40, 120, 60)])
    assert (out[40:60, 80:120] == image[40:60, 80:120]).all()
    assert np.abs(out[:40].astype(int) - image[:40]).mean() > 20


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_picture_is_written_beside_its_original(tmp_path, suffix):
    image = noise()
    cv2.imwrite(str(tmp_path / "still.png"), image)
    Painter().picture(tmp_path / "still.png", tmp_path / f"out{suffix}", Mask([(50, 20, 150, 100)]))
    out = cv2.imread(str(tmp_path / f"out{suffix}"))
    assert np.abs(out[25:95, 55:145].astype(int) - image[25:95, 55:145]).mean() > 40
    assert (cv2.imread(str(tmp_path / "still.png")) == image).all()


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "still.jpg").write_bytes(b"noise")
    with pytest.raises(SourceError, match=r"still\.jpg: wanted a picture that can be masked"):
        Painter().picture(tmp_path / "still.jpg", tmp_path / "out.jpg", Mask(None))
    assert not (tmp_path / "out.jpg").exists()


def test_every_frame_of_a_clip_is_masked_by_its_own_time(tmp_path):
    """The mask wanders with the time; its place in each frame shows which time was asked for."""
    with VideoWriter(tmp_path / "clip.mp4", (160, 96), 25) as video:
        for number in range(10):
            checks = np.indices((96, 160)).sum(axis=0) // 4 % 2 * 255
            video.write(np.repeat(checks[:, :, None], 3, axis=2).astype(np.uint8), number / 25)
    Painter().clip(
        tmp_path / "clip.mp4",
        tmp_path / "masked.mp4",
        lambda at_s: Mask([(round(at_s * 25) * 16, 0, round(at_s * 25) * 16 + 16, 96)]),
    )
    with open_source(str(tmp_path / "masked.mp4")) as masked:
        frames = list(masked)
    assert len(frames) == 10
    for number, frame in enumerate(frames):
        contrast = frame.image[:, :, 0].reshape(96, 10, 16).std(axis=(0, 2))
        assert int(contrast.argmin()) == number
        assert contrast[number] < 15 < np.delete(contrast, number).min()
