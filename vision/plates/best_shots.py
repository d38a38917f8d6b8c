"""Keeps the few best views of every track while the frames go by, for whoever may be accused later."""

from math import inf, log2

import numpy as np

from vision.arrays import F32, F64, I64, Bool
from vision.frame import Frame, Rect
from vision.plates import worth
from vision.plates.identity import IdentityWatch
from vision.plates.shots import Shot, ShotSettings
from vision.plates.spans import MOST_SPANS, Span, bytes_of, chosen_shots, merit
from vision.plates.track_books import TrackBooks
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

LEAST_OF_SHARPNESS = 0.1
"""A blurred view is worth this share of a sharp one: sharpness is an estimate, and night pictures are never sharp."""


class BestShots:
    """The views of one camera's tracks. Not for use from two threads at once.

    refused: views that were worth keeping and for which there was no room.
    """

    def __init__(self, settings: ShotSettings | None = None) -> None:
        self._settings = settings or ShotSettings()
        self._books = TrackBooks.empty()
        self._watch = IdentityWatch()
        self._spans: dict[int, list[Span]] = {}
        self._bytes = 0
        self._last_s = self._now_s = -inf
        self.refused = 0

    def __len__(self) -> int:
        """Tracks that are remembered."""
        return len(self._books)

    def see(self, frame: Frame, tracks: Tracks) -> None:
        """Take in one frame, in the order of time; a time that runs backwards begins anew with nothing."""
        if frame.media_s < self._now_s:
            self._forget(self._books.id)
            self._watch, self._now_s = IdentityWatch(), -inf
        if len(tracks.ended):
            self._books.end(tracks.ended, frame.media_s)
        if frame.media_s < self._now_s + self._settings.every_s:
            return
        self._last_s, self._now_s = self._now_s, frame.media_s
        over = self._books.ended_s < frame.media_s - self._settings.remember_s
        if over.any():
            self._forget(self._books.id[over])
        self._books.add(tracks.id)
        broken = self._watch.see(tracks, frame.media_s)
        for track in broken.tolist():
            self._begin_span(track, frame.media_s)
        same = np.ones(len(tracks), np.bool_)
        if len(broken):
            # For so few, `np.isin` takes several times as long.
            same = ~(tracks.id[:, None] == broken).any(axis=1)
        rows, promise = self._promising(frame, tracks, same)
        for row, most in zip(rows.tolist(), promise.tolist(), strict=True):
            self._look(frame, tracks, row, most)

    def of(self, track: int, at_s: float | None = None) -> tuple[Shot, ...]:
        """In the order of time; none where the track was never seen well, or ended too long ago.

        at_s: media time of what the vehicle did. Only those shots are given between which and that time the track
        surely stayed with one vehicle; None: only if it did so all its life.
        """
        spans = self._spans.get(track, [])
        if at_s is None:
            return tuple(spans[0].shots) if len(spans) == 1 and not spans[0].is_broken else ()
        return next((tuple(span.shots) for span in reversed(spans) if span.holds(at_s)), ())

    def spans(self, track: int) -> tuple[Span, ...]:
        """Each time in which the track surely stayed with one vehicle and was seen well, with its shots."""
        return tuple(span for span in self._spans.get(track, []) if span.shots)

    def _begin_span(self, track: int, media_s: float) -> None:
        """From this frame on the track may be another vehicle."""
        spans = self._spans.setdefault(track, [])
        if spans and not spans[-1].shots:
            spans.pop()
        elif spans:
            spans[-1].until_s = min(spans[-1].until_s, self._last_s)
        spans.append(Span(media_s, is_broken=True))
        if len(spans) > MOST_SPANS:
            poorest = min(spans[:-1], key=lambda span: sum(shot.worth for shot in span.shots))
            spans.remove(poorest)
            self._bytes -= bytes_of(poorest.shots)
        self._books.begin_anew(track)

    def _promising(self, frame: Frame, tracks: Tracks, same: Bool) -> tuple[I64, F64]:
        """Rows of `tracks` whose view may be worth keeping and how much its box is worth, the best gains first.

        same: whether each is surely the vehicle it was. Pixels are taken to be as clear as they were at the last look:
        who was blurred is not copied over and over.
        """
        books, limits = self._books.at(tracks.id), self._settings
        wide = worth.plate_width_px(tracks.xyxy_px, tracks.kind) >= limits.least_plate_px
        waited = frame.media_s - books.looked_s >= limits.again_s
        rows = (tracks.seen & tracks.confirmed & same & wide & waited).nonzero()[0]
        if not len(rows):
            return rows, np.zeros(0)
        same_span = np.floor(books.last_s[rows] / limits.apart_s) == np.floor(frame.media_s / limits.apart_s)
        now = log2(limits.better) - frame.media_s / limits.half_life_s
        to_beat = np.exp2(now + np.where(same_span, books.last_merit[rows], books.full_merit[rows]))
        promise = worth.of_boxes(tracks.xyxy_px[rows], tracks.kind[rows], frame.size_px) * books.clearness[rows]
        better = np.flatnonzero(promise > to_beat)
        rows, promise, to_beat = rows[better], promise[better], to_beat[better]
        bearers = tracks.xyxy_px[tracks.kind != VehicleKind.PEDESTRIAN]
        promise = promise * worth.uncovered(tracks.xyxy_px, rows, bearers)
        worse = promise <= to_beat
        self._books.pass_over(tracks.id[rows[worse]], frame.media_s)
        best = np.flatnonzero(~worse)
        best = best[np.argsort(to_beat[best] - promise[best], kind="stable")[: limits.crops_a_frame]]
        return rows[best], promise[best] / books.clearness[rows[best]]

    def _look(self, frame: Frame, tracks: Tracks, row: int, promise: float) -> None:
        """Copy the view, and keep it if its pixels are as good as its box promised."""
        shot = _taken(frame, tracks, row, promise, self._settings)
        spans = self._spans.setdefault(shot.track, [])
        if not spans:
            spans.append(Span(-inf))
        kept = spans[-1].shots
        chosen = chosen_shots(kept, shot, self._settings)
        self._books.look(shot.track, frame.media_s, clearness(shot.sharpness))
        if chosen is not None and self._has_room(bytes_of(chosen) - bytes_of(kept)):
            self._keep(shot.track, chosen)

    def _keep(self, track: int, shots: list[Shot]) -> None:
        span = self._spans[track][-1]
        self._bytes += bytes_of(shots) - bytes_of(span.shots)
        span.shots = shots
        merits = [merit(shot, self._settings) for shot in shots]
        least = min(merits) if len(shots) == self._settings.shots else -inf
        self._books.keep(track, shots[-1].media_s, merits[-1], least)

    def _has_room(self, more_bytes: int) -> bool:
        """Ended tracks make room, the longest ended first; living ones do not."""
        ended = np.flatnonzero(np.isfinite(self._books.ended_s))
        for row in ended[np.argsort(self._books.ended_s[ended], kind="stable")]:
            if self._bytes + more_bytes <= self._settings.most_bytes:
                return True
            self._drop(int(self._books.id[row]))
        if self._bytes + more_bytes <= self._settings.most_bytes:
            return True
        self.refused += 1
        return False

    def _forget(self, ids: I64) -> None:
        if len(ids):
            for track in ids.tolist():
                self._drop(track)
            self._books.drop(ids)

    def _drop(self, track: int) -> None:
        self._bytes -= sum(bytes_of(span.shots) for span in self._spans.pop(track, []))


