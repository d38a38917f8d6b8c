"""From frames to crossings: the part of the agent that `count` and `watch` share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vision.detect.detector import Detector
from vision.errors import SourceError
from vision.events.bodies import Crossing
from vision.frame import Frame
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All that one frame told: the picture, who is in it, and who passed a line in it."""

    frame: Frame
    tracks: Tracks
    crossings: tuple[Crossing, ...]


def look(frames: Iterable[Frame], detector: Detector, tracker: Tracker, counter: LineCounter) -> Iterator[Seen]:
    """Detect, track and count frame by frame, in the order the source gives them.

    Raises SourceError when the size of the pictures changes: the scene's lines are no longer where they were, and
    whoever opens the source again gets them placed anew.
    """
    size_px: tuple[int, int] | None = None
    for frame in frames:
        size_px = size_px or frame.size_px
        if frame.size_px != size_px:
            raise SourceError(
                f"frame {frame.index}: wanted a picture of {size_px[0]} × {size_px[1]} pixels as before, "
                f"found {frame.size_px[0]} × {frame.size_px[1]}; open the source again"
            )
        [detections] = detector.detect([frame.image])
        tracks = tracker.update(detections, frame.media_s)
        yield Seen(frame, tracks, tuple(counter.update(tracks, frame.index, frame.media_s)))
