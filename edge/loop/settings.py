"""How each camera is looked at, and how the cameras share the machine."""

import math
from dataclasses import dataclass

from shapely import Polygon

Corner = tuple[float, float]
"""x, y as fractions of the frame."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When a picture counts as unchanged since the network last saw one.

    size_px       width and height of the grey pictures that are compared
    least_change  brightness steps of 256 by which a pixel must differ
    least_pixels  that many such pixels are a change. Three of the usual size are a motorbike 60 m away in 1080p
    refresh_s     media seconds after which the network looks again whatever the picture: what the gate may miss, it
                  misses no longer than this
    """

    size_px: tuple[int, int] = (320, 180)
    least_change: int = 16
    least_pixels: int = 3
    refresh_s: float = 1.0

    def __post_init__(self) -> None:
        if not (min(self.size_px) >= 16 and 1 <= self.least_change <= 255 and self.least_pixels >= 1):
            raise ValueError(
                "GateSettings: wanted size_px of 16 or more, least_change 1..255 and least_pixels of 1 or more, "
                f"found {self.size_px}, {self.least_change}, {self.least_pixels}"
            )
        if not (math.isfinite(self.refresh_s) and self.refresh_s > 0):
            raise ValueError(f"GateSettings.refresh_s: wanted seconds above 0, found {self.refresh_s}")


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """
    rate_fps      frames taken per media second, and the camera's weight where cameras compete; None: every frame
    roi           polygon outside of which nobody looks; None: the whole frame
    gate          None: the network looks at every frame that is its turn, changed or not
    detect_every  the network looks at each k-th frame taken; between them tracks move as predicted
    keep_all      False: of frames that wait only the freshest is taken, the others are dropped and counted; True: none
                  is. None: none of a recording, the freshest of a live source
    """

    rate_fps: float | None = None
    roi: tuple[Corner, ...] | None = None
    gate: GateSettings | None = None
    detect_every: int = 1
    keep_all: bool | None = None

    def __post_init__(self) -> None:
        if self.rate_fps is not None and not (math.isfinite(self.rate_fps) and self.rate_fps > 0):
            raise ValueError(f"CameraSettings.rate_fps: wanted frames per second above 0, found {self.rate_fps}")
        if self.detect_every < 1:
            raise ValueError(f"CameraSettings.detect_every: wanted 1 or more, found {self.detect_every}")
        if self.roi is not None and (len(self.roi) < 3 or not Polygon(self.roi).is_valid):
            raise ValueError(f"CameraSettings.roi: wanted a polygon that does not cross itself, found {self.roi}")


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """
    ahead     frames given to the network beyond its lanes, so that no lane waits for the loop. None: one where a
              recording is read, none where every camera is live: a frame that queues grows old
    waiting   frames of a recording decoded in advance
    """

    ahead: int | None = None
    waiting: int = 2

    def __post_init__(self) -> None:
        if self.waiting < 1 or (self.ahead or 0) < 0:
            raise ValueError(f"LoopSettings: wanted waiting >= 1 and ahead >= 0, found {self.waiting}, {self.ahead}")
