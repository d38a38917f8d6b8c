"""A drawn picture with its truth, column by column."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.mesh import Cover
from models.datasets.plates.plate import PlateText
from vision.arrays import F32, I8, I64, U8, Column, check_columns
from vision.events.lamps import Lamp


@dataclass(frozen=True, slots=True, eq=False)
class PlatesSeen:
    """Row i of every column is the same number plate.

    owner          (n,)      int64    number of its vehicle, which may itself be too hidden to be told
    quad_px        (n, 4, 2) float32  corners, clockwise from the plate's own top left; all within the picture
    visible_share  (n,)      float32  of its face, what nothing hides
    text           n                  what stands on it: text, rows, layout, colours
    """

    owner: I64
    quad_px: F32
    visible_share: F32
    text: tuple[PlateText, ...]

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "owner": (self.owner, (), np.int64),
            "quad_px": (self.quad_px, (4, 2), np.float32),
            "visible_share": (self.visible_share, (), np.float32),
        }
        check_columns("PlatesSeen", len(self.text), columns)


@dataclass(frozen=True, slots=True, eq=False)
class HeadsSeen:
    """Row i of every column is the same rider's head.

    owner          (n,)   int64    number of the motorbike or bicycle
    xyxy_px        (n, 4) float32  the visible extent of the head and what is on it
    visible_share  (n,)   float32
    cover          n               what is on it
    """

    owner: I64
    xyxy_px: F32
    visible_share: F32
    cover: tuple[Cover, ...]

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "owner": (self.owner, (), np.int64),
            "xyxy_px": (self.xyxy_px, (4,), np.float32),
            "visible_share": (self.visible_share, (), np.float32),
        }
        check_columns("HeadsSeen", len(self.cover), columns)


@dataclass(frozen=True, slots=True, eq=False)
class LampsSeen:
    """Row i of every column is the same signal head, seen from where its lamps show.

    xyxy_px        (n, 4) float32  the visible extent of its housing
    visible_share  (n,)   float32
    facing         (n,)   float32  1 straight before it, 0 from its side
    state          n               which lamp is lit; OFF for none
    """

    xyxy_px: F32
    visible_share: F32
    facing: F32
    state: tuple[Lamp, ...]

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "xyxy_px": (self.xyxy_px, (4,), np.float32),
            "visible_share": (self.visible_share, (), np.float32),
            "facing": (self.facing, (), np.float32),
        }
        check_columns("LampsSeen", len(self.state), columns)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFrame:
    """A picture and everyone in it who can be told, row for row, with the plates, heads and lamps large enough to see.

    image          (height, width, 3) uint8 BGR
    xyxy_px        (n, 4) float32  the visible extent, rider and machine and load as one
    kind           (n,)   int8     VehicleKind
    number         (n,)   int64    who: place in the scene's traffic, from 1; no two rows share it
    visible_share  (n,)   float32  of its outline within the picture, 0..1
    """

    image: U8
    xyxy_px: F32
    kind: I8
    number: I64
    visible_share: F32
    plates: PlatesSeen
    heads: HeadsSeen
    lamps: LampsSeen

    def __post_init__(self) -> None:
        columns: dict[str, Column] = {
            "xyxy_px": (self.xyxy_px, (4,), np.float32),
            "kind": (self.kind, (), np.int8),
            "number": (self.number, (), np.int64),
            "visible_share": (self.visible_share, (), np.float32),
        }
        check_columns("DrawnFrame", len(self.kind), columns)
