"""A device's ledger: one line per package it sealed, each naming the one before, so that none goes missing unseen."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from pydantic import ValidationError

from violations.errors import EvidenceBroken, EvidenceError
from violations.evidence.difference import read_stated
from violations.evidence.disk import speaking_of, sync_folder, sync_handle
from violations.evidence.keys import SigningKey
from violations.evidence.seal import SEAL, LedgerRecord, Line, LineT, Seal, after, make_line, make_seal, read_line

log = logging.getLogger(__name__)

LEDGER = "ledger.jsonl"
LARGEST_LINE_BYTES = 4096


class EvidenceLedger:
    """Seals the packages below `root` with the key, and remembers them in `root`/ledger.jsonl.

    A package comes to its place before its line does: a crash between the two leaves a sealed package without a line,
    and `open` writes it. So the order of lines is the order of seals, and no seal is ever made twice.
    """

    def __init__(self, root: Path, key: SigningKey) -> None:
        self._root = root
        self._key = key
        self.path = root / LEDGER

    @classmethod
    def open(cls, root: Path, key: SigningKey) -> "EvidenceLedger":
        """The ledger of an evidence folder, mended where a crash cut it off.

        Raises EvidenceError where it cannot be read or written, or belongs to another key; it is left as it was.
        """
        ledger = cls(root, key)
        with speaking_of(f"ledger {ledger.path}"):
            root.mkdir(parents=True, exist_ok=True)
            with ledger._locked() as file:
                ledger._mend(file)
            sync_folder(root)
        return ledger

    @property
    def device(self) -> str:
        """The fingerprint under which packages name the key."""
        return self._key.public.fingerprint

    @contextmanager
    def next_seal(self, manifest_sha256: str) -> Iterator[Seal]:
        """The seal of a package; its line is written through to the disk when the block ends well.

        Inside the block the package must come to its place, with the seal in it. Raises OSError when there is no room
        for the line (the ledger is as it was), EvidenceBroken when the disk failed.
        """
        with self._locked() as file:
            seal = make_seal(self._key, manifest_sha256, self._last(file))
            yield seal
            self._append(file, seal)

    def note(self, kind: type[LineT], manifest_sha256: str, **fields: object) -> LineT:
        """Write a line about a package, signed, through to the disk. Raises EvidenceError, EvidenceBroken."""
        with speaking_of(f"ledger {self.path}"), self._locked() as file:
            try:
                line = make_line(kind, self._key, manifest_sha256, self._last(file), **fields)
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                where = ".".join(map(str, fault["loc"]))
                raise EvidenceError(f"ledger {self.path}: {where}: {fault['msg']}; nothing was written") from error
            if len(line.line()) >= LARGEST_LINE_BYTES:
                raise EvidenceError(
                    f"ledger {self.path}: wanted shorter words, found a line of {len(line.line())} bytes"
                )
            self._append(file, line)
        return line

    def lines(self) -> list[Line]:
        """All of them, in order. Raises EvidenceError where one cannot be read: nothing is decided on half of it."""
        with speaking_of(f"ledger {self.path}"):
            contents = self.path.read_bytes().splitlines()
        found = []
        for number, content in enumerate(contents, 1):
            line, differences = read_line(f"record {number}", content)
            if line is None:
                raise EvidenceError(f"ledger {self.path}: {differences[0]}")
            found.append(line)
        return found

    @contextmanager
    def _locked(self) -> Iterator[FileIO]:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _mend(self, file: FileIO) -> None:
        whole = self._end_of_last_line(file)
        if whole < file.seek(0, os.SEEK_END):
            log.warning("%s: a line that a crash cut off was removed", self.path)
            file.truncate(whole)
        for seal in self._without_line(self._last(file)):
            log.warning("%s: the line of package %s, lost in a crash, was written", self.path, seal.manifest)
            self._append(file, seal)

    def _without_line(self, last: LedgerRecord | None) -> Iterator[Seal]:
        """Seals of packages in their place that follow the ledger's last line, in order."""
        follower = {seal.previous: seal for seal in self._seals()}
        while seal := follower.get(after(last)[1]):
            if not seal.follows(last):
                return
            yield seal
            last = seal

    def _seals(self) -> Iterator[Seal]:
        for path in self._root.glob(f"[!.]*/{SEAL}"):
            seal, _ = read_stated(SEAL, path.read_bytes(), Seal)
            if seal and seal.device == self._key.public:
                yield seal

    def _last(self, file: FileIO) -> LedgerRecord | None:
        """The record in the last line; None in an empty ledger. Raises EvidenceError where it is none of this key."""
        size = file.seek(0, os.SEEK_END)
        if not size:
            return None
        file.seek(max(0, size - LARGEST_LINE_BYTES))
        line = file.read().rstrip(b"\n").rpartition(b"\n")[2]
        seal, differences = read_line("last line", line)
        if seal is None:
            raise EvidenceError(f"ledger {self.path}: {differences[0]}; move it aside to begin a new one")
        if seal.device != self._key.public:
            raise EvidenceError(
                f"ledger {self.path}: wanted the ledger of the device {self.device}, found that of "
                f"{seal.device.fingerprint}; one folder holds the evidence of one device"
            )
        if not seal.device.verifies(bytes.fromhex(seal.signature), seal.claim()):
            raise EvidenceError(f"ledger {self.path}: the last line's signature does not fit; the file was changed")
        return seal

    def _append(self, file: FileIO, seal: LedgerRecord) -> None:
        size = file.seek(0, os.SEEK_END)
        line = seal.line() + b"\n"
        try:
            while line:
                line = line[file.write(line) :]
            sync_handle(file.fileno(), self.path)
        except (OSError, EvidenceBroken):
            with suppress(OSError):
                file.truncate(size)
            raise

    def _end_of_last_line(self, file: FileIO) -> int:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - LARGEST_LINE_BYTES)
        file.seek(start)
        end = file.read().rfind(b"\n")
        if start and end < 0:
            raise EvidenceError(f"ledger {self.path}: wanted lines, found none at its end; move it aside to begin anew")
        return start + end + 1
