import cv2
import numpy as np
import pytest

from vision.errors import SourceError
from vision.sources.open import open_source


def _save(folder, draw, names):
    for number, name in enumerate(names):
        assert cv2.imwrite(str(folder / name), draw(number))


def test_pictures_come_in_natural_order_at_the_given_rate(draw, number_of, tmp_path):
    _save(tmp_path, draw, ["img1.png", "img2.JPG", "img10.jpeg", "img11.png"])
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".img0.png").write_bytes(b"hidden")
    with open_source(str(tmp_path), images_fps=10.0) as source:
        frames = list(source)
        assert (source.size_px, source.fps, source.frames_expected) == ((160, 96), 10.0, 4)
        assert (source.live, source.ring) == (False, None)
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3]
    assert [frame.media_s for frame in frames] == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert source.report().clean
    assert source.report().ended


@pytest.mark.parametrize("name", ["c3.jpg", "c3.png"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95])
def test_a_cut_picture_is_left_out_and_the_others_keep_their_time(draw, number_of, tmp_path, name, share):
    _save(tmp_path, draw, ["c1.png", "c2.jpg", name, "c4.png"])
    damaged = tmp_path / name
    damaged.write_bytes(damaged.read_bytes()[: int(damaged.stat().st_size * share)])
    with open_source(str(tmp_path)) as source:
        frames = list(source)
        report = source.report()
    assert [number_of(frame.image) for frame in frames] == [0, 1, 3]
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert [frame.media_s for frame in frames] == pytest.approx([0.0, 0.04, 0.12])
    assert report.sentence() == "decoded 3 of 4 stated frames; 1 damaged picture file"
    assert report.first_error == f"{name} is cut off or not a picture"


def test_a_picture_is_turned_as_its_camera_says(draw, tmp_path):
    data = cv2.imencode(".jpg", draw(5))[1].tobytes()
    tiff = b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    marker = b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif
    (tmp_path / "a.jpg").write_bytes(data[:2] + marker + data[2:])
    with open_source(str(tmp_path)) as source:
        assert source.size_px == (96, 160)
        assert np.abs(next(iter(source)).image.astype(int) - np.rot90(draw(5), -1).astype(int)).mean() < 12


def test_folders_without_a_good_picture_are_refused(tmp_path):
    with pytest.raises(SourceError, match=r"wanted \.jpg or \.png pictures, found none in this folder"):
        open_source(str(tmp_path))
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="wanted at least one good picture, found 1 damaged ones"):
        open_source(str(tmp_path))


@pytest.mark.parametrize("fps", [0.0, -5.0, float("nan")])
def test_a_senseless_rate_is_refused(draw, tmp_path, fps):
    _save(tmp_path, draw, ["a.png"])
    with pytest.raises(SourceError, match="wanted a rate above 0"):
        open_source(str(tmp_path), images_fps=fps)


def test_a_second_pass_is_refused(draw, tmp_path):
    _save(tmp_path, draw, ["a.png"])
    with open_source(str(tmp_path)) as source:
        list(source)
        with pytest.raises(SourceError, match="open it again"):
            iter(source)
