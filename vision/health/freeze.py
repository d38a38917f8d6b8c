"""A picture that repeats itself while the stream goes on.

A living sensor makes noise, so two of its pictures are never equal; but an encoder may swallow the noise of a still
night until its next key frame. So a repetition is judged by how long it lasts, and by whether this camera ever repeated
itself before and then went on.
"""

from collections import deque

import numpy as np

from vision.arrays import U8
from vision.events.bodies import Measure
from vision.health.look import Look
from vision.health.settings import HealthSettings
from vision.health.spell import Verdict

SAMPLED_PIXELS = 6000
# A repeated picture that was encoded again may tremble by this much (mean of |difference|, levels), and nowhere by
# more than a few levels: something that moves changes its pixels by many.
REPEATED_BELOW = 0.05
TREMBLING_LEVELS = 3
REMEMBERED_LOOKS = 600


class FreezeSense:
    """Compares each look with the last one, on a grid of the small picture's pixels."""

    def __init__(self, settings: HealthSettings) -> None:
        self._settings = settings
        self._sample: U8 | None = None
        self._since_s: float | None = None
        self._stood_still: deque[bool] = deque(maxlen=REMEMBERED_LOOKS)

    def frozen(self, look: Look, lasting: bool) -> Verdict:
        step = max(1, round((look.small.size / SAMPLED_PIXELS) ** 0.5))
        before, self._sample = self._sample, look.small[::step, ::step].copy()
        if before is None:
            return Verdict(None)
        apart = np.abs(self._sample.astype(np.int16) - before)
        change = float(apart.mean())
        if change > REPEATED_BELOW or apart.max() > TREMBLING_LEVELS:
            if self._since_s is not None and not lasting:
                self._stood_still.append(True)
            self._stood_still.append(False)
            self._since_s = None
            return Verdict(False, (_measure(change),))
        self._since_s = look.media_s if self._since_s is None else self._since_s
        repeated = lasting or look.media_s - self._since_s >= self._patience_s()
        return Verdict(True if repeated else None, (_measure(change),))

    def _patience_s(self) -> float:
        """A camera whose pictures stood still before and then went on needs longer to be called frozen."""
        limits = self._settings
        return limits.still_frozen_after_s if any(self._stood_still) else limits.frozen_after_s


def _measure(change: float) -> Measure:
    return Measure(name="change", value=change, error=REPEATED_BELOW, unit="level")
