"""The folder an agent works in: its outbox and its evidence, for one process at a time."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile

from edge.errors import UsageError
from violations.evidence.package import remove_unfinished

log = logging.getLogger(__name__)

LOCK = "agent.lock"
OUTBOX = "outbox.db"
EVIDENCE = "evidence"


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """The folder, absolute and made if need be, for this process alone while the block runs.

    Absolute, because the outbox remembers where its files lie and `ngatu send` may run elsewhere. The lock goes with
    the process, however it ends. Raises UsageError where it cannot be written or another agent has it.
    """
    folder = folder.expanduser().absolute()
    with _writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+b", buffering=0)
    with lock:
        _take(lock, folder)
        yield folder


def _take(lock: FileIO, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise UsageError(
            f"--data {folder}: wanted a folder no other agent works in, found process {lock.read(20).decode().strip()} "
            "at work there; give each agent a folder of its own"
        ) from None
    with _writing_to(folder):
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n".encode())


def evidence_folder(folder: Path) -> Path:
    """Where the agent of a claimed folder keeps its proof, without what a crash left half-written there.

    Raises UsageError where it cannot be written: no accusation could ever be proven.
    """
    evidence = folder / EVIDENCE
    with _writing_to(evidence):
        evidence.mkdir(exist_ok=True)
        with TemporaryFile(dir=evidence):
            pass
    removed = remove_unfinished(evidence)
    if removed:
        log.warning("%s: %d packages that a crash left unfinished were removed", evidence, removed)
    return evidence


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    """Raise UsageError for an OSError of the body."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"--data: wanted a folder I can write to at {folder}, found: {error.strerror}") from error
