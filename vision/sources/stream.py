"""Live cameras: a reading thread that reconnects, keeps the freshest picture and never lets the clock fall back."""

from __future__ import annotations  # PyAV's Packet is generic for type checkers only

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
from vision.sources.container import cause, nominal_fps, open_file, shown, video_stream
from vision.sources.freshest import Freshest
from vision.sources.pictures import Picture, PictureReader
from vision.sources.report import SourceReport, Tally
from vision.sources.ring import PacketRing

_log = logging.getLogger(__name__)

_PROTOCOLS = "http,https,httpproxy,tcp,tls,udp,rtp,srtp,rtsp,rtmp,rtmps,rtmpt,srt,crypto,data"
"""What a stream may open from within itself; local files are not among it."""

_CLOCKLESS_FORMATS = frozenset({"mpjpeg", "mjpeg", "jpeg_pipe", "h264", "hevc", "m4v"})
"""They carry no times: FFmpeg invents 25 frames a second, which would make every measured speed wrong."""


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """All in seconds on the monotonic clock.

    open_for_s     opening gives up when no picture came within this time
    connect_s      one attempt to connect, and again to recognise the stream (a camera may send a key frame only
                   every few seconds, and FFmpeg waits for one)
    read_s         silence after which the connection counts as lost
    retry_first_s  pause before the first new attempt; doubles up to retry_most_s, starts again after a picture
    """

    open_for_s: float = 20.0
    connect_s: float = 10.0
    read_s: float = 5.0
    retry_first_s: float = 0.5
    retry_most_s: float = 15.0


def open_stream(uri: str, limits: LiveLimits, ring_s: float | None, rate_fps: float | None = None) -> LiveSource:
    """A camera or server behind a URL. SourceError when no picture came within `limits.open_for_s`."""
    options = {"protocol_whitelist": _PROTOCOLS}
    if uri.lower().startswith(("rtsp:", "rtsps:")):
        options["rtsp_transport"] = "tcp"  # over UDP a busy network loses parts of pictures

    def connect() -> InputContainer:
        return av.open(uri, "r", container_options=options, timeout=(limits.connect_s, limits.read_s))

    return LiveSource(shown(uri), connect, limits, ring_s, rate_fps)


def open_paced(path: Path, limits: LiveLimits, ring_s: float | None, rate_fps: float | None = None) -> LiveSource:
    """A recording played at its own pace, over and over, as if it were a camera. SourceError as `open_file`."""
    return LiveSource(str(path), lambda: open_file(path), limits, ring_s, rate_fps)


