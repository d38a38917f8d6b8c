"""One camera's way from a frame to what it told, in the two halves between which the network works."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from edge.loop.gate import MotionGate
from edge.loop.region import Region
from edge.loop.seen import Freshness, How, Seen
from edge.loop.settings import CameraSettings
from edge.loop.turns import EveryKth
from vision.detections import Detections
from vision.errors import SourceError
from vision.frame import Frame, Rect
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A frame that was taken. part_px: where the network looks, None for everywhere."""

    frame: Frame
    how: How
    part_px: Rect | None


class Eye:
    """`begin` and `finish` are called once per frame, each in the order of the frames."""

    def __init__(
        self,
        tracker: Tracker,
        counter: LineCounter,
        settings: CameraSettings,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tracker = tracker
        self._counter = counter
        self._settings = settings
        self._monotonic_s = monotonic_s
        self._turn = EveryKth(settings.detect_every)
        self._size_px: tuple[int, int] | None = None
        self._region: Region | None = None
        self._gate: MotionGate | None = None

    @property
    def needs_network(self) -> bool:
        """Whether the next frame may go to the network; False: it surely will not."""
        return self._turn.next_is_true

    def begin(self, frame: Frame) -> Step:
        """Decide what is done with the frame.

        Raises SourceError when the size of the pictures changes: the scene's lines are no longer where they were, and
        whoever opens the source again gets them placed anew.
        """
        self._measure(frame)
        if not self._turn():
            return Step(frame, How.PREDICTED, None)
        if self._gate is not None and not self._gate.opens(frame.pixels, frame.media_s):
            return Step(frame, How.HELD, None)
        return Step(frame, How.DETECTED, None if self._region is None else self._region.part_px)

    def finish(self, step: Step, found: Detections | None) -> Seen:
        """`found` is the network's answer, None where it was not asked."""
        frame = step.frame
        tracks = self._track(step, found)
        crossings = tuple(self._counter.update(tracks, frame.index, frame.media_s))
        age_s = max(0.0, self._monotonic_s() - frame.arrived_s)
        return Seen(frame, tracks, crossings, Freshness(age_s, step.how))

    def _track(self, step: Step, found: Detections | None) -> Tracks:
        if found is None:
            return self._tracker.coast(step.frame.media_s, still=step.how is How.HELD)
        if self._region is not None:
            found = self._region.keep(found)
        return self._tracker.update(found, step.frame.media_s)

    def _measure(self, frame: Frame) -> None:
        size_px = frame.size_px
        if self._size_px is None:
            self._size_px = size_px
            settings = self._settings
            self._region = Region(settings.roi, size_px) if settings.roi else None
            self._gate = MotionGate(settings.gate, self._region) if settings.gate else None
        if size_px != self._size_px:
            raise SourceError(
                f"frame {frame.index}: wanted a picture of {self._size_px[0]} × {self._size_px[1]} pixels as before, "
                f"found {size_px[0]} × {size_px[1]}; open the source again"
            )
