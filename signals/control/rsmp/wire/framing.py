"""Packets in a stream of bytes: UTF-8 JSON objects, each ended by one form feed."""

import json
from asyncio import StreamReader
from collections.abc import AsyncIterator, Mapping
from re import search
from typing import Any

from signals.control.rsmp.errors import PacketError

FORM_FEED = b"\x0c"
LONGEST_BYTES = 1 << 20
READ_BYTES = 1 << 16


class Splitter:
    """Cuts what arrives, in whatever pieces, at the form feeds. Empty packets are skipped, as the standard asks."""

    def __init__(self, longest_bytes: int = LONGEST_BYTES) -> None:
        self._rest, self._longest = bytearray(), longest_bytes

    def feed(self, piece: bytes) -> list[bytes]:
        """Packets that are whole now. Raises PacketError once one has grown too long to be sensible."""
        *whole, rest = (bytes(self._rest) + piece).split(FORM_FEED)
        self._rest = bytearray(rest)
        if max(map(len, (*whole, rest))) > self._longest:
            raise PacketError(f"A packet of more than {self._longest} bytes without an end.")
        return [packet for packet in whole if packet.strip()]


async def packets(reader: StreamReader) -> AsyncIterator[bytes]:
    """Until the stream ends."""
    splitter = Splitter()
    while piece := await reader.read(READ_BYTES):
        for packet in splitter.feed(piece):
            yield packet


def pack(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + FORM_FEED


def unpack(packet: bytes) -> dict[str, Any]:
    """Raises PacketError for what is no JSON object; its message_id is told where it can be found all the same."""
    try:
        fields = json.loads(packet.decode(), parse_constant=_no_number, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        raise PacketError(f"Not JSON: {error}", _dug_out(packet)) from error
    if not isinstance(fields, dict):
        raise PacketError(f"Wanted a JSON object, found {type(fields).__name__}")
    return fields


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice may mean one thing to one reader and another to the next."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name is given twice")
    return fields


def _dug_out(packet: bytes) -> str | None:
    found = search(rb'"mId"\s*:\s*"([0-9A-Fa-f-]{8,36})"', packet)
    return found.group(1).decode() if found else None
