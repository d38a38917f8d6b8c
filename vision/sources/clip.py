"""Writing original packets into a new container: remuxing, never re-encoding."""

from __future__ import annotations  # PyAV's Packet is generic for type checkers only

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from vision.errors import SourceError
from vision.sources.container import cause
from vision.sources.whole_file import whole_file

_MP4_CODECS = frozenset({"h264", "hevc", "mpeg4"})


@dataclass(frozen=True, slots=True)
class ClipSpan:
    """
    file      the clip; its suffix is .mp4 for h264, hevc and mpeg4, else .mkv, whatever was asked for
    since_s   media time of its first picture (a key frame): clip time 0
    until_s   media time at which its last picture ends
    packets   original packets in it
    codec     FFmpeg's name of their codec
    """

    file: Path
    since_s: float
    until_s: float
    packets: int
    codec: str


@dataclass(slots=True)
class KeptPacket:
    """One encoded packet; pts, dts and duration count the stretch's time base.

    stamp  presentation time as the container gave it: names the packet; pts may be corrected later
    key    decoding can start here
    """

    data: bytes
    stamp: int
    pts: int
    dts: int
    duration: int
    key: bool


class StreamPattern:
    """The codec parameters of a stream, outliving the container they came from.

    FFmpeg frees a stream with its container, and the container of a lost camera is closed long before its clip is
    asked for. So the parameters live in an output container that is never written.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.codec = stream.codec_context.name
        self.time_base = stream.time_base or Fraction(1, 90_000)
        self._shelf: OutputContainer = av.open(io.BytesIO(), "w", format="matroska")
        self._stream = self._shelf.add_stream_from_template(stream, opaque=True)

    def stream_in(self, container: OutputContainer) -> VideoStream:
        return container.add_stream_from_template(self._stream, opaque=True)


def write_clip(pattern: StreamPattern, packets: Sequence[KeptPacket], wanted: Path) -> Path:
    """Write the packets in decoding order; the first one's presentation time becomes 0. Returns the file written.

    SourceError when the codec fits no container or the disk refuses; then nothing is left behind.
    In an MP4 the start codes of H.264 and HEVC (from MPEG-TS or RTSP) become lengths, as the format demands:
    the coded pictures themselves stay as they came.
    """
    kind, suffix = ("mp4", ".mp4") if pattern.codec in _MP4_CODECS else ("matroska", ".mkv")
    path = wanted.with_suffix(suffix)
    try:
        with whole_file(path) as partial, av.open(str(partial), "w", format=kind) as container:
            stream = pattern.stream_in(container)
            for packet in _timed(packets):
                packet.time_base = pattern.time_base
                packet.stream = stream
                container.mux(packet)
    except (av.FFmpegError, ValueError, OSError) as error:
        words = cause(error) if isinstance(error, av.FFmpegError) else str(error)
        raise SourceError(f"{path}: the clip of {len(packets)} packets could not be written ({words})") from error
    return path


def _timed(packets: Sequence[KeptPacket]) -> list[Packet[Stream]]:
    """Fresh packets whose decoding times strictly grow, which every muxer demands and not every camera keeps to."""
    start = packets[0].pts
    timed = []
    last_dts: int | None = None
    for kept in packets:
        dts = kept.dts - start if last_dts is None else max(kept.dts - start, last_dts + 1)
        packet = Packet(kept.data)
        packet.dts, packet.pts = dts, max(kept.pts - start, dts)
        packet.duration = kept.duration
        packet.is_keyframe = kept.key
        timed.append(packet)
        last_dts = dts
    return timed
