"""Other people's letters for variety: condensed and plain fonts installed on the training machine, where there are any.

Nothing depends on them: without a font file, or with an OpenCV that cannot draw one, plates are drawn with our strokes.
"""

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.arrays import U8

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
WANTED = (
    "DejaVuSansCondensed-Bold.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf", "DejaVuSansMono.ttf",
    "LiberationSans-Bold.ttf", "LiberationSans-Regular.ttf", "LiberationMono-Bold.ttf",
    "LiberationSansNarrow-Bold.ttf", "LiberationSansNarrow-Regular.ttf",
    "FreeSansBold.ttf", "FreeSans.ttf", "FreeMonoBold.ttf",
)  # fmt: skip
DRAWN_PX = 80


@cache
def installed_fonts() -> tuple[str, ...]:
    """Font files of plain upright letters, sorted by name; empty where none is installed or none can be drawn."""
    if not hasattr(cv2, "FontFace"):  # came with OpenCV 5
        return ()
    found = {file.name: str(file) for folder in FOLDERS for file in Path(folder).rglob("*.ttf")}
    return tuple(found[name] for name in WANTED if name in found)


@cache
def _face(file: str) -> Any:
    return cv2.FontFace(file)


@cache
def letter(file: str, character: str) -> U8:
    """(h, w) uint8, the character cut to its outline, white on black."""
    canvas = np.zeros((2 * DRAWN_PX, 2 * DRAWN_PX), np.uint8)
    cv2.putText(canvas, character, (DRAWN_PX // 2, DRAWN_PX * 3 // 2), (255,), _face(file), DRAWN_PX)
    rows, columns = np.flatnonzero(canvas.max(1) > 60), np.flatnonzero(canvas.max(0) > 60)
    return canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def draw_letter(mask: U8, character: str, box_px: tuple[float, float, float, float], file: str) -> None:
    """Paint `character` of the font into the box (x1, y1, x2, y2) of `mask`; a thin 1 keeps its own shape."""
    x1, y1, x2, y2 = (round(side) for side in box_px)
    shape = letter(file, character)
    width = x2 - x1
    if character == "1":
        width = min(width, round((y2 - y1) * shape.shape[1] / shape.shape[0]))
        x1 += (x2 - x1 - width) // 2
    target = mask[y1:y2, x1 : x1 + width]
    if target.size:
        np.maximum(target, cv2.resize(shape, target.shape[::-1], interpolation=cv2.INTER_AREA), out=target)
