"""What happened to each camera's frames, and how old their results were."""

import threading
from collections import Counter, deque
from dataclasses import dataclass

import numpy as np

from edge.loop.seen import Freshness, How

REMEMBERED = 4096
"""Ages kept per camera: some minutes of a busy one."""


@dataclass(frozen=True, slots=True)
class CameraMetrics:
    """Frames since the loop began; ages in seconds over the last `REMEMBERED` results, None before the first.

    decoded    good pictures of the source
    analysed   looked at by the network
    gated      not looked at, for nothing had changed
    predicted  not looked at, for it was not their turn
    thinned    left out for the target rate
    dropped    gave way to a fresher one before anybody took them
    fault      the sentence the camera ended by; None while it runs, and where it simply ended
    """

    decoded: int
    analysed: int
    gated: int
    predicted: int
    thinned: int
    dropped: int
    age_p50_s: float | None
    age_p99_s: float | None
    fault: str | None


class Ages:
    """Written by the loop's thread, read by any."""

    def __init__(self) -> None:
        self.results: Counter[How] = Counter()
        self._ages_s: deque[float] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    def note(self, freshness: Freshness) -> None:
        with self._lock:
            self.results[freshness.how] += 1
            self._ages_s.append(freshness.age_s)

    def quantiles_s(self) -> tuple[float | None, float | None]:
        """Median and 99th percentile."""
        with self._lock:
            ages_s = np.array(self._ages_s)
        if not len(ages_s):
            return None, None
        middle, oldest = np.percentile(ages_s, (50, 99)).tolist()
        return middle, oldest
