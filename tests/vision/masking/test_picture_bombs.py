"""A picture's header is believed before its pixels are made: what claims too many is never opened."""

import struct
import zlib
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.errors import SourceError
from vision.masking.painter import Painter
from vision.masking.picture_size import MOST_PIXELS, picture_size
from vision.masking.safe_picture import read_picture
from vision.sources.writer import VideoWriter

NOTHING_SHOWN = SimpleNamespace(
    accused=(),
    accused_cells=1,
    clear=(),
    hidden=(),
    plate=(),
    lamps=(),
    cell_px=1,
    strokes=(),
    outlines=(),
    captions=(),
)


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg(width, height):
    """A small sound picture with another size written into its frame header."""
    content = bytearray(cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8))[1].tobytes())
    place = content.index(b"\xff\xc0")
    struct.pack_into(">HH", content, place + 5, height, width)
    return bytes(content)


@pytest.mark.parametrize("size", [(1, 1), (64, 48), (301, 200)])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_the_header_says_what_the_library_makes_of_it(suffix, size):
    width, height = size
    content = cv2.imencode(suffix, np.zeros((height, width, 3), np.uint8))[1].tobytes()
    assert picture_size(content) == size


def test_an_extended_and_a_lossless_webp_say_their_size_too():
    assert picture_size(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x4f\xc3\x00" * 2) == (50_000, 50_000)
    settings = [cv2.IMWRITE_WEBP_QUALITY, 101]
    content = cv2.imencode(".webp", np.zeros((48, 64, 3), np.uint8), settings)[1].tobytes()
    assert picture_size(content) == (64, 48)


@pytest.mark.parametrize("make", [png, jpeg])
def test_a_picture_that_claims_milliards_of_pixels_is_refused_unopened(make, tmp_path, monkeypatch):
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was opened"))
    (tmp_path / "bomb.jpg").write_bytes(make(50_000, 50_000))
    with pytest.raises(SourceError, match=rf"bomb\.jpg: wanted a picture of at most {MOST_PIXELS} pixels"):
        read_picture(tmp_path / "bomb.jpg")


@given(st.binary(max_size=200))
def test_any_bytes_have_a_size_or_none(content):
    for start in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP"):
        found = picture_size(start + content)
        assert found is None or min(found) >= 0


def test_a_clip_of_more_pictures_than_any_of_ours_is_cut_off_and_nothing_of_it_stays(tmp_path, monkeypatch):
    with VideoWriter(tmp_path / "clip.mp4", (64, 48), 25) as video:
        for number in range(10):
            video.write(np.zeros((48, 64, 3), np.uint8), number / 25)
    monkeypatch.setattr("vision.masking.painter.MOST_FRAMES", 5)
    with pytest.raises(SourceError, match="wanted a clip of at most 5 pictures, found more"):
        Painter().clip(tmp_path / "clip.mp4", tmp_path / "out.mp4", lambda _: NOTHING_SHOWN)
    assert not (tmp_path / "out.mp4").exists()
