"""A camera's decoding thread."""

import logging
import threading

from edge.loop.intake import Intake
from edge.loop.turns import Thinning
from edge.loop.watched import Watched

log = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""FFmpeg cannot be interrupted; it returns after its own timeout, which is shorter."""


class Reader:
    """Reads one source into its intake until either ends.

    thinned   frames left out for the camera's target rate
    """

    def __init__(self, watched: Watched, intake: Intake) -> None:
        self.thinned = 0
        self._watched = watched
        self._intake = intake
        self._thread = threading.Thread(target=self._read, name=f"camera {watched.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask for the end; a live source is closed, for it may be waiting for its camera. A recording is not: nothing
        may close it under the decoder's feet."""
        self._intake.close()
        if self._watched.source.live:
            self._watched.source.close()

    def join(self) -> None:
        self._thread.join(PATIENCE_S)
        if self._thread.is_alive():
            log.warning("%s: the decoding thread does not end and is left behind", self._watched.name)

    def _read(self) -> None:
        thinning = Thinning(self._watched.settings.rate_fps)
        fault: Exception | None = None
        try:
            for frame in self._watched.source:
                if not thinning.takes(frame.media_s):
                    self.thinned += 1
                elif not self._intake.put(frame):
                    break
        except Exception as error:  # noqa: BLE001  a thread's fault must reach the loop, not vanish with the thread
            fault = error
        self._intake.end(fault)
