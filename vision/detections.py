"""What one frame shows, before anything is known of the frames around it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vision.arrays import F32, I8, check_columns


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Row i of every column describes the same object.

    xyxy_px   (n, 4) float32  full-frame pixels, x right, y down
    score     (n,)   float32  0..1
    kind      (n,)   int8     VehicleKind value
    """

    xyxy_px: F32
    score: F32
    kind: I8

    def __post_init__(self) -> None:
        check_columns(
            "Detections",
            len(self.xyxy_px),
            {
                "xyxy_px": (self.xyxy_px, (4,), np.float32),
                "score": (self.score, (), np.float32),
                "kind": (self.kind, (), np.int8),
            },
        )

    def __len__(self) -> int:
        return len(self.xyxy_px)

    @classmethod
    def empty(cls) -> Self:
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int8))
