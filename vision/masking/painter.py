"""Writes masked derivatives of pictures and clips; the originals are only read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from vision.arrays import U8
from vision.errors import SourceError
from vision.frame import Rect
from vision.masking.pixelate import pixelate
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter

JPEG_QUALITY = 90


class Masked(Protocol):
    """boxes: what is masked, None for all of the picture. clear: what is not, all the same."""

    @property
    def boxes(self) -> Sequence[Rect] | None: ...
    @property
    def clear(self) -> Sequence[Rect]: ...


class Painter:
    """The pixel work of a masked copy."""

    def picture(self, source: Path, target: Path, mask: Masked) -> None:
        """JPEG or PNG, as the suffix of `target` says. Raises SourceError."""
        image = cv2.imdecode(np.frombuffer(source.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise SourceError(f"{source}: wanted a picture that can be masked, found something else")
        out = pixelate(np.asarray(image, np.uint8), mask.boxes, mask.clear)
        _write(target, out)

    def clip(self, source: Path, target: Path, mask_at: Callable[[float], Masked]) -> None:
        """Encoded anew as MP4. mask_at: by seconds from the clip's first picture. Raises SourceError."""
        with (
            open_source(str(source)) as clip,
            VideoWriter(target, clip.size_px, clip.fps) as video,
        ):
            for frame in clip:
                mask = mask_at(frame.media_s)
                video.write(pixelate(frame.image, mask.boxes, mask.clear), frame.media_s)


def _write(target: Path, image: U8) -> None:
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if target.suffix == ".jpg" else []
    done, data = cv2.imencode(target.suffix, image, settings)
    if not done:
        raise SourceError(f"{target}: the masked picture of {image.shape} could not be written")
    target.write_bytes(np.asarray(data, np.uint8).tobytes())
