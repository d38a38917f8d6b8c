"""A video file: every good frame, in order, and an honest word about the rest."""

from __future__ import annotations  # PyAV's Packet is generic for type checkers only

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from vision.errors import SourceError
from vision.frame import Frame
from vision.sources.clock import MediaClock
from vision.sources.container import cause, nominal_fps, open_file, stated_duration_s, video_stream
from vision.sources.pictures import Picture, PictureReader
from vision.sources.report import SourceReport, Tally
from vision.sources.ring import PacketRing

_MOST_READ_ERRORS = 16
"""Read errors in a row after which the rest of a file is given up."""


class VideoFile:
    """Read once, from the first frame to the last. A second pass raises SourceError: open the file again instead.

    Opening decodes the first good picture, so a file without one is refused at once (SourceError).
    """

    def __init__(self, path: Path, ring_s: float | None = None) -> None:
        self._container = open_file(path)
        try:
            self._stream = video_stream(self._container, str(path))
            self._fps = nominal_fps(self._stream)
            self._stated_s = stated_duration_s(self._container, self._stream)
            self._tally = Tally(str(path), frames_expected=self._expected())
            self._ring = None if ring_s is None else PacketRing(ring_s)
            clock = MediaClock(1 / self._fps if self._fps else None)
            reader = PictureReader(self._stream, clock, self._tally, self._ring, live=False)
            self._packets = _Packets(self._container, self._stream, self._tally)
            self._pictures = reader.pictures(self._packets)
            self._first = self._first_picture()
        except BaseException:
            self._container.close()
            raise
        self._size_px = self._first.frame().size_px
        self._begun = False
        self._closed = False

    @property
    def size_px(self) -> tuple[int, int]:
        return self._size_px

    @property
    def fps(self) -> float | None:
        return self._fps

    @property
    def frames_expected(self) -> int | None:
        return self._tally.frames_expected

    @property
    def live(self) -> bool:
        return False

    @property
    def ring(self) -> PacketRing | None:
        return self._ring

    def __iter__(self) -> Iterator[Frame]:
        if self._begun or self._closed:
            state = "closed" if self._closed else "already being read"
            raise SourceError(f"{self._tally.source}: wanted a fresh video, found one {state}; open it again")
        self._begun = True
        return self._frames()

    def report(self) -> SourceReport:
        return self._tally.report()

    def close(self) -> None:
        self._closed = True
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _frames(self) -> Iterator[Frame]:
        for picture in chain([self._first], self._pictures):
            yield picture.frame()
            if self._closed:
                return
        self._tally.truncated = self._packets.cut_off or self._falls_short()
        self._tally.ended = True

    def _first_picture(self) -> Picture:
        picture = next(self._pictures, None)
        if picture is None:
            found = f"{self._tally.parts_read} packets"
            why = f" ({self._tally.first_error})" if self._tally.first_error else ""
            raise SourceError(f"{self._tally.source}: wanted at least one good frame, found none in {found}{why}")
        return picture

    def _expected(self) -> int | None:
        if self._stream.frames:
            return self._stream.frames
        return round(self._stated_s * self._fps) if self._stated_s and self._fps else None

    def _falls_short(self) -> bool:
        """The packets end clearly before the stated end. Two and a half frames of doubt: containers round."""
        if self._stated_s is None:
            return False
        doubt_s = max(0.25, 2.5 / self._fps if self._fps else 0.0)
        return self._packets.reached_s < self._stated_s - doubt_s


class _Packets:
    """The video's packets to the end of the file, across read errors; knows how far they reached.

    reached_s  presentation time covered, from the first packet's
    cut_off    the last packet was incomplete, or the file could not be read to its end
    """

    def __init__(self, container: InputContainer, stream: VideoStream, tally: Tally) -> None:
        self._container = container
        self._stream = stream
        self._tally = tally
        self._first: int | None = None
        self._end: int | None = None
        self.cut_off = False

    @property
    def reached_s(self) -> float:
        if self._first is None or self._end is None:
            return 0.0
        return float((self._end - self._first) * (self._stream.time_base or 0))

    def __iter__(self) -> Iterator[Packet[VideoStream]]:
        failures = 0
        while failures < _MOST_READ_ERRORS:
            try:
                for packet in self._container.demux(self._stream):
                    self._follow(packet)
                    failures = 0
                    yield packet
            except av.FFmpegError as error:
                failures += 1
                self._tally.note(f"a part of the file cannot be read: {cause(error)}")
            else:
                return
        self.cut_off = True

    def _follow(self, packet: Packet[VideoStream]) -> None:
        if not packet.size:
            return
        self.cut_off = packet.is_corrupt
        if packet.pts is None or packet.is_corrupt:
            return
        end = packet.pts + (packet.duration or 0)
        self._first = packet.pts if self._first is None else min(self._first, packet.pts)
        self._end = end if self._end is None else max(self._end, end)
