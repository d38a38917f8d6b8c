"""Pictures of a data set, read strictly: what is cut off or of another kind is said, not filled up or converted."""

from pathlib import Path
from typing import cast

import cv2
import numpy as np

from models.datasets.labels import ReadReport
from vision.arrays import U8

PICTURES = (".jpg", ".jpeg", ".png")


def read_picture(file: Path, report: ReadReport) -> U8 | None:
    """(height, width, 3) BGR as a viewer sees it (EXIF rotation applied).

    None, counted in `report`, where the file is missing, damaged, or not three channels of 8 bits.
    """
    try:
        content = file.read_bytes()
    except OSError:
        report.leave("missing pictures", file.name)
        return None
    image = _decoded(content)
    if image is None:
        report.leave("unreadable pictures", file.name)
        return None
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels != 3 or image.dtype != np.uint8:
        report.leave(f"pictures of {channels} x {8 * image.dtype.itemsize} bits instead of 3 x 8", file.name)
        return None
    return cast(U8, image)


def _decoded(content: bytes) -> cv2.typing.MatLike | None:
    if not content or not _is_whole(content):
        return None
    # Only a PNG can have an alpha channel, and only IMREAD_UNCHANGED shows it; it would leave a JPEG unrotated.
    is_png = content.startswith(b"\x89PNG")
    flag = cv2.IMREAD_UNCHANGED if is_png else cv2.IMREAD_ANYCOLOR
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), flag)
    except cv2.error:
        return None


def _is_whole(content: bytes) -> bool:
    """OpenCV fills the missing part of a cut picture with grey: so look for the end mark after the last scan."""
    if content.startswith(b"\xff\xd8"):
        return content.rfind(b"\xff\xd9") > content.rfind(b"\xff\xda")
    return b"IEND" in content[-64:] or not content.startswith(b"\x89PNG")
