"""Where in a rider's box the heads are looked for, the same way in training and in service."""

import numpy as np

from vision.arrays import F32, U8

ASIDE, ABOVE = 0.12, 0.12
"""Margins in shares of the box: detectors cut off the heads of tall riders."""
UPPER = 0.66
"""Heads lie in the upper two thirds of rider and machine, children between adults included."""
SHORTEST_SIDE_PX = 8


def head_windows(xyxy_px: F32) -> F32:
    """(n, 4) boxes of riders to (n, 4) windows, which may reach beyond the frame."""
    x1, y1, x2, y2 = xyxy_px.T
    wide, tall = x2 - x1, y2 - y1
    windows = [x1 - ASIDE * wide, y1 - ABOVE * tall, x2 + ASIDE * wide, y1 + UPPER * tall]
    return np.stack(windows, axis=1).astype(np.float32)


def cut(image: U8, window_px: F32) -> tuple[U8, F32] | None:
    """The part of the window that lies in the frame, and its corner (x, y); None where there is too little to see."""
    if not np.isfinite(window_px).all():
        return None
    height, width = image.shape[:2]
    x1, y1, x2, y2 = np.clip(np.rint(window_px), 0, [width, height, width, height]).astype(int).tolist()
    if min(x2 - x1, y2 - y1) < SHORTEST_SIDE_PX:
        return None
    return image[y1:y2, x1:x2], np.array([x1, y1], np.float32)
