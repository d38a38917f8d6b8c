"""What is known of every track between two frames, in columns: whether a new view of it may be worth a crop."""

from dataclasses import dataclass
from math import inf
from typing import Self

import numpy as np

from vision.arrays import F64, I64


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Row i of every column is about the same track.

    looked_s    (n,) media time of the last look, kept or not; clearness 0..1 what its pixels made of its promise
    last_s      (n,) media time of the latest kept shot, last_merit its merit, as `best_shots` reckons it
    full_merit  (n,) the least merit among a full set of shots, minus infinity while there is room
    """

    looked_s: F64
    clearness: F64
    last_s: F64
    last_merit: F64
    full_merit: F64


class TrackBooks:
    """Columns of all known tracks, living or ended, in the order of their ids; edited in place."""

    def __init__(self, ids: I64, numbers: F64) -> None:
        """numbers (6, n): looked_s, clearness, last_s, last_merit, full_merit, ended_s."""
        self.id = ids
        self._numbers = numbers

    @classmethod
    def empty(cls) -> Self:
        return cls(np.zeros(0, np.int64), np.zeros((6, 0), np.float64))

    def __len__(self) -> int:
        return len(self.id)

    @property
    def ended_s(self) -> F64:
        """(n,) media time of each end, infinite while the track lives."""
        return np.asarray(self._numbers[5], np.float64)

    def add(self, ids: I64) -> None:
        """Know these too, with nothing kept."""
        new = ids[self._rows(ids) < 0]
        if len(new):
            every = np.concatenate([self.id, new])
            fresh = np.repeat([[-inf], [1.0], [-inf], [-inf], [-inf], [inf]], len(new), axis=1)
            order = np.argsort(every, kind="stable")
            self.id, self._numbers = every[order], np.concatenate([self._numbers, fresh], axis=1)[:, order]

    def at(self, ids: I64) -> Standing:
        """Of known tracks."""
        return Standing(*self._numbers[:5, self._rows(ids)])

    def look(self, track: int, media_s: float, clearness: float) -> None:
        self._numbers[:2, self._row(track)] = media_s, clearness

    def pass_over(self, ids: I64, media_s: float) -> None:
        """Known tracks whose boxes were looked at closely, and nothing else."""
        self._numbers[0, self._rows(ids)] = media_s

    def keep(self, track: int, last_s: float, last_merit: float, full_merit: float) -> None:
        self._numbers[2:5, self._row(track)] = last_s, last_merit, full_merit

    def begin_anew(self, track: int) -> None:
        """Nothing is kept of it any more, as far as new views are compared with old ones."""
        if self._rows(np.array([track]))[0] >= 0:
            self._numbers[:5, self._row(track)] = -inf, 1.0, -inf, -inf, -inf

    def end(self, ids: I64, media_s: float) -> None:
        """Ids that nobody knows are passed over."""
        rows = self._rows(ids)
        self._numbers[5, rows[rows >= 0]] = media_s

    def drop(self, ids: I64) -> None:
        stays = ~np.isin(self.id, ids)
        self.id, self._numbers = self.id[stays], self._numbers[:, stays]

    def _row(self, track: int) -> int:
        return int(np.searchsorted(self.id, track))

    def _rows(self, ids: I64) -> I64:
        """(n,) -1 where an id is not known."""
        if not len(self.id):
            return np.full(len(ids), -1)
        rows = np.minimum(np.searchsorted(self.id, ids), len(self.id) - 1)
        return np.where(self.id[rows] == ids, rows, -1)
