"""What the tracker knows after one frame."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F32, I8, I64, Bool, check_columns


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Row i of every column describes the same live track; ids belong to one camera and one boot.

    id          (n,)   int64    from 1, never used again
    xyxy_px     (n, 4) float32  full-frame pixels: the matched box, or the predicted one where not `seen`
    score       (n,)   float32  score of the last matched detection
    kind        (n,)   int8     VehicleKind voted over the track's life
    confirmed   (n,)   bool     seen often enough to be believed; nothing may count an unconfirmed track
    seen        (n,)   bool     matched a detection in this very frame
    ended       (m,)   int64    ids dropped in this frame: whoever keeps state for them forgets it now
    """

    id: I64
    xyxy_px: F32
    score: F32
    kind: I8
    confirmed: Bool
    seen: Bool
    ended: I64

    def __post_init__(self) -> None:
        check_columns(
            "Tracks",
            len(self.id),
            {
                "id": (self.id, (), np.int64),
                "xyxy_px": (self.xyxy_px, (4,), np.float32),
                "score": (self.score, (), np.float32),
                "kind": (self.kind, (), np.int8),
                "confirmed": (self.confirmed, (), np.bool_),
                "seen": (self.seen, (), np.bool_),
            },
        )
        check_columns("Tracks", len(self.ended), {"ended": (self.ended, (), np.int64)})

    def __len__(self) -> int:
        return len(self.id)

    def feet_px(self) -> F32:
        """(n, 2) middle of each box's lower edge: where the object meets the road."""
        x1, _, x2, y2 = self.xyxy_px.T
        return np.stack([(x1 + x2) / 2, y2], axis=1)

    def only(self, track: int) -> Self:
        """The same moment with that one track, or with none if it is not there."""
        rows = self.id == track
        return type(self)(
            self.id[rows],
            self.xyxy_px[rows],
            self.score[rows],
            self.kind[rows],
            self.confirmed[rows],
            self.seen[rows],
            self.ended,
        )
