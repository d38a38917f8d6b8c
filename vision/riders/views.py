"""Which riders are worth a look now: large, whole, nobody else's head near, and not seen like that a moment ago."""

from dataclasses import dataclass

import numpy as np

from vision.arrays import F32, F64, I64, Bool
from vision.riders.crops import head_windows
from vision.tracks import Tracks
from vision.vehicles import VehicleKind


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """
    least_px     a rider's box less high than this shows no head that can be told
    crowd_share  of the window of the heads that boxes of others may cover
    apart_s      between two looks at one track, and
    moved        bodies its box must have moved or grown by since: the same picture twice is one witness, not two
    most         looks at one track in all
    edge_px      a box nearer to the picture's edge is perhaps cut off by it
    a_second     looks at all tracks together, on the average
    burst        looks that may be saved up
    """

    least_px: float = 90.0
    crowd_share: float = 0.1
    apart_s: float = 0.35
    moved: float = 0.35
    most: int = 8
    edge_px: float = 4.0
    a_second: float = 4.0
    burst: float = 4.0


class ViewPicker:
    """Chooses among the tracks of one camera, within a budget; its state for a track goes when the track goes."""

    def __init__(self, settings: ViewSettings | None = None) -> None:
        self.settings = settings or ViewSettings()
        self._looks: dict[int, int] = {}
        self._last: dict[int, tuple[float, F64]] = {}
        self._saved = self.settings.burst
        self._now_s = -np.inf

    def pick(self, tracks: Tracks, media_s: float, size_px: tuple[int, int], where: Bool) -> I64:
        """Rows of motorbikes to look at now, the least known and then the largest first.

        where: (n,) whom the scene asks for. Whoever is named counts as looked at.
        """
        for track in tracks.ended.tolist():
            self._looks.pop(track, None)
            self._last.pop(track, None)
        self._save(media_s)
        rows = self._good(tracks, size_px, where)
        rows = np.array([row for row in rows.tolist() if self._new_view(tracks, row, media_s)], np.int64)
        tall_px = tracks.xyxy_px[rows, 3] - tracks.xyxy_px[rows, 1]
        known = np.array([self._looks.get(int(tracks.id[row]), 0) for row in rows])
        chosen = rows[np.lexsort((-tall_px, known))][: int(self._saved)]
        for row in chosen.tolist():
            track = int(tracks.id[row])
            self._looks[track] = self._looks.get(track, 0) + 1
            self._last[track] = media_s, tracks.xyxy_px[row].astype(np.float64)
        self._saved -= len(chosen)
        return chosen

    def _save(self, media_s: float) -> None:
        passed_s = media_s - self._now_s
        self._now_s = media_s
        if np.isfinite(passed_s):
            self._saved = min(self._saved + max(passed_s, 0.0) * self.settings.a_second, self.settings.burst)

    def _good(self, tracks: Tracks, size_px: tuple[int, int], where: Bool) -> I64:
        limits, (width_px, height_px) = self.settings, size_px
        x1, y1, x2, y2 = tracks.xyxy_px.T
        whole = (x1 >= limits.edge_px) & (y1 >= limits.edge_px) & (x2 <= width_px - limits.edge_px)
        whole &= (y2 <= height_px - limits.edge_px) & (y2 - y1 >= limits.least_px)
        good = whole & tracks.seen & tracks.confirmed & (tracks.kind == VehicleKind.MOTORBIKE)
        rows = np.flatnonzero(good & where)
        return rows[~crowded(tracks.xyxy_px, rows, limits.crowd_share)]

    def _new_view(self, tracks: Tracks, row: int, media_s: float) -> bool:
        track = int(tracks.id[row])
        if self._looks.get(track, 0) >= self.settings.most:
            return False
        if track not in self._last:
            return True
        before_s, before_px = self._last[track]
        now_px = tracks.xyxy_px[row].astype(np.float64)
        body_px = float(np.sqrt(np.prod(now_px[2:] - now_px[:2])))
        moved_px = float(np.abs((now_px - before_px).reshape(2, 2)).max(axis=0).max())
        return media_s - before_s >= self.settings.apart_s and moved_px >= self.settings.moved * body_px


def crowded(xyxy_px: F32, rows: I64, share: float) -> Bool:
    """(r,) whether boxes of others cover more than that share of the window of each of these riders' heads."""
    if not len(rows) or len(xyxy_px) < 2:
        return np.zeros(len(rows), np.bool_)
    wx1, wy1, wx2, wy2 = head_windows(xyxy_px[rows]).T[:, :, None]
    x1, y1, x2, y2 = xyxy_px.T
    wide = np.clip(np.minimum(wx2, x2) - np.maximum(wx1, x1), 0, None)
    tall = np.clip(np.minimum(wy2, y2) - np.maximum(wy1, y1), 0, None)
    covered = wide * tall / np.maximum((wx2 - wx1) * (wy2 - wy1), 1e-9)
    covered[np.arange(len(rows)), rows] = 0
    return np.asarray(covered.sum(axis=1) > share, np.bool_)
