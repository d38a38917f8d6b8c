"""Whether what a watch began with still holds: the clock it labels by, and the scene file it judges by."""

import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from edge.health.clock import read_clock
from violations.evidence.record import ClockQuality

log = logging.getLogger(__name__)

SMALLEST_STEP_S = 0.02
LOOK_EVERY_S = 2.0
FRAMES_COMPARED = 250


class ClockWatch:
    """The quality of the clock behind the time labels: the kernel's word, and what was set since the watch began.

    Labels count on from the first frame, so a clock that is set later leaves them as wrong as it was: the step is added
    to the error. wall, steady: seconds since 1970 and of a clock that nobody sets.
    """

    def __init__(
        self,
        read: Callable[[], ClockQuality] | None = None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read or _read_kernel
        self._wall = wall
        self._steady = steady
        self._began_s = wall() - steady()
        self._said_s = 0.0

    def quality(self) -> ClockQuality:
        """As of now; says so once where the clock was set."""
        step_s = self._wall() - self._steady() - self._began_s
        quality = self._read()
        if abs(step_s) < SMALLEST_STEP_S:
            return quality
        if abs(step_s - self._said_s) >= SMALLEST_STEP_S:
            self._said_s = step_s
            log.warning(
                "the clock was set by %+.2f s since the watch began: time labels count on from its beginning, and "
                "their error grows by as much",
                step_s,
            )
        error_s = None if quality.error_s is None else quality.error_s + abs(step_s)
        return ClockQuality(synchronised=quality.synchronised, error_s=error_s)


class LabelDrift:
    """How far the time labels have drifted: they count on by the camera's clock, which is not this machine's.

    Pictures come late by chance, never early: the promptest of many frames are compared, at first and of late.
    """

    def __init__(self, frames: int = FRAMES_COMPARED) -> None:
        self._at_first: deque[float] = deque(maxlen=frames)
        self._of_late: deque[float] = deque(maxlen=frames)

    def see(self, media_s: float, arrived_s: float) -> None:
        """A frame's own time, and when it came on a clock that nobody sets."""
        lag_s = arrived_s - media_s
        self._of_late.append(lag_s)
        if len(self._at_first) < (self._at_first.maxlen or 0):
            self._at_first.append(lag_s)

    def added_to(self, quality: ClockQuality) -> ClockQuality:
        """The quality of a label of now."""
        if quality.error_s is None or not self._of_late:
            return quality
        drift_s = abs(min(self._of_late) - min(self._at_first))
        return ClockQuality(synchronised=quality.synchronised, error_s=quality.error_s + drift_s)


class SceneWatch:
    """Whether the scene file is still the one that was loaded; looks at most every LOOK_EVERY_S.

    A file that was changed, taken away or put back makes everything from then on information only: the watch goes on
    with the scene it loaded, since what is half-written must not be read.
    """

    def __init__(self, file: Path, sha256: str, steady: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._sha256 = sha256
        self._steady = steady
        self._looked_s = -LOOK_EVERY_S
        self._stamp: tuple[int, int, int] | None = None
        self._intact = True

    def intact(self) -> bool:
        """False from the first look that found another file, for the rest of the watch."""
        if self._intact and self._steady() - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = self._steady()
            self._intact = self._look()
            if not self._intact:
                log.warning(
                    "%s was changed while it was watched by: the watch goes on with the scene it began with, and every "
                    "finding from now on is for information only; start the watch again to use the new scene",
                    self._file,
                )
        return self._intact

    def _look(self) -> bool:
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp:
                if hashlib.sha256(self._file.read_bytes()).hexdigest() != self._sha256:
                    return False
                self._stamp = stamp
        except OSError:
            return False
        return True


def _read_kernel() -> ClockQuality:
    reading = read_clock()
    return ClockQuality(synchronised=reading.synchronised, error_s=reading.error_s)
