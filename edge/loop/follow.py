"""One live camera through the loop: its freshest frame whenever the network is free."""

from collections.abc import Iterator

from edge.loop.loop import FrameLoop
from edge.loop.seen import Seen
from edge.loop.settings import CameraSettings
from edge.loop.watched import Watched
from vision.detect.detector import Detector
from vision.sources.source import Source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

EVERY_FRAME = CameraSettings()


def follow(
    source: Source, detector: Detector, tracker: Tracker, counter: LineCounter, settings: CameraSettings = EVERY_FRAME
) -> Iterator[Seen]:
    """Until the source is closed. Raises what the camera ended by."""
    name = "camera"
    with FrameLoop([Watched(name, source, tracker, counter, settings)], detector) as loop:
        for _, seen, _ in loop:
            yield seen
        fault = loop.fault(name)
    if fault is not None:
        raise fault
