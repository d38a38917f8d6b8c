"""Cuts the region of a signal head out of a frame and sets it upright, the same way in training and in service."""

import cv2
import numpy as np

from vision.arrays import F32, U8

SHORTEST_SIDE_PX = 4
"""Below this a region holds no more than a blur of one lamp."""
LEAST_SEEN = 0.6
"""Share of the region that must lie in the frame: the lamp that is lit may be in the part that does not."""
LYING = 1.25
"""A region this much wider than high is a head that lies on its side."""


def cut_upright(image: U8, xyxy_px: F32) -> U8 | None:
    """The region of one head (4,) as a picture with its first lamp on top; None where there is too little to see.

    A lying head is turned clockwise: its left lamp, red wherever traffic keeps right, comes to the top. `image` is
    (height, width, 3) uint8 BGR.
    """
    if not np.isfinite(xyxy_px).all():
        return None
    height_px, width_px = image.shape[:2]
    whole = np.rint(xyxy_px.astype(np.float64))
    x1, y1, x2, y2 = np.clip(whole, 0, [width_px, height_px, width_px, height_px]).astype(int).tolist()
    if min(x2 - x1, y2 - y1) < SHORTEST_SIDE_PX:
        return None
    if (x2 - x1) * (y2 - y1) < LEAST_SEEN * (whole[2] - whole[0]) * (whole[3] - whole[1]):
        return None
    return turned_upright(image[y1:y2, x1:x2])


def turned_upright(region: U8) -> U8:
    """A region wider than high, turned clockwise; any other as it is."""
    height_px, width_px = region.shape[:2]
    if width_px <= LYING * height_px:
        return region
    return np.asarray(cv2.rotate(region, cv2.ROTATE_90_CLOCKWISE), np.uint8)
