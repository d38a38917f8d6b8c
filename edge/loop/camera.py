"""One camera inside the loop: what waits, what the network has of it, and what comes out."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from edge.loop.eye import Eye, Step
from edge.loop.intake import Intake
from edge.loop.metrics import Ages, CameraMetrics
from edge.loop.reader import Reader
from edge.loop.seen import How, Seen
from edge.loop.watched import Watched
from vision.detect.detector import Look

MOST_ASKED = 16
"""Frames of one camera on their way at once; only unchanged and predicted ones could come near."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A frame on its way. look: None where the network is not asked; row: the frame's place in it."""

    step: Step
    look: Look | None = None
    row: int = 0

    def is_ready(self) -> bool:
        return self.look is None or self.look.done()


class Camera:
    """Used by the loop's thread alone, `metrics` and `stop` excepted.

    fault    the exception the camera ended by; None while it runs, and where its source simply ended
    is_over  nothing more will come of it
    """

    def __init__(self, watched: Watched, waiting: int, news: Callable[[], None]) -> None:
        self.watched = watched
        self.fault: Exception | None = None
        self.is_over = False
        self._intake = Intake(waiting, keeps_all=watched.keeps_all, news=news)
        self._reader = Reader(watched, self._intake)
        self._eye = Eye(watched.tracker, watched.counter, watched.settings)
        self._asked: deque[Asked] = deque()
        self._breaking: Exception | None = None
        self._ages = Ages()

    def start(self) -> None:
        self._reader.start()

    def stop(self) -> None:
        """As `Reader.stop`; from any thread. May wait for FFmpeg."""
        self._reader.stop()

    def join(self) -> None:
        self._reader.join()

    def waits_since_s(self) -> float | None:
        """When the frame that could be taken now arrived; None where there is none, or nobody wants one."""
        if self.is_over or self._breaking or len(self._asked) >= MOST_ASKED or not self.watched.has_room():
            return None
        return self._intake.since_s

    @property
    def needs_network(self) -> bool:
        """Whether the next frame taken may have to go to the network."""
        return self._eye.needs_network

    def take(self) -> Step | None:
        """Take the frame that waits; the step if the network is to look at it, else None: then it is dealt with."""
        step = self._eye.begin(self._intake.take())
        if step.how is How.DETECTED:
            return step
        self._asked.append(Asked(step))
        return None

    def give(self, step: Step, look: Look, row: int) -> None:
        self._asked.append(Asked(step, look, row))

    def result(self) -> Seen | None:
        """The next frame's, in their order; None where it is not ready."""
        if self.is_over or not (self._asked and self._asked[0].is_ready()):
            return None
        asked = self._asked.popleft()
        seen = self._eye.finish(asked.step, None if asked.look is None else asked.look.result()[asked.row])
        if seen.freshness is not None:
            self._ages.note(seen.freshness)
        return seen

    def ends(self) -> bool:
        """Whether the camera has just ended by itself: true once."""
        if self.is_over or self._asked or not (self._breaking or self._intake.is_over):
            return False
        self.finish(self._breaking or self._intake.fault)
        return True

    def break_off(self, fault: Exception) -> None:
        """Take no more; what is on its way is still handed on, and then the camera ends by this fault."""
        self._breaking = self._breaking or fault

    def finish(self, fault: Exception | None) -> None:
        self.is_over, self.fault = True, fault
        self._asked.clear()
        self._intake.close()
        if fault is not None:
            threading.Thread(target=self._reader.stop, daemon=True).start()  # it may wait for FFmpeg, nobody for it
        self.watched.ended(fault)

    def metrics(self) -> CameraMetrics:
        report = self.watched.source.report()
        middle_s, oldest_s = self._ages.quantiles_s()
        return CameraMetrics(
            decoded=report.frames_good,
            analysed=self._ages.results[How.DETECTED],
            gated=self._ages.results[How.HELD],
            predicted=self._ages.results[How.PREDICTED],
            thinned=self._reader.thinned,
            dropped=report.frames_dropped + self._intake.dropped,
            age_p50_s=middle_s,
            age_p99_s=oldest_s,
            fault=None if self.fault is None else str(self.fault) or type(self.fault).__name__,
        )
