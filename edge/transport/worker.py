"""Keeps the uplink going beside the cameras: one thread, patient while the centre is away."""

import logging
import random
import threading
import time
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from edge.errors import EdgeError, OutboxBroken
from edge.transport.https import SendResult, Uplink

log = logging.getLogger(__name__)

LONGEST_ASKED_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after the n-th failure in a row: doubling, with chance in it so that a street of agents does
    not come back to a recovering centre in the same second."""

    first_s: float = 1.0
    most_s: float = 60.0

    def wait_s(self, failures: int, chance: float) -> float:
        """failures: from 1. chance: 0..1, drawn anew each time. Between half and the whole of the doubled wait."""
        doubled_s = self.first_s * 2.0 ** min(failures - 1, 30)
        return min(self.most_s, doubled_s) * (0.5 + 0.5 * chance)


@dataclass(slots=True)
class UplinkStatus:
    """Since the start. problem: why the last round moved less than all; None when nothing hinders."""

    acknowledged: int = 0
    refused: int = 0
    files_sent: int = 0
    failures_in_a_row: int = 0
    problem: str | None = None
    fatal: EdgeError | None = None


@dataclass(slots=True)
class _Shared:
    """What both threads touch, under the condition's lock."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    wanted: bool = False
    hurry: bool = False
    stopping: bool = False
    status: UplinkStatus = field(default_factory=UplinkStatus)


class UplinkWorker:
    """`start`, `notify` after each commit, `drain` at the end of a file, `stop`.

    poll_s: how often the outbox is looked at without a `notify`. A failed disk ends the thread; `check` raises it.
    """

    def __init__(
        self,
        uplink: Uplink,
        backoff: Backoff | None = None,
        poll_s: float = 2.0,
        dice: random.Random | None = None,
    ) -> None:
        self._uplink = uplink
        self._backoff = backoff or Backoff()
        self._poll_s = poll_s
        self._dice = dice or random.Random()  # noqa: S311 — spreads load, guards nothing
        self._shared = _Shared()
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def notify(self) -> None:
        """Something was committed. A wait for an absent centre is not cut short by it."""
        with self._shared.changed:
            self._shared.wanted = True
            self._shared.changed.notify_all()

    def stop(self, timeout_s: float | None = None) -> bool:
        """Finish the round in progress and end. True when the thread has ended. What waits stays in the outbox."""
        with self._shared.changed:
            self._shared.stopping = True
            self._shared.changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def drain(self, timeout_s: float) -> bool:
        """Try now, and wait until the outbox is empty, at most `timeout_s`. False where something still waits."""
        give_up_s = time.monotonic() + timeout_s
        with self._shared.changed:
            self._shared.hurry = True
            self._shared.changed.notify_all()
            while self._uplink.outbox.depth():
                left_s = give_up_s - time.monotonic()
                if left_s <= 0 or self._shared.stopping or self._shared.status.fatal:
                    return False
                self._shared.changed.wait(left_s)
        return True

    def check(self) -> None:
        """Raise what ended the thread, if anything did."""
        if self._shared.status.fatal is not None:
            raise self._shared.status.fatal

    def status(self) -> UplinkStatus:
        """A copy of the figures."""
        with self._shared.changed:
            return replace(self._shared.status)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._shared.stopping:
            try:
                result = self._uplink.send_once()
            except OutboxBroken as error:
                self._end(error)
                return
            except Exception as error:  # the supervisor of this thread: log, count, go on
                log.exception("a round of sending failed")
                result = SendResult(problem=f"{type(error).__name__}: {error}")
            self._rest(result, self._note(result))

    def _note(self, result: SendResult) -> int:
        """Write the round down; the number of failures in a row."""
        with self._shared.changed:
            status = self._shared.status
            status.acknowledged += result.acknowledged
            status.refused += result.refused
            status.files_sent += result.files_sent
            status.failures_in_a_row = status.failures_in_a_row + 1 if result.problem else 0
            if result.problem and result.problem != status.problem:
                log.warning("uplink: %s; what waits is kept and sent again", result.problem)
            status.problem = result.problem
            self._shared.changed.notify_all()
            return status.failures_in_a_row

    def _rest(self, result: SendResult, failures: int) -> None:
        if result.problem:
            self._wait(self._wait_after_failure_s(result, failures), until_wanted=False)
        elif not result.moved:
            self._wait(self._poll_s, until_wanted=True)

    def _wait_after_failure_s(self, result: SendResult, failures: int) -> float:
        asked_s = min(result.retry_after_s or 0.0, LONGEST_ASKED_WAIT_S)
        return max(asked_s, self._backoff.wait_s(failures, self._dice.random()))

    def _wait(self, wait_s: float, *, until_wanted: bool) -> None:
        shared = self._shared
        with shared.changed:
            shared.changed.wait_for(lambda: shared.stopping or shared.hurry or (until_wanted and shared.wanted), wait_s)
            shared.wanted = shared.hurry = False

    def _end(self, error: EdgeError) -> None:
        log.critical("uplink ends: %s", error)
        with self._shared.changed:
            self._shared.status.fatal = error
            self._shared.status.problem = str(error)
            self._shared.changed.notify_all()
