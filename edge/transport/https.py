"""The path of record: the outbox's events and files over HTTPS to the centre, each until its database has them.

Files travel first (`PUT /api/media/{sha256}`), then the events in batches (`POST /api/events`). Sending the same thing
twice is harmless, so every doubt is answered by sending again.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import Self

import httpx

from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxRow
from edge.transport import answers
from edge.transport.address import check_address, is_this_machine
from edge.transport.checkpoints import CheckpointKeeper
from edge.transport.files import Uploader

log = logging.getLogger(__name__)

MOST_EVENTS = 500
MOST_BYTES = 1_000_000
TIMEOUT_S = 30.0
ENVELOPE_BYTES = len('{"events":[]}')


@dataclass(frozen=True, slots=True)
class SendResult:
    """What one `send_once` did. problem: why something stays waiting, None when nothing hinders it.

    retry_after_s: the wait the centre asked for, None when it did not.
    """

    acknowledged: int = 0
    refused: int = 0
    files_sent: int = 0
    problem: str | None = None
    retry_after_s: float | None = None

    @property
    def moved(self) -> bool:
        """Whether anything left the outbox or reached the centre."""
        return bool(self.acknowledged or self.refused or self.files_sent)

    def plus(self, other: "SendResult") -> "SendResult":
        """Both together; the later problem is told, the longer wait is kept."""
        waits = [wait for wait in (self.retry_after_s, other.retry_after_s) if wait is not None]
        return SendResult(
            self.acknowledged + other.acknowledged,
            self.refused + other.refused,
            self.files_sent + other.files_sent,
            other.problem or self.problem,
            max(waits, default=None),
        )


class Uplink:
    """One centre, one outbox. Raises UplinkError at once for an address unfit to carry evidence.

    verify: False to skip the check of the certificate, or an SSLContext that knows a private authority. evidence: the
    folder of the device's ledger, which the centre countersigns; None where there is none.
    """

    def __init__(
        self,
        centre_url: str,
        outbox: Outbox,
        proof: httpx.Auth | None = None,
        verify: bool | SSLContext = True,
        *,
        allow_insecure: bool = False,
        timeout_s: float = TIMEOUT_S,
        most_events: int = MOST_EVENTS,
        most_bytes: int = MOST_BYTES,
        evidence: Path | None = None,
    ) -> None:
        url = check_address(centre_url, allow_insecure=allow_insecure)
        self.outbox = outbox
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._client = httpx.Client(
            base_url=url,
            auth=proof,
            verify=verify,
            timeout=timeout_s,
            # A proxy set for the outer world cannot reach this machine's own loopback.
            trust_env=not is_this_machine(url.host),
        )
        self._uploader = Uploader(self._client, outbox)
        self._checkpoints = CheckpointKeeper(self._client, evidence) if evidence is not None else None

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send_once(self) -> SendResult:
        """A few files, then one batch of the events whose files have arrived. Never raises for the network.

        Where nothing hinders it, the ledger's new lines are countersigned too; a centre that does not do that hinders
        nothing. Raises OutboxError where the outbox itself fails.
        """
        uploaded = self._uploader.send_some()
        result = SendResult(
            refused=uploaded.refused,
            files_sent=uploaded.sent,
            problem=uploaded.problem,
            retry_after_s=uploaded.retry_after_s,
        )
        if uploaded.unreachable:
            return result
        batch = self._next_batch()
        result = result.plus(self._deliver(batch)) if batch else result
        if result.problem is None:
            self.countersign()
        return result

    def countersign(self) -> str | None:
        """Have the centre vouch for the device's ledger; why it did not, None where it did or there is none."""
        if self._checkpoints is None:
            return None
        self._checkpoints.keep_up()
        return self._checkpoints.problem

    def _next_batch(self) -> list[OutboxRow]:
        """As many of the oldest ready events as fit; a single event above the limit travels alone."""
        batch: list[OutboxRow] = []
        size = ENVELOPE_BYTES
        for row in self.outbox.ready(self._most_events):
            size += len(row.envelope.encode()) + 1
            if batch and size > self._most_bytes:
                break
            batch.append(row)
        return batch

    def _deliver(self, batch: Sequence[OutboxRow]) -> SendResult:
        """Post; a refusal of the whole batch is split until it names its events. Stops at the first lost connection."""
        done = SendResult()
        todo: list[Sequence[OutboxRow]] = [batch]
        while todo:
            rows = todo.pop()
            try:
                response = self._post(rows)
            except httpx.HTTPError as error:
                return done.plus(SendResult(problem=answers.describe(error)))
            step, again = self._settle(rows, response)
            done = done.plus(step)
            if step.problem and not again:
                return done
            todo.extend(reversed(again))
        return done

    def _post(self, rows: Sequence[OutboxRow]) -> httpx.Response:
        # The stored text travels as it is: what was committed is what arrives, and nothing is parsed twice.
        body = '{"events":[' + ",".join(row.envelope for row in rows) + "]}"
        return self._client.post("/api/events", content=body.encode(), headers={"content-type": "application/json"})

    def _settle(
        self, rows: Sequence[OutboxRow], response: httpx.Response
    ) -> tuple[SendResult, list[Sequence[OutboxRow]]]:
        """Write down what the answer means; and the parts of the batch to post again now, in order."""
        receipt = answers.read_receipt(response)
        if receipt is not None:
            return self._accept(rows, receipt), []
        if response.status_code == answers.MISSING_MEDIA:
            return self._take_back_files(rows, response)
        if not answers.is_about_the_events(response):
            problem = answers.reason_of(response)
            return SendResult(problem=problem, retry_after_s=answers.retry_after_s(response)), []
        if len(rows) > 1:
            middle = len(rows) // 2
            return SendResult(), [rows[:middle], rows[middle:]]
        return self._refuse(rows[0].id, answers.reason_of(response)), []

    def _accept(self, rows: Sequence[OutboxRow], receipt: answers.Receipt) -> SendResult:
        ours = {row.id for row in rows}
        result = SendResult(acknowledged=self.outbox.acknowledge(ours.intersection(receipt.acknowledged)))
        for event in receipt.refused:
            if event.id in ours:
                result = result.plus(self._refuse(event.id, event.reason))
        silent = len(ours) - result.acknowledged - result.refused
        if silent > 0:
            result = replace(result, problem=f"the centre's receipt leaves out {silent} of {len(ours)} events")
        return result

    def _take_back_files(
        self, rows: Sequence[OutboxRow], response: httpx.Response
    ) -> tuple[SendResult, list[Sequence[OutboxRow]]]:
        """The centre lacks files: the events that need them wait for the upload, the others go on at once."""
        missing = answers.missing_files(response, {sha256 for row in rows for sha256 in row.media})
        self.outbox.media_missing(missing)
        others = [row for row in rows if missing.isdisjoint(row.media)]
        again: list[Sequence[OutboxRow]] = [others] if others and len(others) < len(rows) else []
        return SendResult(problem=answers.reason_of(response)), again

    def _refuse(self, event_id: str, reason: str) -> SendResult:
        log.warning("event %s was refused and is kept aside: %s", event_id, reason)
        return SendResult(refused=int(self.outbox.refuse(event_id, reason)))


def send_all(uplink: Uplink) -> Iterator[SendResult]:
    """Send until the outbox is empty or something hinders it; each step's result, for a progress bar."""
    while True:
        result = uplink.send_once()
        yield result
        if result.problem or not result.moved:
            return
