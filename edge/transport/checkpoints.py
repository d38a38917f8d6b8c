"""Has the centre countersign the device's ledger, and keeps its word beside it: checkpoints.jsonl.

Whoever cuts the ledger back later, or writes it anew with the device's own key, stands against the centre's signature.
"""

import logging
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from edge.errors import OutboxBroken
from edge.transport import answers
from violations.errors import EvidenceBroken, EvidenceError
from violations.evidence.checkpoint import CHECKPOINTS, Checkpoint, check_checkpoint, read_checkpoints
from violations.evidence.disk import speaking_of, sync_folder, sync_handle
from violations.evidence.keys import PublicKey, load_public_key
from violations.evidence.ledger import LEDGER
from violations.evidence.seal import read_line

log = logging.getLogger(__name__)

CENTRE_KEY = "centre.pub"
LINES_AT_ONCE = 500


class _Known(BaseModel):
    # An agent is updated later than its centre: words that a newer centre adds must not stop it.
    model_config = ConfigDict(extra="ignore")

    checkpoints: list[Checkpoint]


class CheckpointKeeper:
    """Of one evidence folder. The first centre that countersigned is the one that is believed from then on.

    problem: why the last try did not come through; None where it did or nothing was to be done.
    """

    def __init__(self, client: httpx.Client, evidence: Path) -> None:
        self._client = client
        self._evidence = evidence
        self._lock = Lock()
        self._vouched: tuple[int, int] | None = None
        self._said: str | None = None
        self.problem: str | None = None

    def keep_up(self) -> None:
        """Have what is new countersigned. Never raises for the network, the centre's answer or a full disk: the ledger
        stands without it, and the next round tries again. Raises OutboxBroken where the disk failed."""
        with self._lock:
            try:
                self.problem = self._try()
            except EvidenceBroken as error:
                raise OutboxBroken(str(error)) from error
            except (httpx.HTTPError, EvidenceError, OSError, ValidationError) as error:
                self.problem = answers.describe(error) if isinstance(error, httpx.HTTPError) else str(error)
            if self.problem is not None and self.problem != self._said:
                log.warning("the centre does not vouch for the ledger: %s", self.problem)
            self._said = self.problem

    def _try(self) -> str | None:
        path = self._evidence / LEDGER
        if not path.exists() or (stamp := _stamp(path)) == self._vouched:
            return None
        content = path.read_bytes()
        *lines, _ = content.split(b"\n")
        if not lines:
            return None
        device = self._device(lines)
        known = self._known(device)
        if isinstance(known, str):
            return known
        place = known.sequence if known else 0
        # The last line vouched for goes along, so that a ledger that was cut back is seen for what it is.
        start = max(0, min(place, len(lines)) - 1)
        while start < len(lines):
            answer = self._send(device, lines[start : start + LINES_AT_ONCE])
            if isinstance(answer, str):
                return answer
            problem = self._keep(answer, device, lines)
            if problem is not None:
                return problem
            start += LINES_AT_ONCE
        self._vouched = stamp
        return None

    @staticmethod
    def _device(lines: Sequence[bytes]) -> str:
        """The key of the last line; a ledger without a readable one is nobody's. Raises EvidenceError."""
        line, differences = read_line(f"{LEDGER}: record {len(lines)}", lines[-1])
        if line is None:
            raise EvidenceError(str(differences[0]))
        return line.public_key

    def _known(self, device: str) -> Checkpoint | str | None:
        """The last checkpoint the centre has; a sentence where it does not say."""
        response = self._client.get(f"/api/ledgers/{device}/checkpoints")
        if response.status_code != answers.OK:
            return answers.reason_of(response)
        known = _Known.model_validate_json(response.content).checkpoints
        return known[-1] if known else None

    def _send(self, device: str, lines: Sequence[bytes]) -> Checkpoint | str:
        response = self._client.post(f"/api/ledgers/{device}/lines", json={"lines": [line.decode() for line in lines]})
        if response.status_code != answers.OK:
            return answers.reason_of(response)
        return Checkpoint.model_validate_json(response.content)

    def _keep(self, checkpoint: Checkpoint, device: str, lines: Sequence[bytes]) -> str | None:
        """Write it down, once, if it is about our ledger and of the centre that is believed; else say what is wrong."""
        own = (
            sha256(lines[checkpoint.sequence - 1]).hexdigest() if checkpoint.sequence <= len(lines) else "no such line"
        )
        if (checkpoint.device, checkpoint.record) != (device, own):
            return f"wanted a checkpoint of this ledger, found one of {checkpoint.device} for another line"
        for difference in check_checkpoint("checkpoint", checkpoint, (self._believed(checkpoint),)):
            return str(difference)
        path = self._evidence / CHECKPOINTS
        if path.exists() and checkpoint in read_checkpoints(path)[0]:
            return None
        _append(path, checkpoint.line() + b"\n")
        return None

    def _believed(self, checkpoint: Checkpoint) -> PublicKey:
        path = self._evidence / CENTRE_KEY
        if not path.exists():
            _append(path, PublicKey(checkpoint.centre).pem())
        return load_public_key(path)


def _stamp(path: Path) -> tuple[int, int]:
    """Changes with every change of the file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _append(path: Path, content: bytes) -> None:
    """All of it on the disk, or nothing. Raises EvidenceError."""
    with speaking_of(str(path)), path.open("ab", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        try:
            while content:
                content = content[file.write(content) :]
            sync_handle(file.fileno(), path)
        except OSError:
            file.truncate(size)
            raise
        sync_folder(path.parent)