def clearness(sharpness: float) -> float:
    """What is left of a view's worth when its pixels are as sharp as this."""
    return LEAST_OF_SHARPNESS + (1 - LEAST_OF_SHARPNESS) * sharpness


def _taken(frame: Frame, tracks: Tracks, row: int, promise: float, settings: ShotSettings) -> Shot:
    """promise: what the view is worth by its box."""
    rect_px = _around(tracks.xyxy_px[row], settings.margin, frame.size_px)
    crop = frame.pixels.cut(rect_px)
    sharpness = worth.sharpness(crop)
    others = _others(tracks, row, rect_px)
    return Shot(
        track=int(tracks.id[row]),
        kind=VehicleKind(int(tracks.kind[row])),
        frame=frame.index,
        media_s=frame.media_s,
        crop=crop,
        rect_px=rect_px,
        box_px=tracks.xyxy_px[row].copy(),
        others_px=tracks.xyxy_px[others],
        others_kind=tracks.kind[others],
        sharpness=sharpness,
        worth=promise * clearness(sharpness),
    )


def _around(box_px: F32, margin: float, size_px: tuple[int, int]) -> Rect:
    """The box with a margin, in whole pixels inside the picture; at least one pixel."""
    edge = margin * (box_px[2:] - box_px[:2])
    low = np.clip(np.floor(box_px[:2] - edge), 0, np.array(size_px) - 1).astype(int).tolist()
    high = np.clip(np.ceil(box_px[2:] + edge), np.array(low) + 1, size_px).astype(int).tolist()
    return low[0], low[1], high[0], high[1]


def _others(tracks: Tracks, row: int, rect_px: Rect) -> I64:
    """Rows of all that reach into the crop and may bear a plate.

    Walkers are left out: they bear no plate, and a rider is often taken for one beside his machine.
    """
    x1, y1, x2, y2 = tracks.xyxy_px.T
    left, top, right, bottom = rect_px
    near = (x1 < right) & (x2 > left) & (y1 < bottom) & (y2 > top) & (tracks.kind != VehicleKind.PEDESTRIAN)
    near[row] = False
    return np.flatnonzero(near)
