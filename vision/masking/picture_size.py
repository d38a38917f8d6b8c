"""How large a picture becomes, read from its header alone. Pure, without any picture library: servers use it too."""

import struct

MOST_PIXELS = 100_000_000
"""Three times those of an 8K camera."""
PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a frame header; the other three of that row are tables and reserved (ISO/IEC 10918-1, table B.1)."""
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def picture_size(content: bytes) -> tuple[int, int] | None:
    """(width, height) as the header of a JPEG, PNG or WebP claims it; None where there is no such header."""
    if content.startswith(PNG_START) and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp_size(content)
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Of the first frame header among the segments."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4], "big"))
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """Of the first chunk: extended, lossless or lossy (RFC 9649, section 2)."""
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
