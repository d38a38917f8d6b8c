"""Whether anything has moved since the network last looked."""

import cv2
import numpy as np

from edge.loop.region import Region
from edge.loop.settings import GateSettings
from vision.arrays import U8
from vision.frame import Pixels


class MotionGate:
    """Compares each small grey picture with that of the last look, not with its neighbour: so what creeps adds up
    until it shows."""

    def __init__(self, settings: GateSettings, region: Region | None) -> None:
        self._settings = settings
        self._region = region
        self._last: tuple[U8, float] | None = None

    def opens(self, pixels: Pixels, media_s: float) -> bool:
        """Whether the network should look at this picture; if so, it is what later ones are compared with."""
        now = pixels.luma(self._settings.size_px)
        if self._last is not None:
            before, looked_s = self._last
            if media_s - looked_s < self._settings.refresh_s and not self._differs(before, now):
                return False
        self._last = now, media_s
        return True

    def _differs(self, before: U8, now: U8) -> bool:
        changed = cv2.absdiff(before, now) >= self._settings.least_change
        if self._region is not None:
            changed &= self._region.mask(self._settings.size_px)
        return int(np.count_nonzero(changed)) >= self._settings.least_pixels
