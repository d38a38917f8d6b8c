"""Keeps the books on each lane's detector from what it tells moment by moment, so that its faults can be found."""

from collections import deque

import numpy as np

from signals.optimize.adaptive.health import DetectorRecord
from signals.optimize.adaptive.view import Service, View
from vision.arrays import F64

WINDOW_S = 120.0


class DetectorWatch:
    """One junction's detectors. usual_vps: (l,) vehicles a second that other days lead one to expect; None: not known.

    Times are seconds of one steady clock. What has not been watched for a whole window yet is not held against anybody.
    """

    def __init__(self, service: Service, now_s: float, usual_vps: F64 | None = None) -> None:
        self._service = service
        lanes = len(service.saturation)
        self._usual_vps = np.full(lanes, np.nan) if usual_vps is None else usual_vps
        self._began_s = self._now_s = now_s
        self._word_s = np.full(lanes, now_s)
        self._held_s = np.zeros(lanes)
        self._kept: deque[tuple[float, F64, F64]] = deque()

    def expect(self, usual_vps: F64) -> None:
        self._usual_vps = usual_vps

    def tell(self, view: View, passed: F64, now_s: float) -> DetectorRecord:
        """passed: (l,) vehicles over the line since told last; NaN: that detector said nothing."""
        spoke, took_s = np.isfinite(passed), max(now_s - self._now_s, 0.0)
        self._now_s = now_s
        self._word_s = np.where(spoke, now_s, self._word_s)
        over = np.where(spoke, passed, 0.0)
        share = self._service.serves[view.stage] if view.green_s > 0 else np.zeros(len(over))
        held = (view.queued > 0.5) & (share > 0) & (over == 0)
        freed = (over > 0) | (view.queued <= 0.5)
        self._held_s = np.where(freed, 0.0, self._held_s + np.where(held, took_s, 0.0))
        # In a change those who are in it still drive.
        self._kept.append((now_s, over, np.maximum(share, 0.2) * self._service.saturation * took_s))
        while self._kept[0][0] < now_s - WINDOW_S:
            self._kept.popleft()
        whole = now_s - self._began_s >= WINDOW_S
        return DetectorRecord(
            now_s - self._word_s,
            self._held_s,
            np.sum([row[1] for row in self._kept], axis=0),
            self._usual_vps * WINDOW_S if whole else np.full(len(over), np.nan),
            np.sum([row[2] for row in self._kept], axis=0),
        )
