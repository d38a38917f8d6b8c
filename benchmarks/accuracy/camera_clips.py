"""Short clips of fixed cameras, played again and again."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks.errors import BenchmarkError
from vision.arrays import U8
from vision.sources.open import open_source

KEPT_PER_S = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Luma pictures, KEPT_PER_S of them or fewer; fps of the file."""

    name: str
    pictures: list[U8] = field(repr=False)
    fps: float

    def at(self, media_s: float) -> U8:
        """The picture of that time, the clip being played again and again."""
        return self.pictures[round(media_s * min(KEPT_PER_S, self.fps)) % len(self.pictures)]


def load(file: Path) -> Clip:
    """Raises SourceError where the file is no video."""
    pictures: list[U8] = []
    with open_source(str(file)) as source:
        for frame in source:
            if frame.media_s >= len(pictures) / KEPT_PER_S:
                pictures.append(np.asarray(cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY), np.uint8))
        return Clip(f"{file.parent.name}/{file.stem}", pictures, source.fps or 25.0)


def clips(names: Sequence[str]) -> list[Clip]:
    """Files by path, or by name below NGATU_TEST_DATA/videos."""
    files = [Path(name) for name in names]
    if not all(file.is_file() for file in files):
        folder = os.environ.get("NGATU_TEST_DATA")
        if not folder:
            raise BenchmarkError("NGATU_TEST_DATA: wanted the folder of the real clips, found it unset")
        files = [Path(folder) / "videos" / name for name in names]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise BenchmarkError(f"wanted video files, found none at {', '.join(missing)}")
    return [load(file) for file in files]
