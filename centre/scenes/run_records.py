"""How dry runs stand, as every process of the centre sees it: a file for each, and a lock that only one run holds.

DATA/scenes/.dry-runs/ID.json, ID.jpg   what is known of a run, and what it saw; the newest MOST_KEPT of a day
DATA/scenes/.dry-runs/under-way         the id of the run that holds the lock on this file
"""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

MOST_KEPT = 10
KEPT_S = 24 * 3600.0
BUSY = "under-way"
TRIES = 5
AGAIN_AFTER_S = 0.05
ENDED = "dry run: wanted its end, found that the process of the centre that carried it out is gone; try again"


@dataclass(slots=True)
class DryRun:
    """share: of the clip, 0..1; None while nobody knows. problem: a sentence once it failed. document: what the command
    said at its end. crossings, findings: the bodies of its events. seen: whether there is a picture."""

    id: str
    camera: str
    state: Literal["running", "done", "failed"] = "running"
    share: float | None = None
    problem: str | None = None
    document: dict[str, Any] = field(default_factory=dict)
    crossings: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    seen: bool = False


class RunRecords:
    """root: the folder of scenes. Every method may raise OSError."""

    def __init__(self, root: Path) -> None:
        self._folder = root / ".dry-runs"

    def begin(self, one: DryRun) -> IO[str] | None:
        """The lock, which whoever carries the run out holds until it closes it; None while another run is under way.
        The kernel frees that of a process that dies."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._opened()
        # Whoever asks how a run stands holds the lock for a moment.
        for attempt in range(TRIES):
            time.sleep(AGAIN_AFTER_S if attempt else 0.0)
            if _taken(lock, fcntl.LOCK_EX):
                break
        else:
            lock.close()
            return None
        lock.truncate(0)
        lock.write(one.id)
        lock.flush()
        self._forget_old()
        self.keep(one)
        return lock

    def keep(self, one: DryRun) -> None:
        half = self._path(one.id).with_suffix(".half")
        half.touch(mode=0o600)
        half.write_text(json.dumps(asdict(one)), "utf-8")
        half.replace(self._path(one.id))

    def keep_picture(self, name: str, picture: Path) -> None:
        """Moved in; it lies on the same disk."""
        picture.chmod(0o600)
        picture.replace(self._path(name).with_suffix(".jpg"))

    def get(self, name: str) -> DryRun | None:
        """None of one never begun, or forgotten. One whose process died has failed."""
        try:
            one = DryRun(**json.loads(self._path(name).read_text("utf-8")))
        except FileNotFoundError:
            return None
        if one.state == "running" and not self._is_under_way(name):
            # It may have ended between the two looks.
            one = DryRun(**json.loads(self._path(name).read_text("utf-8")))
            if one.state == "running":
                one.state, one.problem = "failed", ENDED
        return one

    def picture(self, name: str) -> bytes | None:
        try:
            return self._path(name).with_suffix(".jpg").read_bytes()
        except FileNotFoundError:
            return None

    def _is_under_way(self, name: str) -> bool:
        with self._opened() as lock:
            lock.seek(0)
            return lock.read() == name and not _taken(lock, fcntl.LOCK_SH)

    def _opened(self) -> IO[str]:
        path = self._folder / BUSY
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "r+")

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _forget_old(self) -> None:
        """They show passers-by. By file times, which only this machine writes."""
        records = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for number, path in enumerate(records, 1):
            if number >= MOST_KEPT or time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink(missing_ok=True)
                path.with_suffix(".jpg").unlink(missing_ok=True)


def _taken(lock: IO[str], how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
