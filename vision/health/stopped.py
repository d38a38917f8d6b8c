"""A picture that stops all at once, frame by frame: for whoever must not take a frozen picture for standing traffic.

`FreezeSense` says after seconds that a camera is frozen. By then every vehicle in the picture would have been called
standing. Vehicles brake, each at its own time; a stream that repeats its last picture stops them all between two
frames. So the change from frame to frame falling to nothing from what it was just before is a stopped stream, and
falling little by little is traffic.
"""

from math import exp

import numpy as np

from vision.arrays import U8

# A frame that changed the picture by less than this share of what the frame before it did repeats it.
REPEATED_SHARE = 0.1
# The frame before must itself have changed as much as usual, else the traffic was coming to rest already.
USUAL_SHARE = 0.5
USUAL_OVER_S = 1.0


class StoppedPicture:
    """Whether the stream has stopped; looks at every analysed frame, (height, width) uint8 of one size, in order."""

    def __init__(self) -> None:
        self._before: U8 | None = None
        self._last_s = 0.0
        self._change = 0.0
        self._usual = 0.0

    def see(self, luma: U8, media_s: float) -> bool:
        """Whether this frame only repeats the picture it stopped with: what stands in it may be driving."""
        before, self._before = self._before, luma
        step_s, self._last_s = media_s - self._last_s, media_s
        if before is None or before.shape != luma.shape:
            return False
        change = float(np.abs(luma.astype(np.int16) - before).mean())
        if self._change >= USUAL_SHARE * self._usual and change < REPEATED_SHARE * self._change:
            return True
        keep = exp(-max(step_s, 0.0) / USUAL_OVER_S)
        self._change, self._usual = change, keep * self._usual + (1 - keep) * change
        return False
