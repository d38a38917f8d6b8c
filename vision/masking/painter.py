"""Writes masked derivatives of pictures and clips; the originals are only read."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from vision.arrays import U8
from vision.errors import SourceError
from vision.masking.composed import Masked, composed
from vision.masking.picture_size import MOST_PIXELS
from vision.masking.pixelate import coarse
from vision.masking.safe_picture import read_picture
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter

JPEG_QUALITY = 90
MOST_FRAMES = 20_000
"""Ours have some hundreds; small files can unpack to days of the same picture."""
GROUND_HELD_S = 0.25
"""The coarse part of a clip moves in steps of this: the fewer coarse pictures of somebody, the less they add up to."""


class Painter:
    """The pixel work of a masked copy."""

    def picture(self, source: Path, target: Path, mask: Masked) -> None:
        """JPEG or PNG, as the suffix of `target` says. Raises SourceError."""
        _write(target, composed(read_picture(source), mask))

    def clip(self, source: Path, target: Path, mask_at: Callable[[float], Masked]) -> None:
        """Encoded anew as MP4. mask_at: by seconds from the clip's first picture.

        Raises SourceError, also for a clip whose pictures are too large or too many to be one of ours.
        """
        with open_source(str(source)) as clip, VideoWriter(target, _allowed(source, clip.size_px), clip.fps) as video:
            ground: U8 | None = None
            made_s = 0.0
            for number, frame in enumerate(clip):
                if number >= MOST_FRAMES:
                    raise SourceError(f"{source}: wanted a clip of at most {MOST_FRAMES} pictures, found more")
                mask = mask_at(frame.media_s)
                if ground is None or frame.media_s - made_s >= GROUND_HELD_S:
                    ground, made_s = coarse(frame.image, mask.cell_px), frame.media_s
                video.write(composed(frame.image, mask, ground), frame.media_s)


def _allowed(source: Path, size_px: tuple[int, int]) -> tuple[int, int]:
    if size_px[0] * size_px[1] > MOST_PIXELS:
        raise SourceError(
            f"{source}: wanted pictures of at most {MOST_PIXELS} pixels, found {size_px[0]} x {size_px[1]}"
        )
    return size_px


def _write(target: Path, image: U8) -> None:
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if target.suffix == ".jpg" else []
    done, data = cv2.imencode(target.suffix, image, settings)
    if not done:
        raise SourceError(f"{target}: the masked picture of {image.shape} could not be written")
    target.write_bytes(np.asarray(data, np.uint8).tobytes())
