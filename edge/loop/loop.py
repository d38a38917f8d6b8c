"""Many cameras, one loop: a decoding thread for each, one network for all, and a tracker for each again."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
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

    def __init__(
        self,
        cameras: Sequence[Watched],
        detector: Detector,
        settings: LoopSettings | None = None,
        more_may_come: Callable[[], bool] = lambda: False,
    ) -> None:
        """more_may_come: whether the iteration goes on although every camera has ended, for others may be added.

        Raises ValueError for a name given twice.
        """
        settings = settings or LoopSettings()
        twice = sorted(name for name, times in Counter(one.name for one in cameras).items() if times > 1)
        if twice:
            raise ValueError(f"camera names: wanted each once, found {', '.join(twice)} more than once")
        self._news = threading.Event()
        self._given_up = False
        self._stopped = False
        self._joining = threading.Lock()
        self._newcomers: deque[Camera] = deque()
        self._more_may_come = more_may_come
        self._waiting = settings.waiting
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
        """Each camera's frames in their order, until every camera has ended and no more may come."""
        while not self._given_up and self._goes_on():
            self._news.clear()
            self._welcome()
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

    def add(self, watched: Watched) -> bool:
        """One camera more, from any thread; False where the loop is being stopped: then nothing is done with it.

        Raises ValueError for a name that is there already.
        """
        with self._joining:
            if self._stopped:
                return False
            if watched.name in self._cameras or any(one.watched.name == watched.name for one in self._newcomers):
                raise ValueError(f"camera names: wanted each once, found {watched.name} more than once")
            self._newcomers.append(Camera(watched, self._waiting, self._news.set))
        self._news.set()
        return True

    def stop(self) -> None:
        """Take no more frames; the iteration ends when those taken are handed on. From any thread but a signal's."""
        with self._joining:
            self._stopped = True
            cameras = [*self._cameras.values(), *self._newcomers]
        stoppers = [threading.Thread(target=camera.stop, daemon=True) for camera in cameras]
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
        with self._joining:
            cameras = dict(self._cameras)
        return {name: camera.metrics() for name, camera in cameras.items()}

    def _goes_on(self) -> bool:
        return (
            any(not camera.is_over for camera in self._cameras.values())
            or bool(self._newcomers)
            or (not self._stopped and self._more_may_come())
        )

    def _welcome(self) -> None:
        """Let those who came since the last look begin."""
        with self._joining:
            fresh, self._newcomers = list(self._newcomers), deque()
            for camera in fresh:
                self._cameras[camera.watched.name] = camera
        for camera in fresh:
            self._turns.add(camera.watched.name, camera.watched.weight)
            camera.start()

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
