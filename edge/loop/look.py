"""One stream, read as if frame by frame; inside, decoding and tracking of one frame overlap the network's work on the
next ones."""

from collections import deque
from collections.abc import Iterable, Iterator

from edge.loop.eye import Eye, Step
from edge.loop.seen import How, Seen
from edge.loop.settings import CameraSettings
from edge.loop.turns import Thinning
from vision.detect.detector import Detector, Look
from vision.frame import Frame
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

EVERY_FRAME = CameraSettings()


def look(
    frames: Iterable[Frame],
    detector: Detector,
    tracker: Tracker,
    counter: LineCounter,
    settings: CameraSettings = EVERY_FRAME,
) -> Iterator[Seen]:
    """What each frame told, in the order the source gives them; none is dropped that `settings` does not thin out.

    Frames are read ahead of the answer by one more than the detector has lanes. A fault of the source is raised when
    the frames before it are handed on. Raises SourceError when the size of the pictures changes.
    """
    eye, thinning = Eye(tracker, counter, settings), Thinning(settings.rate_fps)
    most_ahead = detector.lanes + 1 if detector.lanes else 0
    started: deque[tuple[Step, Look | None]] = deque()
    fault: Exception | None = None
    source = iter(frames)
    while True:
        try:
            frame = next(source)
            if not thinning.takes(frame.media_s):
                continue
            step = eye.begin(frame)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001  raised again below, after what came before it
            fault = error
            break
        started.append((step, _started(detector, step)))
        while len(started) > most_ahead or (started and _is_ready(started[0][1])):
            yield _finished(eye, *started.popleft())
    while started:
        yield _finished(eye, *started.popleft())
    if fault is not None:
        raise fault


def _started(detector: Detector, step: Step) -> Look | None:
    return detector.start([step.frame.pixels], [step.part_px]) if step.how is How.DETECTED else None


def _is_ready(look: Look | None) -> bool:
    return look is None or look.done()


def _finished(eye: Eye, step: Step, look: Look | None) -> Seen:
    return eye.finish(step, None if look is None else look.result()[0])
