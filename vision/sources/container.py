"""Opening a container through FFmpeg: the one seam where its errors become sentences of ours."""

import re
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from vision.errors import SourceError

_MOST_PLAUSIBLE_FPS = 240.0


def shown(uri: str) -> str:
    """The URI without user name, password and query (where many cameras take the password): what logs, reports and
    error messages may carry."""
    place, query, _ = uri.partition("?") if "://" in uri else (uri, "", "")
    return re.sub(r"(?<=://)[^/]*@", "", place) + ("?…" if query else "")


def cause(error: av.FFmpegError) -> str:
    """FFmpeg's words alone: its own message may repeat the URI with the password in it."""
    return error.strerror or type(error).__name__


def open_file(path: Path) -> InputContainer:
    """SourceError when the file is missing, empty, not readable or not a video.

    Only local files may be opened from within it: a playlist that calls itself a video must not fetch from the network.
    """
    if not path.exists():
        raise SourceError(f"{path}: wanted a video file or a folder of pictures, found nothing of that name")
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: wanted a video, found an empty file")
    try:
        return av.open(str(path), "r", container_options={"protocol_whitelist": "file"})
    except (av.FFmpegError, UnicodeError) as error:
        words = cause(error) if isinstance(error, av.FFmpegError) else str(error)
        if isinstance(error, (av.error.InvalidDataError, av.error.EOFError)) and _lacks_mp4_index(path):
            raise SourceError(
                f"{path}: the MP4 is cut off before its index (the moov box): no frame in it can be found"
            ) from error
        raise SourceError(f"{path}: wanted a video, found a file that FFmpeg cannot read ({words})") from error


def video_stream(container: InputContainer, name: str) -> VideoStream:
    """The first stream of moving pictures. SourceError when there is none (a cover picture is none) or no decoder."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                raise SourceError(f"{name}: this FFmpeg has no decoder for its video")
            return stream
    found = ", ".join(sorted({stream.type for stream in container.streams})) or "no stream at all"
    raise SourceError(f"{name}: wanted a video stream, found {found}")


def nominal_fps(stream: VideoStream) -> float | None:
    """The rate FFmpeg recognises, else the stated average; None when absent or not a camera's (some muxers write
    their tick rate there). An AVI that repeats pictures states twice the rate of its real ones."""
    for rate in (stream.guessed_rate, stream.average_rate):
        if rate is not None and 0 < float(rate) <= _MOST_PLAUSIBLE_FPS:
            return float(rate)
    return None


def stated_duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    """How long the video should last according to the container; None when it does not say.

    An AVI's duration is FFmpeg's guess from the file size, so a cut one is measured by the frame count in its header.
    """
    if stream.time_base is None:
        return None
    if container.format.name == "avi" and stream.frames:
        return float(stream.frames * stream.time_base)
    if stream.duration:
        return float(stream.duration * stream.time_base)
    if tagged := re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", "")):
        hours, minutes, seconds = tagged.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return container.duration / av.time_base if container.duration and len(container.streams) == 1 else None


def _lacks_mp4_index(path: Path) -> bool:
    """True for an MP4 (a `ftyp` box first) whose top-level boxes hold no complete `moov`."""
    with path.open("rb") as file:
        first = True
        while len(head := file.read(16)) >= 8:
            size, kind = int.from_bytes(head[:4]), head[4:8]
            if first and kind != b"ftyp":
                return False
            first = False
            size = int.from_bytes(head[8:16]) if size == 1 else size
            if kind == b"moov":
                return file.tell() - len(head) + size > path.stat().st_size
            if size < 8:
                break
            file.seek(size - len(head), 1)
        return not first
