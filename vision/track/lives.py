"""What is known of each track besides its motion: its name, its kind, and how well it has been seen."""

from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from vision.arrays import F32, F64, I8, I64, Bool
from vision.detections import Detections
from vision.track.settings import TrackerSettings
from vision.vehicles import VehicleKind

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Row i of every column describes the same track; nothing is edited in place.

    id            (n,)   int64
    last_px       (n, 4) float32  box of the last detection, full-frame pixels
    score         (n,)   float32  score of the last detection
    votes         (n, 6) float64  sum of the scores with which each kind was detected
    kind          (n,)   int8     elected kind
    hits          (n,)   int64    frames with a detection
    misses        (n,)   int64    frames without one since the last
    last_seen_s   (n,)   float64  media time of the last detection
    confirmed     (n,)   bool     once true, true for life
    """

    id: I64
    last_px: F32
    score: F32
    votes: F64
    kind: I8
    hits: I64
    misses: I64
    last_seen_s: F64
    confirmed: Bool

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Bool) -> Self:
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))

    def join(self, other: Self) -> Self:
        return type(self)(
            *(np.concatenate([getattr(self, column.name), getattr(other, column.name)]) for column in fields(self))
        )


def begin(first_id: int, boxes: Detections, media_s: float, settings: TrackerSettings) -> Lives:
    """New tracks named `first_id`, `first_id` + 1, …"""
    count = len(boxes)
    votes = np.zeros((count, len(VehicleKind)))
    votes[np.arange(count), boxes.kind] = boxes.score
    hits = np.ones(count, np.int64)
    return Lives(
        id=np.arange(first_id, first_id + count, dtype=np.int64),
        last_px=boxes.xyxy_px,
        score=boxes.score,
        votes=votes,
        kind=boxes.kind,
        hits=hits,
        misses=np.zeros(count, np.int64),
        last_seen_s=np.full(count, media_s),
        confirmed=_believed(hits, votes, settings),
    )


def see(lives: Lives, rows: I64, boxes: Detections, media_s: float, settings: TrackerSettings) -> Lives:
    """Tracks `rows` were detected as `boxes`, the others were not. No row may occur twice."""
    votes = lives.votes.copy()
    votes[rows, boxes.kind] += boxes.score
    hits = lives.hits.copy()
    hits[rows] += 1
    return Lives(
        id=lives.id,
        last_px=_put(lives.last_px, rows, boxes.xyxy_px),
        score=_put(lives.score, rows, boxes.score),
        votes=votes,
        kind=elect(votes * settings.vote_weights, lives.kind, settings.kind_margin),
        hits=hits,
        misses=_put(lives.misses + 1, rows, 0),
        last_seen_s=_put(lives.last_seen_s, rows, media_s),
        confirmed=lives.confirmed | _believed(hits, votes, settings),
    )


def elect(votes: F64, kind: I8, margin: float) -> I8:
    """(n,) the kind with most votes, if it has more than `margin` times the votes of the present `kind`."""
    every = np.arange(len(kind))
    leader = votes.argmax(1).astype(np.int8)
    return np.where(votes[every, leader] > margin * votes[every, kind], leader, kind)


def _believed(hits: I64, votes: F64, settings: TrackerSettings) -> Bool:
    # The margin forgives float32 scores that add up to a hair less than the limit.
    believed: Bool = (hits >= settings.confirm_hits) & (votes.sum(1) >= settings.confirm_score - 1e-6)
    return believed


def _put(column: npt.NDArray[Number], rows: I64, values: npt.NDArray[Number] | float) -> npt.NDArray[Number]:
    changed = column.copy()
    changed[rows] = values
    return changed
