"""The two ways out of an agent: a file of JSON lines, or an outbox that a worker empties towards a centre."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edge.agent.folder import EVIDENCE, OUTBOX
from edge.agent.json_lines import JsonLines
from edge.agent.ledger import Ledger
from edge.outbox.outbox import Outbox
from edge.transport.https import Uplink
from edge.transport.proof import proof_in
from edge.transport.worker import UplinkWorker

TIMEOUT_S = 10.0
SLICE_S = 1.0
PATIENCE_S = 20.0
MOST_FAILURES = 2


@dataclass(frozen=True, slots=True)
class Left:
    """What the centre did not take before the agent ended. problem: why, None when nothing waits.

    refused: events that the centre will never take, kept aside in the outbox.
    """

    waiting: int = 0
    problem: str | None = None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """ledger: where facts are committed. boot: this run's name, never used before. finish: a last chance to deliver."""

    ledger: Ledger
    boot: str
    finish: Callable[[], Left]


@contextmanager
def to_file(path: Path) -> Iterator[Delivery]:
    """Raises LedgerError."""
    with JsonLines(path) as lines:
        yield Delivery(lines, f"b{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}", Left)


@contextmanager
def to_centre(address: str, folder: Path, *, allow_insecure: bool) -> Iterator[Delivery]:
    """An outbox in a claimed folder, emptied beside the agent. Raises UplinkError for an unfit address, OutboxError."""
    proof = proof_in(folder)
    with (
        Outbox.open(folder / OUTBOX) as outbox,
        Uplink(
            address,
            outbox,
            proof,
            allow_insecure=allow_insecure,
            timeout_s=TIMEOUT_S,
            evidence=folder / EVIDENCE,
        ) as uplink,
        UplinkWorker(uplink) as worker,
    ):
        yield Delivery(outbox, outbox.next_boot(), lambda: _finish(worker, uplink))


def _finish(worker: UplinkWorker, uplink: Uplink) -> Left:
    """Deliver while the centre takes something; raises what ended the worker, if anything did."""
    outbox = uplink.outbox
    _drain(worker)
    worker.check()
    if not outbox.depth():
        uplink.countersign()  # what was sealed since the last round
    waiting, status = outbox.depth(), worker.status()
    problem = (status.problem or "the centre has not taken them yet") if waiting else None
    return Left(waiting, problem, status.refused)


def _drain(worker: UplinkWorker) -> None:
    """Until nothing waits, the centre fails twice more in a row, or PATIENCE_S pass in which nothing moves."""
    moved, failures, since_s = _progress(worker), worker.status().failures_in_a_row, time.monotonic()
    while not worker.drain(SLICE_S):
        status = worker.status()
        if status.fatal or status.failures_in_a_row >= failures + MOST_FAILURES:
            return
        if _progress(worker) > moved:
            moved, failures, since_s = _progress(worker), status.failures_in_a_row, time.monotonic()
        elif time.monotonic() - since_s > PATIENCE_S:
            return


def _progress(worker: UplinkWorker) -> int:
    status = worker.status()
    return status.acknowledged + status.refused + status.files_sent
