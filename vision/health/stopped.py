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
# The frame before must itself have changed about as much as usual: by less, and the traffic was coming to rest already;
# by more, and the light or the view jumped.
USUAL_SHARE, USUAL_TIMES = 0.5, 2.0
USUAL_OVER_S = 1.0
# Pictures further apart say nothing of one another.
LONGEST_STEP_S = 1.0
# A picture that still trembles by more than this (mean of |difference|, levels) after so long is a living one.
LIVING_CHANGE, LIVING_AFTER_S = 0.05, 2.0


class StoppedPicture:
    """Whether the stream has stopped; looks at every analysed frame, (height, width) uint8 of one size, in order."""

    def __init__(self) -> None:
        self._before: U8 | None = None
        self._last_s = 0.0
        self._change = 0.0
        self._usual: float | None = None
        self._stopped_s: float | None = None

    def see(self, luma: U8, media_s: float) -> bool:
        """Whether this frame only repeats the picture it stopped with: what stands in it may be driving."""
        before, self._before = self._before, luma
        step_s, self._last_s = media_s - self._last_s, media_s
        if before is None or before.shape != luma.shape or step_s > LONGEST_STEP_S:
            self._stopped_s = None
            return False
        change = float(np.abs(luma.astype(np.int16) - before).mean())
        if self._repeats(change, media_s):
            self._stopped_s = media_s if self._stopped_s is None else self._stopped_s
            return True
        self._stopped_s = None
        keep = exp(-max(step_s, 0.0) / USUAL_OVER_S)
        self._change = change
        self._usual = change if self._usual is None else keep * self._usual + (1 - keep) * change
        return False

    def _repeats(self, change: float, media_s: float) -> bool:
        if self._stopped_s is None:
            usual = self._usual or 0.0
            as_usual = USUAL_SHARE * usual <= self._change <= USUAL_TIMES * usual
            return as_usual and change < REPEATED_SHARE * self._change
        lives = change > LIVING_CHANGE and media_s - self._stopped_s > LIVING_AFTER_S
        return not lives and change < REPEATED_SHARE * self._change
