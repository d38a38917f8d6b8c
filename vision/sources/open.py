"""From what the user typed to the source that it means."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vision.errors import SourceError
from vision.sources.container import shown
from vision.sources.images import ImageFolder
from vision.sources.source import Source
from vision.sources.stream import LiveLimits, open_paced, open_stream
from vision.sources.video import VideoFile
from vision.sources.webcam import open_webcam

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
LIVE_SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "srt", "udp", "tcp")


def open_source(
    uri: str,
    *,
    ring_s: float | None = None,
    images_fps: float = 25.0,
    limits: LiveLimits | None = None,
    paced: bool = False,
    rate_fps: float | None = None,
) -> Source:
    """Open a video file, a folder of pictures, a stream URL or a webcam index ("0").

    ring_s      seconds of original packets to keep for clips; None keeps none
    images_fps  frames per second a folder of pictures is taken to have
    limits      patience with live sources
    paced       play a video file at its own pace, over and over, as if it were a camera; a live source stays as it is
    rate_fps    pictures per second anybody wants of a live source: it may then leave others undecoded; of a recording
                every picture is decoded, for its report is about all of them

    SourceError when there is no picture to be had; its message says what was wanted and what was found.
    """
    if re.fullmatch(r"\d{1,3}", uri) and not Path(uri).exists():
        return open_webcam(int(uri), limits or LiveLimits(), ring_s)
    play = partial(open_paced, limits=limits or LiveLimits(), ring_s=ring_s, rate_fps=rate_fps) if paced else None
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return _open_path(Path(uri), ring_s, images_fps, play)
    kind = scheme[1].lower()
    if kind == "file":
        return _open_path(Path(unquote(urlsplit(uri).path)), ring_s, images_fps, play)
    if kind not in LIVE_SCHEMES:
        raise SourceError(
            f"{shown(uri)}: wanted a file, a folder, a camera number or {', '.join(LIVE_SCHEMES)} "
            f"before ://, found {kind}"
        )
    return open_stream(uri, limits or LiveLimits(), ring_s, rate_fps)


def is_live(uri: str) -> bool:
    """Whether `open_source` would take it for a camera, which may be away for a while: an address or a webcam."""
    if re.fullmatch(r"\d{1,3}", uri):
        return not Path(uri).exists()
    scheme = _SCHEME.match(uri)
    return scheme is not None and scheme[1].lower() in LIVE_SCHEMES


def _open_path(path: Path, ring_s: float | None, images_fps: float, play: Callable[[Path], Source] | None) -> Source:
    """play: opens a video file as a camera; None: it is read as a recording."""
    if path.is_dir() and play is not None:
        raise SourceError(f"{path}: wanted a video file to play at its own pace, found a folder of pictures")
    if path.is_dir():
        return ImageFolder(path, images_fps)
    return VideoFile(path, ring_s) if play is None else play(path)
