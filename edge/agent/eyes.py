"""From frames to crossings: the part of the agent that `count` and `watch` share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vision.detect.detector import Detector
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
    """Detect, track and count frame by frame, in the order the source gives them."""
    for frame in frames:
        [detections] = detector.detect([frame.image])
        tracks = tracker.update(detections, frame.media_s)
        yield Seen(frame, tracks, tuple(counter.update(tracks, frame.index, frame.media_s)))
