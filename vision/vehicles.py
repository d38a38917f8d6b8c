"""The kinds of road user the engine tells apart, with the names used in every file, message and page."""

from enum import IntEnum
from typing import Literal, get_args

KindName = Literal["motorbike", "bicycle", "car", "bus", "truck", "pedestrian"]


class VehicleKind(IntEnum):
    """Values are stable: they are stored in int8 columns. A rider and the machine are one MOTORBIKE or BICYCLE."""

    MOTORBIKE = 0
    BICYCLE = 1
    CAR = 2
    BUS = 3
    TRUCK = 4
    PEDESTRIAN = 5

    @property
    def label(self) -> KindName:
        return KIND_NAMES[self.value]


KIND_NAMES: tuple[KindName, ...] = get_args(KindName)
