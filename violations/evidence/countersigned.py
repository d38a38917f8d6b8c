"""The centre's own key, and how far it has seen each device's ledger: DATA/ledgers/KEY.jsonl, one checkpoint a line."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from violations.errors import EvidenceBroken, EvidenceError, LedgerContradiction
from violations.evidence.checkpoint import Checkpoint, countersign, read_checkpoints
from violations.evidence.disk import speaking_of, sync_folder, sync_handle
from violations.evidence.keys import PublicKey, SigningKey, load_or_make_key
from violations.evidence.seal import Line, read_line

CENTRE_KEY = "centre.key"


class Countersigner:
    """Of one data folder; several processes may share it. Raises EvidenceError for a key that cannot be used."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "ledgers"
        with speaking_of(f"checkpoints {self._folder}"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key: SigningKey = load_or_make_key(data / CENTRE_KEY)

    @property
    def public(self) -> PublicKey:
        return self._key.public

    def of(self, device: str) -> list[Checkpoint]:
        """All of one device (its public key, 64 hex digits), oldest first; [] of one that nobody knows."""
        path = self._folder / f"{device}.jsonl"
        if not path.exists():
            return []
        checkpoints, faults = read_checkpoints(path)
        if faults:
            raise EvidenceError(f"checkpoints {path}: {faults[0]}; put the file right before anything is vouched for")
        return checkpoints

    def countersign(self, device: str, lines: Sequence[bytes], now: Callable[[], datetime]) -> Checkpoint:
        """Vouch for the lines, which must be the device's and follow the last that was vouched for; kept before it is
        given. Raises LedgerContradiction where they do not, EvidenceError where it cannot be kept."""
        records = [_read(number, line) for number, line in enumerate(lines, 1)]
        with self._locked(device):
            known = self.of(device)
            before = known[-1] if known else None
            fresh = records if before is None else [one for one in records if one.sequence > before.sequence]
            _agree(records, before)
            if not fresh:
                if before is None:
                    raise LedgerContradiction(f"ledger of {device}: wanted at least one line, found none")
                return before
            try:
                made = countersign(fresh, before, PublicKey(device), self._key, now())
            except EvidenceError as error:
                raise LedgerContradiction(str(error)) from error
            self._keep(device, made)
            return made

    @contextmanager
    def _locked(self, device: str) -> Iterator[None]:
        with speaking_of(f"checkpoints of {device}"), (self._folder / f"{device}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _keep(self, device: str, made: Checkpoint) -> None:
        path = self._folder / f"{device}.jsonl"
        with path.open("ab", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            line = made.line() + b"\n"
            try:
                while line:
                    line = line[file.write(line) :]
                sync_handle(file.fileno(), path)
            except (OSError, EvidenceBroken):
                file.truncate(size)
                raise
        sync_folder(self._folder)


def _read(number: int, content: bytes) -> Line:
    line, differences = read_line(f"line {number}", content)
    if line is None:
        raise LedgerContradiction(f"ledger: {differences[0]}")
    return line


def _agree(records: Sequence[Line], before: Checkpoint | None) -> None:
    """Of lines that were vouched for already, the last must be the very one."""
    for line in records:
        if before is not None and line.sequence == before.sequence and line.sha256() != before.record:
            raise LedgerContradiction(
                f"ledger of {before.device}: record {line.sequence}: wanted the one with SHA-256 {before.record}, "
                f"countersigned on {before.time.isoformat()}, found another: the ledger was cut back or changed"
            )