class LiveSource:
    """The freshest picture of something that `connect` opens, for as long as nobody closes it.

    media_s grows through reconnects by the time that passed on the monotonic clock. A finite file behind a URL is
    played at its own pace and started again at its end, so that it behaves like a camera.

    rate_fps: pictures per second anybody wants; where the stream allows, the decoder is spared the others.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], InputContainer],
        limits: LiveLimits,
        ring_s: float | None,
        rate_fps: float | None = None,
    ) -> None:
        self._name = name
        self._connect = connect
        self._limits = limits
        self._rate_fps = rate_fps
        self._ring = None if ring_s is None else PacketRing(ring_s)
        self._tally = Tally(name)
        self._clock: MediaClock | None = None
        self._fps: float | None = None
        self._last: Picture | None = None
        self._freshest = Freshest()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name=f"source {name}", daemon=True)
        self._thread.start()
        try:
            self._size_px = self._wait_for_first().frame().size_px
        except BaseException:
            self._end(wait_s=0.5)  # the thread ends by itself when its attempt to connect does
            raise

    @property
    def size_px(self) -> tuple[int, int]:
        return self._size_px

    @property
    def fps(self) -> float | None:
        return self._fps

    @property
    def frames_expected(self) -> int | None:
        return None

    @property
    def live(self) -> bool:
        return True

    @property
    def ring(self) -> PacketRing | None:
        return self._ring

    def __iter__(self) -> Iterator[Frame]:
        while (picture := self._freshest.take()) is not None:
            yield picture.frame()

    def report(self) -> SourceReport:
        self._tally.frames_dropped = self._freshest.dropped
        return self._tally.report()

    def close(self) -> None:
        """Waits for the reading thread: FFmpeg cannot be interrupted, but returns after its own timeout."""
        self._end(2 * self._limits.connect_s + self._limits.read_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _end(self, wait_s: float) -> None:
        self._stop.set()
        self._freshest.close()
        self._thread.join(wait_s)
        if self._thread.is_alive():
            _log.warning("%s: the reading thread is still inside FFmpeg and is left to end by itself", self._name)

    def _wait_for_first(self) -> Picture:
        picture = self._freshest.wait(self._limits.open_for_s)
        if picture is None:
            found = self._tally.first_error or "a connection without a decodable picture"
            raise SourceError(
                f"{self._name}: wanted a picture within {self._limits.open_for_s:g} s, found none ({found})"
            )
        return picture

    def _read(self) -> None:
        """The reading thread: connect, play until the stream is lost, wait, again."""
        pause_s = self._limits.retry_first_s
        try:
            while not self._stop.is_set():
                decoded = self._tally.frames_good
                self._attempt()
                pause_s = self._limits.retry_first_s if self._tally.frames_good > decoded else pause_s
                self._stop.wait(pause_s)
                pause_s = min(2 * pause_s, self._limits.retry_most_s)
        except BaseException as fault:  # noqa: BLE001  a thread's fault must reach the consumer, not vanish with it
            self._freshest.fail(fault)

    def _attempt(self) -> None:
        """One connection, to its end. A stream without video is fatal only before the first picture."""
        try:
            with self._connect() as container:
                self._play(container, video_stream(container, self._name))
            lost = "the stream ended"
        except av.FFmpegError as error:
            lost = cause(error)
        except SourceError as error:
            if self._last is None:
                raise
            lost = str(error)
        if not self._stop.is_set():
            self._tally.note(lost)
            _log.warning("%s: %s; trying again", self._name, lost)

    def _play(self, container: InputContainer, stream: VideoStream) -> None:
        clock = self._clock_for(stream)
        reader = PictureReader(stream, clock, self._tally, self._ring, live=True, rate_fps=self._rate_fps)
        again, since_s = self._last is not None, self._last.arrived_s if self._last else None
        pace = _Pace() if container.duration else None
        for decoded in reader.pictures(self._packets(container, stream), since_s):
            picture = decoded
            self._tally.reconnects += again
            again = False
            if pace is not None:
                self._stop.wait(pace.early_s(picture.media_s, time.monotonic()))
                picture = replace(picture, arrived_s=time.monotonic())  # a camera would have sent it now
            if self._stop.is_set():
                return
            self._last = picture
            self._freshest.put(picture)

    def _packets(self, container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
        clockless = container.format.name in _CLOCKLESS_FORMATS
        tick_s = float(stream.time_base or 1)
        for packet in container.demux(stream):
            if self._stop.is_set():
                return
            if clockless and packet.size:
                packet.pts = packet.dts = round(time.monotonic() / tick_s)
            yield packet

    def _clock_for(self, stream: VideoStream) -> MediaClock:
        """One clock for the life of the source; each connection is a new stretch of it."""
        if self._clock is None:
            self._fps = nominal_fps(stream)
            self._clock = MediaClock(1 / self._fps if self._fps else None)
        self._clock.new_stretch()
        return self._clock


class _Pace:
    """Holds a finite file back to the speed at which it was filmed."""

    def __init__(self) -> None:
        self._start_s: float | None = None

    def early_s(self, media_s: float, now_s: float) -> float:
        """Seconds to wait before this picture is due; 0 when it is late."""
        if self._start_s is None:
            self._start_s = now_s - media_s
        return max(0.0, self._start_s + media_s - now_s)
