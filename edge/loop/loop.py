"""Many cameras, one loop: a decoding thread for each, one network for all, and a tracker for each again."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from edge.loop.camera import Camera
from edge.loop.eye import Step
from edge.loop.fair import FairTurns
from edge.loop.metrics import CameraMetrics
from edge.loop.seen import Freshness, Seen
from edge.loop.settings import LoopSettings
from edge.loop.watched import Watched
from vision.detect.detector import Detector, Look
from vision.errors import VisionError

log = logging.getLogger(__name__)

IDLE_S = 1.0
"""The loop is woken by whatever happens; this only bounds what a lost wake-up could cost."""


class FrameLoop:
    """Iterate once, from one thread, inside its `with` block.

    A camera that fails ends alone: `fault` and `metrics` say why, the others go on.
    """

    def __init__(self, cameras: Sequence[Watched], detector: Detector, settings: LoopSettings | None = None) -> None:
        """Raises ValueError for a name given twice."""
        settings = settings or LoopSettings()
        twice = sorted(name for name, times in Counter(one.name for one in cameras).items() if times > 1)
        if twice:
            raise ValueError(f"camera names: wanted each once, found {', '.join(twice)} more than once")
        self._news = threading.Event()
        self._given_up = False
        self._detector = detector
        self._cameras = {one.name: Camera(one, settings.waiting, self._news.set) for one in cameras}
        self._turns = FairTurns({one.name: one.weight for one in cameras})
        ahead = any(one.keeps_all for one in cameras) if settings.ahead is None else settings.ahead
        self._most_looks = max(1, detector.lanes) + ahead
        self._looks: list[Look] = []

    def __enter__(self) -> Self:
        for camera in self._cameras.values():
            camera.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends and awaits every decoding thread. Recordings stay open: whoever opened them closes them."""
        self.stop()
        self._given_up = True
        for camera in self._cameras.values():
            camera.join()

    def __iter__(self) -> Iterator[tuple[str, Seen, Freshness]]:
        """Each camera's frames in their order, until every camera has ended."""
        while not self._given_up and any(not camera.is_over for camera in self._cameras.values()):
            self._news.clear()
            self._fill_lanes()
            results = [(camera, seen) for camera in self._cameras.values() if (seen := self._result(camera))]
            for camera, seen in results:
                if seen.freshness is not None:
                    yield camera.watched.name, seen, seen.freshness
                    self._fill_lanes()
            ended = [camera for camera in self._cameras.values() if camera.ends()]
            self._tell(ended)
            if not (results or ended):
                self._news.wait(IDLE_S)

    def stop(self) -> None:
        """Take no more frames; the iteration ends when those taken are handed on. From any thread but a signal's."""
        stoppers = [threading.Thread(target=camera.stop, daemon=True) for camera in self._cameras.values()]
        for stopper in stoppers:  # side by side, for each may wait for FFmpeg
            stopper.start()
        for stopper in stoppers:
            stopper.join()
        self._news.set()

    def wake(self) -> None:
        """A camera whose `has_room` said no may be asked again; from any thread."""
        self._news.set()

    def fault(self, name: str) -> Exception | None:
        """What the camera ended by; None while it runs, and where its source simply ended."""
        return self._cameras[name].fault

    def metrics(self) -> dict[str, CameraMetrics]:
        """By camera; from any thread."""
        return {name: camera.metrics() for name, camera in self._cameras.items()}

    def _fill_lanes(self) -> None:
        """Take frames while somebody may look at them."""
        self._looks = [look for look in self._looks if not look.done()]
        batch: list[tuple[Camera, Step]] = []
        while (camera := self._next(bool(batch) or len(self._looks) < self._most_looks)) is not None:
            step = self._taken(camera)
            if step is not None:
                batch.append((camera, step))
            if len(batch) >= self._detector.most_batch:
                self._start(batch)
                batch = []
        self._start(batch)

    def _next(self, free_lane: bool) -> Camera | None:
        """Whose frame is taken next; without a free lane only frames that need none are."""
        waiting = {
            name: since_s
            for name, camera in self._cameras.items()
            if (free_lane or not camera.needs_network) and (since_s := camera.waits_since_s()) is not None
        }
        return self._cameras[self._turns.next_of(waiting)] if waiting else None

    def _taken(self, camera: Camera) -> Step | None:
        try:
            step = camera.take()
        except Exception as error:  # noqa: BLE001  one camera's fault must not stop the others
            camera.break_off(error)
            return None
        if step is not None:
            self._turns.served(camera.watched.name)
        return step

    def _start(self, batch: Sequence[tuple[Camera, Step]]) -> None:
        if not batch:
            return
        steps = [step for _, step in batch]
        try:
            look = self._detector.start([step.frame.pixels for step in steps], [step.part_px for step in steps])
        except Exception as error:  # noqa: BLE001  as above
            for camera, _ in batch:
                camera.break_off(error)
            return
        look.future.add_done_callback(lambda _: self._news.set())
        self._looks.append(look)
        for row, (camera, step) in enumerate(batch):
            camera.give(step, look, row)

    def _result(self, camera: Camera) -> Seen | None:
        try:
            return camera.result()
        except Exception as error:  # noqa: BLE001  as above
            camera.finish(error)
            self._tell([camera])
            return None

    def _tell(self, ended: Sequence[Camera]) -> None:
        for camera in ended:
            if isinstance(camera.fault, VisionError):
                log.warning("camera %s ended: %s", camera.watched.name, camera.fault)
            elif camera.fault is not None:
                log.error("camera %s ended by a mistake of ours", camera.watched.name, exc_info=camera.fault)
