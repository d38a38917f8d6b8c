"""The small PNG reader gives the pixels OpenCV gives, and nothing but a sound PNG."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.evidence.png import read_png


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def written(rows, width, height, head=(8, 2, 0, 0, 0)):
    """A PNG of rows that are filtered already."""
    header = struct.pack(">IIBBBBB", width, height, *head)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def seen_by_opencv(content):
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_it_reads_what_opencv_writes(width, height, seed):
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image[: height // 2] //= 64  # smooth and noisy rows get different filters
    assert (read_png(cv2.imencode(".png", image)[1].tobytes()) == image[:, :, ::-1]).all()


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_it_undoes_every_filter_as_opencv_does(filters, width, seed):
    coded = np.random.default_rng(seed).integers(0, 256, (len(filters), width * 3), dtype=np.uint8)
    rows = b"".join(bytes([kind]) + row.tobytes() for kind, row in zip(filters, coded, strict=True))
    content = written(rows, width, len(filters))
    assert (read_png(content) == seen_by_opencv(content)).all()


SOUND = written(b"\0" * 14, 2, 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "found something else"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "found something else"),
        (SOUND[:-5], "damaged|cut off"),
        (SOUND[:-12], "without its beginning or end"),
        (SOUND[:40] + bytes([SOUND[40] ^ 1]) + SOUND[41:], "damaged"),
        (written(b"\0" * 14, 2, 2, (16, 2, 0, 0, 0)), "another sort"),
        (written(b"\0" * 14, 2, 2, (8, 6, 0, 0, 0)), "another sort"),
        (written(b"\0" * 14, 2, 2, (8, 2, 0, 0, 1)), "another sort"),
        (written(b"\0" * 14, 2, 3), "wanted 3 rows"),
        (written(b"\0" * 14, 2, 1), "wanted 1 rows"),
        (written(b"\5" * 14, 2, 2), "filter 0 to 4, found 5"),
        (written(b"\0" * 14, 2**20, 2**20), "another sort"),
    ],
)
def test_anything_else_is_refused_in_words(content, told):
    with pytest.raises(ValueError, match=told):
        read_png(content)
