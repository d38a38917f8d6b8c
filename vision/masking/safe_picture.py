"""Reads a picture only after its header has said how large it becomes: a few bytes may claim billions of pixels."""

from pathlib import Path

import cv2
import numpy as np

from vision.arrays import U8
from vision.errors import SourceError
from vision.masking.picture_size import MOST_PIXELS, picture_size


def read_picture(path: Path) -> U8:
    """(height, width, 3) BGR of a JPEG or PNG. Raises SourceError for anything else, and for one too large to open."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: wanted a picture that can be read, found: {error.strerror}") from error
    size_px = picture_size(content)
    if size_px is None:
        raise SourceError(f"{path}: wanted a picture that can be masked, found something else")
    width, height = size_px
    if width * height > MOST_PIXELS:
        raise SourceError(f"{path}: wanted a picture of at most {MOST_PIXELS} pixels, found {width} x {height}")
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise SourceError(f"{path}: wanted a picture that can be decoded, found: {error.err}") from error
    if image is None:
        raise SourceError(f"{path}: wanted a picture that can be masked, found something else")
    return np.asarray(image, np.uint8)
