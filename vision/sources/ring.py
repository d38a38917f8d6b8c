"""The last seconds of a camera as it sent them: original encoded packets, ready to become a clip of evidence."""

from __future__ import annotations  # PyAV's Packet is generic for type checkers only

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from av.packet import Packet
from av.video.stream import VideoStream

from vision.errors import SourceError
from vision.sources.clip import ClipSpan, KeptPacket, StreamPattern, write_clip

DEFAULT_MOST_BYTES = 64 * 1024 * 1024
_ROUNDING_S = 1e-6


@dataclass(slots=True)
class _Stretch:
    """Packets that share one time origin and one set of codec parameters.

    shift_s  media time minus presentation time; None until the first picture of the stretch is decoded
    """

    pattern: StreamPattern
    packets: deque[KeptPacket]
    shift_s: float | None = None

    def media_s(self, ticks: int) -> float:
        return float(ticks * self.pattern.time_base) + (self.shift_s or 0.0)

    def first_key(self) -> int | None:
        return next((place for place, packet in enumerate(self.packets) if packet.key), None)

    def second_key(self) -> int | None:
        keys = (place for place, packet in enumerate(self.packets) if packet.key)
        next(keys, None)
        return next(keys, None)

    def span_s(self) -> tuple[float, float] | None:
        """Media time from the first key frame to the end of the last picture; None when no clip could be cut."""
        start = self.first_key()
        if start is None or self.shift_s is None:
            return None
        ends = (packet.pts + packet.duration for packet in self.packets)
        return self.media_s(self.packets[start].pts), self.media_s(max(ends))


