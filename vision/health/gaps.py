"""Frames that are missing from the stream, told from the media clock alone."""

from collections import deque
from itertools import pairwise
from statistics import median

from vision.events.bodies import Measure
from vision.health.settings import HealthSettings
from vision.health.spell import Verdict

WINDOW_S = 10.0
FEWEST_FRAMES = 10
# The interval between frames is the median of so many.
REMEMBERED_FRAMES = 300
# So many intervals too late, a frame is missing; less, and the camera is a little late.
LATE_SHARE = 0.6


class FrameGaps:
    """Tells frames that never came from those that came and that nobody took: the latter are no fault of the camera."""

    def __init__(self, settings: HealthSettings) -> None:
        self._settings = settings
        self._frames: deque[tuple[float, int]] = deque(maxlen=REMEMBERED_FRAMES)

    def frame(self, media_s: float, index: int | None) -> None:
        """index: the frame's place among those the camera sent; None where each that came is told here."""
        if index is None:
            index = self._frames[-1][1] + 1 if self._frames else 0
        self._frames.append((media_s, index))

    def dropped(self, media_s: float, lasting: bool) -> Verdict:
        """Over the last WINDOW_S; no word on a stream that has hardly begun."""
        if len(self._frames) <= FEWEST_FRAMES:
            return Verdict(None)
        steps = [(there[0], there[0] - here[0], max(1, there[1] - here[1])) for here, there in pairwise(self._frames)]
        usual_s = median(gap_s / frames for _, gap_s, frames in steps)
        if usual_s <= 0:
            return Verdict(None)
        recent = [(gap_s / usual_s - frames, frames) for at_s, gap_s, frames in steps if media_s - at_s < WINDOW_S]
        missing = sum(round(late) for late, _ in recent if late >= LATE_SHARE)
        share = missing / max(1, missing + sum(frames for _, frames in recent))
        limit = self._settings.whole_below if lasting else self._settings.dropped_above
        return Verdict(share >= limit, (Measure(name="missing", value=share, error=0.01, unit="1"),))
