"""Reads the pixels of a PNG with nothing but zlib and numpy, so that a verifier of evidence needs no picture library.

Only what our own writers make: 8 bits a channel, RGB, without interlacing (PNG specification, third edition).
"""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PIXELS = 2**26
CHANNELS = 3


def read_png(content: bytes) -> NDArray[np.uint8]:
    """(height, width, 3) RGB. Raises ValueError for anything but a whole, sound PNG of that sort."""
    if not content.startswith(SIGNATURE):
        raise ValueError("wanted a PNG, found something else")
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        raise ValueError("wanted a whole PNG, found one without its beginning or end")
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if (depth, colour, compression, filtering, interlaced) != (
        8,
        2,
        0,
        0,
        0,
    ) or not 0 < width * height <= LARGEST_PIXELS:
        raise ValueError("wanted a PNG of 8-bit RGB without interlacing, found another sort")
    row_bytes = 1 + width * CHANNELS
    unpacker = zlib.decompressobj()
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    try:
        raw = unpacker.decompress(packed, height * row_bytes + 1)
    except zlib.error as error:
        raise ValueError(f"wanted a PNG that can be unpacked: {error}") from error
    if len(raw) != height * row_bytes:
        raise ValueError(f"wanted {height} rows of {width} pixels, found {len(raw)} bytes")
    return _unfiltered(np.frombuffer(raw, np.uint8).reshape(height, row_bytes)).reshape(height, width, CHANNELS)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(content):
        head = content[place : place + 8]
        if len(head) < 8:
            raise ValueError("wanted a whole PNG, found one cut off")
        size, name = struct.unpack(">I4s", head)
        data, check = content[place + 8 : place + 8 + size], content[place + 8 + size : place + 12 + size]
        if len(check) != 4 or zlib.crc32(name + data) != int.from_bytes(check):
            raise ValueError(f"wanted a sound PNG, found the chunk {name!r} damaged")
        yield name, data
        place += 12 + size


def _unfiltered(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    out = np.zeros((rows.shape[0], rows.shape[1] - 1), np.uint8)
    above = np.zeros(out.shape[1], np.uint8)
    for number, row in enumerate(rows):
        above = out[number] = _row(int(row[0]), row[1:], above)
    return out


def _row(kind: int, coded: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Filters 0 to 4 undone, modulo 256 as uint8 counts."""
    match kind:
        case 0:
            return coded
        case 1:
            return np.cumsum(coded.reshape(-1, CHANNELS), axis=0, dtype=np.uint8).reshape(-1)
        case 2:
            return coded + above
        case 3 | 4:
            return _from_the_left(kind, coded, above)
    raise ValueError(f"wanted a PNG filter 0 to 4, found {kind}")


def _from_the_left(kind: int, coded: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Average and Paeth need the pixel just made: one after the other."""
    plain, up = coded.tolist(), above.tolist()
    for place in range(len(plain)):
        left = plain[place - CHANNELS] if place >= CHANNELS else 0
        corner = up[place - CHANNELS] if place >= CHANNELS else 0
        guess = (left + up[place]) // 2 if kind == 3 else _paeth(left, up[place], corner)
        plain[place] = (plain[place] + guess) & 0xFF
    return np.array(plain, np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    nearest = left + up - corner
    off_left, off_up, off_corner = abs(nearest - left), abs(nearest - up), abs(nearest - corner)
    if off_left <= off_up and off_left <= off_corner:
        return left
    return up if off_up <= off_corner else corner
