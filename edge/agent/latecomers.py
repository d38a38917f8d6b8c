"""Cameras that could not be opened when the watch began: each is tried again, ever more seldom, until it comes."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from edge.agent.ledger import Ledger, PatientLedger
from edge.errors import OutboxBroken
from vision.errors import SourceError
from vision.events.bodies import Health
from vision.events.stream import EventStream
from vision.sources.source import Source

log = logging.getLogger(__name__)

WAITING = "waiting"
"""Stands behind the boot in the ids of what is said of a camera before its agent is there, which counts from 0 anew."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds on the monotonic clock. join_s: how long the end waits for an attempt, which FFmpeg lets nobody break."""

    first_s: float = 2.0
    most_s: float = 300.0
    join_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Attempts:
    """made: the first one included. problem: why the last one failed; None: the camera came."""

    made: int
    problem: str | None


class Latecomers:
    """One thread for each absent camera, inside the `with` block.

    opening  camera → how to open it; raises SourceError while it cannot be opened
    welcome  takes a camera's source; False where nobody wants it any more, then it is closed
    broken   told of a failed disk
    """

    def __init__(
        self,
        absent: Mapping[str, str],
        opening: Mapping[str, Callable[[], Source]],
        ledger: Ledger,
        boot: str,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._opening = {name: opening[name] for name in absent}
        self._attempts = {name: Attempts(1, why) for name, why in absent.items()}
        self._started_s = time.monotonic()
        now = datetime.now(UTC)
        self._streams = {name: EventStream(name, f"{boot}-{WAITING}", now) for name in absent}
        self._ledgers = {name: PatientLedger(ledger) for name in absent}
        self._opened: list[Source] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def attempts(self) -> dict[str, Attempts]:
        """By camera, for every camera that was absent at first."""
        return dict(self._attempts)

    def awaited(self) -> bool:
        """Whether a camera may still come."""
        return not self._over.is_set() and any(thread.is_alive() for thread in self._threads)

    def start(self, welcome: Callable[[str, Source], bool], broken: Callable[[Exception], None]) -> None:
        for name in self._opening:
            thread = threading.Thread(
                target=self._await, args=(name, welcome, broken), name=f"latecomer {name}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """No more attempts; from any thread."""
        self._over.set()

    def close(self) -> None:
        """Ends the attempts and closes what they opened; one that is still inside FFmpeg is left to end by itself."""
        self.stop()
        for thread in self._threads:
            thread.join(self._patience.join_s)
        for source in self._opened:
            source.close()

    def _await(self, name: str, welcome: Callable[[str, Source], bool], broken: Callable[[Exception], None]) -> None:
        pause_s = self._patience.first_s
        try:
            self._say(name, f"the camera could not be opened: {self._attempts[name].problem}")
            while not self._over.wait(pause_s):
                source = self._attempt(name)
                if source is not None:
                    self._hand_over(name, source, welcome)
                    return
                pause_s = min(2 * pause_s, self._patience.most_s)
        except OutboxBroken as error:
            broken(error)
        except Exception as error:  # one camera's mistake must not end in silence: it stands in the result
            log.exception("camera %s: it came and could not be set to work", name)
            self._attempts[name] = Attempts(self._attempts[name].made, f"{type(error).__name__}: {error}")

    def _attempt(self, name: str) -> Source | None:
        made = self._attempts[name].made + 1
        try:
            source = self._opening[name]()
        except SourceError as error:
            self._attempts[name] = Attempts(made, str(error))
            self._say(name, f"the camera could not be opened at attempt {made}: {error}")
            return None
        self._opened.append(source)
        self._attempts[name] = Attempts(made, None)
        return source

    def _hand_over(self, name: str, source: Source, welcome: Callable[[str, Source], bool]) -> None:
        if self._over.is_set() or not welcome(name, source):
            source.close()
            return
        log.warning("camera %s could be opened at attempt %d and is watched now", name, self._attempts[name].made)
        self._say(name, f"the camera is there since attempt {self._attempts[name].made}", "running")

    def _say(self, name: str, note: str, state: str = "source_lost") -> None:
        news = Health.model_validate({"state": state, "frames": 0, "note": note})
        at_s = time.monotonic() - self._started_s
        self._ledgers[name].commit([self._streams[name].wrap(news, at_s)])
