"""From encoded packets to good pictures with media time: the part that files, streams and webcams share."""

from __future__ import annotations  # PyAV's Packet is generic for type checkers only

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vision.frame import Frame
from vision.sources.clock import MediaClock
from vision.sources.container import cause
from vision.sources.planes import PlanePixels
from vision.sources.report import Tally
from vision.sources.ring import PacketRing
from vision.sources.thrift import Thrift

_JUMP_S = 1.0
"""Decoding times that fall back by more than this mean a new origin, not jitter."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, not yet converted: a live source throws many away and should not pay for them."""

    index: int
    media_s: float
    arrived_s: float
    video: VideoFrame

    def frame(self) -> Frame:
        return Frame(self.index, self.media_s, PlanePixels(self.video), self.arrived_s)


class PictureReader:
    """Decodes one opened stream.

    Damage: a packet that the container marks corrupt is not decoded; one that the decoder refuses is skipped; a
    picture that the decoder marks as patched up is left out. Pictures that follow, up to the next key frame, are
    predicted from damaged ones: they are handed on and counted as smeared, because a count that stops for a whole
    key-frame interval loses more than it protects.
    """

    def __init__(
        self,
        stream: VideoStream,
        clock: MediaClock,
        tally: Tally,
        ring: PacketRing | None,
        *,
        live: bool,
        rate_fps: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """rate_fps: how many pictures per second anybody wants; None: all there are."""
        self._stream = stream
        self._context = stream.codec_context
        self._clock = clock
        self._tally = tally
        self._ring = ring
        self._live = live
        self._monotonic = monotonic
        self._tick_s = float(stream.time_base or 0)
        self._timeless = stream.container.format.name == "avi"
        self._shown_ticks: int | None = None
        self._last_decoding: int | None = None
        self._last_pts: int | None = None
        self._smeared_from: int | None = None
        self._thrift = None if rate_fps is None else Thrift(stream.codec_context, rate_fps)
        self._arrived_s = monotonic()
        _prepare(stream, live=live)
        if ring is not None:
            ring.begin(stream)

    def pictures(self, packets: Iterable[Packet[VideoStream]], since_s: float | None = None) -> Iterator[Picture]:
        """Good pictures in presentation order. `since_s`: monotonic time of the last frame before a reconnect."""
        self._arrived_s = self._arrived_s if since_s is None else since_s
        for packet in packets:
            if not packet.size:
                continue  # an empty packet would put the decoder into its final state
            self._tally.parts_read += 1
            if packet.is_corrupt:
                self._damage("a packet is cut off or marked corrupt by the container", packet.pts)
                continue
            if self._jumps_back(packet):
                yield from self._restart()
            if self._ring is not None:
                self._ring.feed(packet)
            yield from self._good(self._decode(packet))
        yield from self._good(self._decode(None))

    def _decode(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            return self._context.decode(packet)
        except av.FFmpegError as error:
            behind = None if self._last_pts is None else self._last_pts + 1
            self._damage(f"the decoder refused a packet: {cause(error)}", behind)
            return []

    def _good(self, decoded: Iterable[VideoFrame]) -> Iterator[Picture]:
        for video in decoded:
            if video.is_corrupt:
                self._tally.frames_corrupt += 1
                self._tally.note(f"the decoder marked the picture after frame {self._tally.frames_good} corrupt")
                self._smear(video.pts)
            else:
                yield self._picture(video)
            self._last_pts = video.pts

    def _picture(self, video: VideoFrame) -> Picture:
        arrived_s = self._monotonic()
        elapsed_s = arrived_s - self._arrived_s if self._live else 0.0
        ticks = self._presentation(video)
        media_s = self._clock.tick(None if ticks is None else ticks * self._tick_s, elapsed_s)
        self._arrived_s = arrived_s
        self._judge_smear(video)
        if self._thrift is not None:
            self._thrift.saw(media_s)
        if self._ring is not None:
            self._ring.anchor(self._clock.shift_s)
            if video.pts is not None and ticks is not None:
                self._ring.decoded(video.pts, ticks, key=video.key_frame)
        self._tally.timestamps_repaired = self._clock.repairs
        self._tally.longest_gap_s = self._clock.longest_gap_s
        self._tally.frames_good += 1
        return Picture(self._tally.frames_good - 1, media_s, arrived_s, video)

    def _presentation(self, video: VideoFrame) -> int | None:
        """Ticks at which the picture is shown; None when the stream does not say.

        An AVI has no presentation times, and those FFmpeg invents for it are out of order where pictures refer
        forward. The decoding time at which a picture came out is in order; the last few pictures, which come out
        after the end, have none and follow at the nominal step.
        """
        ticks = video.pts
        if self._timeless:
            step = round(self._clock.step_s / self._tick_s)
            ticks = self._shown_ticks + step if video.dts is None and self._shown_ticks is not None else video.dts
        self._shown_ticks = ticks
        return ticks

    def _jumps_back(self, packet: Packet[VideoStream]) -> bool:
        decoding = packet.pts if packet.dts is None else packet.dts
        before, self._last_decoding = self._last_decoding, self._last_decoding if decoding is None else decoding
        return decoding is not None and before is not None and (before - decoding) * self._tick_s > _JUMP_S

    def _restart(self) -> Iterator[Picture]:
        """The times start again inside one stream (two recordings in one file): empty the decoder first, so that
        no picture is measured from the wrong origin."""
        yield from self._good(self._decode(None))
        self._context.flush_buffers()
        self._clock.repairs += 1
        self._tally.note("the stream's timestamps start again in its middle")
        self._clock.new_stretch()
        if self._ring is not None:
            self._ring.begin(self._stream)

    def _damage(self, problem: str, from_pts: int | None) -> None:
        self._tally.damage(problem)
        self._smear(from_pts)

    def _smear(self, from_pts: int | None) -> None:
        self._smeared_from = min(from_pts or 0, self._smeared_from or from_pts or 0)

    def _judge_smear(self, video: VideoFrame) -> None:
        if self._smeared_from is None or (video.pts is not None and video.pts < self._smeared_from):
            return
        if video.key_frame:
            self._smeared_from = None
        else:
            self._tally.frames_smeared += 1


def _prepare(stream: VideoStream, *, live: bool) -> None:
    """Frame threads are wanted for speed and because FFmpeg's slice threads alone do not mark patched-up pictures.
    Each of them holds back one picture and some megabytes, so a live stream gets just two and a recording at most four:
    the cores are wanted for the network. Motion JPEG never marks damage: there the
    decoder is told to refuse a damaged picture, which no other picture depends on."""
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = 2 if live else min(4, max(2, os.cpu_count() or 2))
    if stream.codec_context.name == "mjpeg":
        stream.codec_context.options = {"err_detect": "explode"}
