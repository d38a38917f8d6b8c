"""One camera given to the loop."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edge.loop.settings import CameraSettings
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

USUAL_FPS = 25.0
"""The weight of a camera that states no rate."""


@dataclass(frozen=True, slots=True)
class Watched:
    """
    source    opened, and read by the loop alone; whoever opened it closes it after the loop
    has_room  asked before each frame is taken: False leaves the frames waiting, as whoever gets the results is not
              ready for more (call `FrameLoop.wake` when that changes)
    ended     told once, from the loop's thread, when no more of this camera will come: None, or the fault it ended by
    """

    name: str
    source: Source
    tracker: Tracker
    counter: LineCounter
    settings: CameraSettings = field(default_factory=CameraSettings)
    has_room: Callable[[], bool] = lambda: True
    ended: Callable[[Exception | None], None] = lambda fault: None

    @property
    def keeps_all(self) -> bool:
        return not self.source.live if self.settings.keep_all is None else self.settings.keep_all

    @property
    def weight(self) -> float:
        return self.settings.rate_fps or self.source.fps or USUAL_FPS
