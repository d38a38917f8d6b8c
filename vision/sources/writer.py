"""Writing drawn frames as a video that every browser plays."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vision.arrays import U8
from vision.errors import SourceError
from vision.sources.container import cause
from vision.sources.whole_file import whole_file

_TICKS_PER_S = 90_000
_DEFAULT_FPS = 25.0


class VideoWriter:
    """An MP4 (H.264 where this FFmpeg can write it, else MPEG-4 part 2; yuv420p) of BGR frames with their media time.

    The file appears under its name only when the `with` block ends well; after a fault nothing is left. The first
    frame becomes time 0. Odd widths and heights grow by one repeated column or row, because yuv420p needs even ones.
    SourceError when the file cannot be written or not one frame came; ValueError for a frame of another size or a
    time that does not grow.
    """

    def __init__(self, path: Path, size_px: tuple[int, int], fps: float | None) -> None:
        self._path = path
        self._size_px = size_px
        self._fps = fps or _DEFAULT_FPS
        self._start_s: float | None = None
        self._last = -1
        self._resources = ExitStack()
        self._container: OutputContainer
        self._stream: VideoStream

    def __enter__(self) -> Self:
        partial = self._resources.enter_context(whole_file(self._path))
        try:
            self._container = self._resources.enter_context(
                av.open(str(partial), "w", format="mp4", container_options={"movflags": "+faststart"})
            )
            self._stream = self._new_stream()
        except av.FFmpegError as error:
            self._resources.__exit__(type(error), error, error.__traceback__)
            raise self._refused(error) from error
        return self

    def write(self, image: U8, media_s: float) -> None:
        """image: (height, width, 3) uint8 BGR of the stated size."""
        width, height = self._size_px
        if image.shape != (height, width, 3) or image.dtype != np.uint8:
            raise ValueError(
                f"{self._path}: wanted frames of {(height, width, 3)} uint8, found {image.shape} {image.dtype}"
            )
        self._start_s = media_s if self._start_s is None else self._start_s
        ticks = round((media_s - self._start_s) * _TICKS_PER_S)
        if ticks <= self._last:
            raise ValueError(f"{self._path}: wanted a later time than the frame before, found {media_s} s")
        self._last = ticks
        video = VideoFrame.from_ndarray(_even(image), format="bgr24")
        video.pts, video.time_base = ticks, Fraction(1, _TICKS_PER_S)
        video.duration = round(_TICKS_PER_S / self._fps)
        self._encode(video)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._resources.__exit__(kind, error, trace)
            return
        with self._resources:
            if self._start_s is None:
                raise SourceError(f"{self._path}: wanted at least one frame to write, found none")
            self._encode(None)

    def _encode(self, video: VideoFrame | None) -> None:
        try:
            self._container.mux(self._stream.encode(video))
        except av.FFmpegError as error:
            raise self._refused(error) from error

    def _refused(self, error: av.FFmpegError) -> SourceError:
        return SourceError(f"{self._path}: the video cannot be written ({cause(error)})")

    def _new_stream(self) -> VideoStream:
        codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
        rate = Fraction(self._fps).limit_denominator(1001)
        stream = cast(VideoStream, self._container.add_stream(codec, rate=rate))
        width, height = self._size_px
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        if codec == "libx264":
            stream.options = {"preset": "veryfast", "crf": "23"}
        return stream


def _even(image: U8) -> U8:
    height, width = image.shape[:2]
    if not (height % 2 or width % 2):
        return np.ascontiguousarray(image)
    return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
