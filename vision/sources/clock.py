"""The media clock: presentation times of a stream, made to start at zero and never to go backwards."""

NOMINAL_STEP_S = 1 / 25
"""Assumed between two frames where a stream states no rate."""


class MediaClock:
    """Turns presentation times (seconds, any origin) into media_s.

    A stretch is a run of frames whose presentation times share one origin: a file normally has one, a camera begins
    a new one at each reconnect. Inside a stretch media_s differs from the presentation time by a constant, except:

    - no presentation time: one nominal step after the previous frame;
    - not later than the previous frame: half a step after it, so that the clock grows and the true times catch up.

    Both are counted in `repairs`.
    """

    def __init__(self, step_s: float | None) -> None:
        self.step_s = step_s or NOMINAL_STEP_S
        self.repairs = 0
        self.longest_gap_s = 0.0
        self._shift_s: float | None = None
        self._last_s: float | None = None

    @property
    def shift_s(self) -> float | None:
        """media_s minus presentation time in the present stretch; None before its first timed frame."""
        return self._shift_s

    def new_stretch(self) -> None:
        """The next frame's presentation time has a new origin."""
        self._shift_s = None

    def tick(self, presented_s: float | None, elapsed_s: float = 0.0) -> float:
        """media_s of the next frame. `elapsed_s`, seconds since the previous frame on the monotonic clock,
        counts only for the first frame of a stretch: the outage before it is part of the camera's time."""
        media_s = self._next_s(presented_s, elapsed_s)
        self.longest_gap_s = max(self.longest_gap_s, media_s - (self._last_s or 0.0))
        self._last_s = media_s
        return media_s

    def _next_s(self, presented_s: float | None, elapsed_s: float) -> float:
        if self._shift_s is None:
            start_s = 0.0 if self._last_s is None else self._last_s + max(self.step_s, elapsed_s)
            self.repairs += presented_s is None
            self._shift_s = None if presented_s is None else start_s - presented_s
            return start_s
        last_s = self._last_s or 0.0
        if presented_s is None:
            self.repairs += 1
            return last_s + self.step_s
        media_s = presented_s + self._shift_s
        if media_s > last_s:
            return media_s
        self.repairs += 1
        return last_s + self.step_s / 2
