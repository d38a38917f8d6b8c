"""A folder of still pictures, read as a video of a given rate."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import cv2
import numpy as np

from vision.arrays import U8
from vision.errors import SourceError
from vision.frame import Frame
from vision.sources.report import SourceReport, Tally
from vision.sources.ring import PacketRing

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})


class ImageFolder:
    """The .jpg and .png pictures directly inside a folder, in natural order (img2 before img10).

    media_s is the picture's place in that order divided by `fps`; a damaged picture keeps its place in time and is
    left out. Read once: a second pass raises SourceError. Opening refuses a folder without one good picture.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        if not fps > 0:
            raise SourceError(f"{folder}: wanted a rate above 0 frames per second, found {fps}")
        self._files = sorted((file for file in folder.iterdir() if _is_picture(file)), key=_natural)
        if not self._files:
            raise SourceError(f"{folder}: wanted .jpg or .png pictures, found none in this folder")
        self._fps = fps
        self._tally = Tally(str(folder), part="picture file", frames_expected=len(self._files))
        self._frames = self._read()
        self._first = next(self._frames, None)
        if self._first is None:
            raise SourceError(
                f"{folder}: wanted at least one good picture, found {len(self._files)} damaged ones "
                f"({self._tally.first_error})"
            )
        self._size_px = self._first.size_px
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
        return None

    def __iter__(self) -> Iterator[Frame]:
        if self._begun or self._closed:
            state = "closed" if self._closed else "already being read"
            raise SourceError(f"{self._tally.source}: wanted a fresh folder, found one {state}; open it again")
        self._begun = True
        return self._all()

    def report(self) -> SourceReport:
        return self._tally.report()

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _all(self) -> Iterator[Frame]:
        first, self._first = self._first, None
        if first is not None:
            yield first
        while not self._closed and (frame := next(self._frames, None)) is not None:
            yield frame
        self._tally.ended = not self._closed

    def _read(self) -> Iterator[Frame]:
        for place, file in enumerate(self._files):
            self._tally.parts_read += 1
            image = _decoded(file)
            if image is None:
                self._tally.damage(f"{file.name} is cut off or not a picture")
                continue
            self._tally.frames_good += 1
            yield Frame(self._tally.frames_good - 1, place / self._fps, image, time.monotonic())


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in _SUFFIXES and not file.name.startswith(".") and file.is_file()


def _natural(file: Path) -> list[tuple[int, str]]:
    """Digits compare as numbers, the rest as text without case."""
    return [(int(run), "") if run.isdecimal() else (-1, run.lower()) for run in re.split(r"(\d+)", file.name)]


def _decoded(file: Path) -> U8 | None:
    """BGR as a viewer sees it (EXIF rotation applied); None when the picture is damaged."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    if not _is_whole(data):
        return None
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return cast(U8, image) if image is not None else None


def _is_whole(data: bytes) -> bool:
    """OpenCV fills the missing part of a cut picture with grey and calls it good, so look for its end first.

    JPEG: an end marker after the last scan's start (an embedded thumbnail has its own). PNG: the closing chunk.
    """
    if data.startswith(b"\xff\xd8"):
        return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")
    return b"IEND" in data[-64:] or not data.startswith(b"\x89PNG")
