"""The clock that all cameras of one box share, and how well each camera's own can be told on it."""

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from vision.frame import Frame

FRAMES_COMPARED = 200


class SiteMoment(NamedTuple):
    """Seconds, to ± error_s; None: nobody said how far this camera's clock may be from the others'."""

    at_s: float
    error_s: float | None


class SiteClock:
    """Of one camera.

    A live camera's pictures are placed by when they came to this box: late by chance and never early, so the promptest
    of many count. What is the same for all of them, the way from the camera to here, no box can measure: whoever set
    the cameras up says how much it may differ between them (`error_s`). A recording is placed by the label of its
    beginning.
    """

    def __init__(
        self,
        label: Callable[[float], datetime],
        *,
        live: bool,
        error_s: float | None,
        began: tuple[float, float] | None = None,
    ) -> None:
        """label: media second → UTC. began: one moment on the wall's clock and on the monotonic one, the same for all
        cameras of a site, so that their seconds can be compared."""
        self.label = label
        self.live = live
        self._error_s = error_s
        wall_s, steady_s = began or (time.time(), time.monotonic())
        self._since_1970_s = wall_s - steady_s
        self._lags_s: deque[float] = deque(maxlen=FRAMES_COMPARED)

    def see(self, frame: Frame) -> None:
        if self.live:
            self._lags_s.append(frame.arrived_s - frame.media_s)

    def at(self, media_s: float) -> SiteMoment:
        if not self.live or not self._lags_s:
            return SiteMoment(self.label(media_s).timestamp(), None if self.live else self._error_s)
        half = (len(self._lags_s) + 1) // 2
        lags_s = list(self._lags_s)
        first_s, last_s = min(lags_s[:half]), min(lags_s[-half:])
        error_s = None if self._error_s is None else self._error_s + abs(last_s - first_s)
        return SiteMoment(media_s + min(first_s, last_s) + self._since_1970_s, error_s)
