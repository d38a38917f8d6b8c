"""The tracks of the last seconds, to look back at where somebody was when a lamp changed or a line was reached."""

from bisect import bisect_left
from collections import deque
from itertools import islice

import numpy as np

from vision.arrays import F64
from vision.tracks import Tracks

TRAIL_S = 30.0


class Trail:
    """Of some frames a second, in order of media time; a step back in time begins it anew, for nothing before it can be
    compared."""

    def __init__(self, kept_s: float = TRAIL_S) -> None:
        self._kept_s = kept_s
        self._times_s: deque[float] = deque()
        self._tracks: deque[Tracks] = deque()

    def see(self, tracks: Tracks, media_s: float) -> None:
        if self._times_s and media_s <= self._times_s[-1]:
            self._times_s.clear()
            self._tracks.clear()
        self._times_s.append(media_s)
        self._tracks.append(tracks)
        while media_s - self._times_s[0] > self._kept_s:
            self._times_s.popleft()
            self._tracks.popleft()

    def way_of(self, track: int, since_s: float, until_s: float) -> tuple[F64, F64]:
        """(n,) times and (n, 4) boxes at which that track was seen from since_s to until_s, both inclusive."""
        times, boxes = [], []
        first, beyond = bisect_left(self._times_s, since_s), bisect_left(self._times_s, np.nextafter(until_s, np.inf))
        for media_s, tracks in islice(zip(self._times_s, self._tracks, strict=True), first, beyond):
            row = np.flatnonzero((tracks.id == track) & tracks.seen)
            if len(row):
                times.append(media_s)
                boxes.append(tracks.xyxy_px[row[0]])
        return np.array(times, np.float64), np.array(boxes, np.float64).reshape(-1, 4)

    def at(self, media_s: float, within_s: float) -> Tracks | None:
        """The tracks of the frame nearest to that moment; None where none lies within so many seconds of it."""
        place = bisect_left(self._times_s, media_s)
        near = [each for each in (place - 1, place) if 0 <= each < len(self._times_s)]
        best = min(near, key=lambda each: abs(self._times_s[each] - media_s), default=None)
        if best is None or not abs(self._times_s[best] - media_s) <= within_s:
            return None
        return self._tracks[best]

    @property
    def since_s(self) -> float:
        """The earliest moment kept; infinite before the first."""
        return self._times_s[0] if self._times_s else np.inf