class PacketRing:
    """Keeps at least the last `keep_s` seconds, from a key frame on, within `most_bytes`.

    Whole key-frame intervals are dropped from the old end, so a little more than `keep_s` is held. When one interval
    alone exceeds `most_bytes`, it is given up: `overflows` counts that, and the ring fills again from the next key
    frame. A source's reading thread feeds it; any thread may cut clips.
    """

    def __init__(self, keep_s: float, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        if keep_s <= 0 or most_bytes <= 0:
            raise ValueError(f"ring: wanted seconds and bytes above zero, found {keep_s} s and {most_bytes} bytes")
        self.keep_s = keep_s
        self.most_bytes = most_bytes
        self.overflows = 0
        self._bytes = 0
        self._stretches: deque[_Stretch] = deque()
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        return self._bytes

    def span_s(self) -> tuple[float, float] | None:
        """Media time of the oldest picture a clip could start with, and of the newest's end; None while empty."""
        with self._lock:
            spans = [span for stretch in self._stretches if (span := stretch.span_s()) is not None]
        return (spans[0][0], spans[-1][1]) if spans else None

    def begin(self, stream: VideoStream) -> None:
        """A stream was opened, or its times start again: what follows has a new origin."""
        with self._lock:
            if self._stretches and self._stretches[-1].shift_s is None:
                lost = self._stretches.pop()  # a connection that gave no picture: its packets have no time
                self._drop(lost, len(lost.packets))
            self._stretches.append(_Stretch(StreamPattern(stream), deque()))

    def anchor(self, shift_s: float | None) -> None:
        """Media time minus presentation time of the present stretch; None leaves it unknown."""
        self._stretches[-1].shift_s = shift_s

    def feed(self, packet: Packet[VideoStream]) -> None:
        """Keep a copy of the packet. One without any time cannot be placed and is left out."""
        pts = packet.dts if packet.pts is None else packet.pts
        if pts is None:
            return
        dts = pts if packet.dts is None else packet.dts
        kept = KeptPacket(bytes(packet), pts, pts, dts, packet.duration or 0, packet.is_keyframe)
        with self._lock:
            self._stretches[-1].packets.append(kept)
            self._bytes += len(kept.data)
            if kept.key or self._bytes > self.most_bytes:
                self._trim()

    def decoded(self, stamp: int, shown: int, *, key: bool) -> None:
        """What the decoder found out about the packet of this presentation time: the true one, and whether it is a
        key frame. Some containers (AVI) mark neither."""
        with self._lock:
            for packet in reversed(self._stretches[-1].packets):
                if packet.stamp == stamp:
                    packet.pts = shown
                    if key and not packet.key:
                        packet.key = True
                        self._trim()
                    return

    def remux(self, since_s: float, until_s: float, out: Path) -> ClipSpan:
        """Write the original packets from the key frame at or before `since_s` to `until_s` (media time).

        A clip never crosses a reconnect: of two stretches the one that shares more with the wanted span is taken.
        Where the ring begins later or ends earlier than wanted, the clip is shorter; the answer says its true span.
        The suffix of `out` becomes .mp4 or .mkv as the codec needs. SourceError when nothing of the span is held,
        or the clip cannot be written.
        """
        with self._lock:
            stretch, packets = self._chosen(since_s, until_s)
        file = write_clip(stretch.pattern, packets, out)
        end = max(packet.pts + packet.duration for packet in packets)
        return ClipSpan(
            file, stretch.media_s(packets[0].pts), stretch.media_s(end), len(packets), stretch.pattern.codec
        )

    def _chosen(self, since_s: float, until_s: float) -> tuple[_Stretch, list[KeptPacket]]:
        shared = []
        for stretch in self._stretches:
            span = stretch.span_s()
            if span is not None and span[0] <= until_s + _ROUNDING_S and span[1] >= since_s - _ROUNDING_S:
                shared.append((min(span[1], until_s) - max(span[0], since_s), stretch))
        if not shared or until_s < since_s:
            spans = [stretch.span_s() for stretch in self._stretches]
            held = ", ".join(f"{span[0]:.2f} to {span[1]:.2f} s" for span in spans if span) or "nothing"
            raise SourceError(f"ring: wanted a clip of {since_s:.2f} to {until_s:.2f} s, found {held}")
        stretch = max(shared, key=lambda pair: pair[0])[1]
        return stretch, _between(stretch, since_s, until_s)

    def _trim(self) -> None:
        """Drop from the old end what is older than `keep_s` or too much for `most_bytes`."""
        while self._stretches:
            oldest = self._stretches[0]
            start = oldest.first_key()
            if start:
                self._drop(oldest, start)  # pictures before the first key frame cannot be decoded
            following = oldest.second_key()
            if following is None and len(self._stretches) == 1:
                break
            follower = oldest if following is not None else self._stretches[1]
            if self._bytes <= self.most_bytes and not self._is_old(follower, following or 0):
                return
            self._drop(oldest, len(oldest.packets) if following is None else following)
            if not oldest.packets:
                self._stretches.popleft()
        if self._bytes > self.most_bytes:
            self.overflows += 1
            self._drop(self._stretches[0], len(self._stretches[0].packets))

    def _is_old(self, stretch: _Stretch, place: int) -> bool:
        """True when the wanted seconds are covered even if everything before this packet goes."""
        newest = self._stretches[-1]
        if stretch.shift_s is None or newest.shift_s is None or not stretch.packets or not newest.packets:
            return False
        age_s = newest.media_s(newest.packets[-1].pts) - stretch.media_s(stretch.packets[place].pts)
        return age_s >= self.keep_s

    def _drop(self, stretch: _Stretch, count: int) -> None:
        for _ in range(count):
            self._bytes -= len(stretch.packets.popleft().data)


def _between(stretch: _Stretch, since_s: float, until_s: float) -> list[KeptPacket]:
    """Packets in decoding order from the key frame to the last one shown by `until_s`: some between them are shown
    later, but the pictures before need them."""
    packets = list(stretch.packets)
    keys = [place for place, packet in enumerate(packets) if packet.key]
    early = [place for place in keys if stretch.media_s(packets[place].pts) <= since_s + _ROUNDING_S]
    start = early[-1] if early else keys[0]
    shown = [place for place, packet in enumerate(packets) if stretch.media_s(packet.pts) <= until_s + _ROUNDING_S]
    return packets[start : max(start, shown[-1]) + 1]
