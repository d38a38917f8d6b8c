"""Every version of each junction's plans that was ever proposed, who approved it, and which one runs.

A folder per junction: `0001.yaml` and so on, never changed again, and `journal.jsonl`, to which lines are only added.
Each line holds the SHA-256 of the one before, so that a removed or altered line shows. A version runs once a second
person has approved it; rolling back runs again what ran before.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from threading import RLock

from signals.library.described import LibraryIn
from signals.library.files import load_library
from signals.live.control import Control
from signals.live.errors import ConflictError, LiveError, UnknownJunctionError
from signals.plan.library import PlanLibrary
from signals.sentences import said

MOST_BYTES = 256_000
NAME = re.compile(r"[\w.-]{1,80}")
FIRST_HASH = "0" * 64


class What(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    ROLLED_BACK = "rolled_back"
    OUT_OF_SERVICE = "out_of_service"
    CLEARED = "cleared"
    CONTROL_PLAN = "control_plan"
    CONTROL_ACTUATED = "control_actuated"
    CONTROL_ADAPTIVE = "control_adaptive"


ABOUT_LAMPS = {What.OUT_OF_SERVICE, What.CLEARED}
ABOUT_CONTROL = {
    What.CONTROL_PLAN: Control.PLAN,
    What.CONTROL_ACTUATED: Control.ACTUATED,
    What.CONTROL_ADAPTIVE: Control.ADAPTIVE,
}
MONITOR = "monitor"
STATED = "stated by the version"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal. version: it is about; before: hash of the line before."""

    what: What
    version: int
    person: str
    reason: str
    utc: str
    before: str


@dataclass(frozen=True, slots=True)
class Version:
    """state: proposed, running, approved (ran before, or may), or rejected."""

    number: int
    author: str
    reason: str
    utc: str
    state: str
    decided_by: str | None


class PlanShelf:
    """`root`: made where it is not there. OSError where it cannot be written: then nothing has changed."""

    def __init__(self, root: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.root, self._now, self._lock = root, now, RLock()
        root.mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        return sorted(path.parent.name for path in self.root.glob("*/journal.jsonl"))

    def propose(self, name: str, text: bytes, person: str, reason: str, base: int | None = None) -> Version:
        """A new version, not yet running. base: the newest the author knew; ConflictError where there is a newer one.

        Raises LibraryError for a text that cannot be run, LiveError for a wrong name, no reason or too much text.
        """
        if not NAME.fullmatch(name):
            raise LiveError(
                "junction",
                said("A junction's name has letters, digits, dots and dashes, found {name!r}.", name=name[:80]),
            )
        if len(text) > MOST_BYTES:
            raise LiveError(
                "library",
                said("A library has at most {most_bytes} bytes, found {text}.", most_bytes=MOST_BYTES, text=len(text)),
            )
        with self._lock:
            newest = max((one.number for one in self.versions(name, missing_ok=True)), default=0)
            if base is not None and base != newest:
                sentence = said(
                    "{name}: version {newest} came after version {base}, which you began with; look at it first.",
                    name=name,
                    newest=newest,
                    base=base,
                )
                raise ConflictError("base", sentence)
            _need(person, reason)
            folder = self.root / name
            folder.mkdir(exist_ok=True)
            draft = folder / "draft.yaml"
            _write(draft, text)
            try:
                load_library(draft)
                draft.rename(self._file(name, newest + 1))
            finally:
                draft.unlink(missing_ok=True)
            self._note(name, What.PROPOSED, newest + 1, person, reason)
            return self.version(name, newest + 1)

    def decide(
        self, name: str, number: int, person: str, reason: str, *, approve: bool, alone: bool = False
    ) -> Version:
        """Run it from now on, or never. ConflictError for its own author, or where it was decided already.

        alone: there are no accounts yet, so that nobody else could decide.
        """
        with self._lock:
            version = self.version(name, number)
            _need(person, reason)
            if version.state != "proposed":
                raise ConflictError(
                    "version",
                    said(
                        "{name}: version {number} is {state} already.",
                        name=name,
                        number=number,
                        state=said(version.state),
                    ),
                )
            if version.author == person and not alone:
                raise ConflictError(
                    "person",
                    said(
                        "{person} proposed version {number}: a second person decides about it.",
                        person=person,
                        number=number,
                    ),
                )
            stated = self.load(name, number)[0].control if approve else None
            self._note(name, What.APPROVED if approve else What.REJECTED, number, person, reason)
            if stated is not None:
                self._note(name, What(f"control_{stated}"), number, person, STATED)
            return self.version(name, number)

    def roll_back(self, name: str, person: str, reason: str) -> Version:
        """Run again what ran before. ConflictError where nothing did."""
        with self._lock:
            ran = self._ran(name)
            _need(person, reason)
            if len(ran) < 2:
                raise ConflictError("version", said("{name}: nothing ran before the present version.", name=name))
            self._note(name, What.ROLLED_BACK, ran[-2], person, reason)
            return self.version(name, ran[-2])

    def set_control(self, name: str, control: Control, person: str, reason: str) -> None:
        """Who chooses the stages from now on."""
        with self._lock:
            version = self.running(name) or 0
            _need(person, reason)
            self._note(name, What(f"control_{control}"), version, person, reason)

    def control(self, name: str) -> Control:
        """The last word about it: a person's, or that of a version which began to run and states it. Rolling back takes
        back what the version had stated."""
        now, before = Control.PLAN, list[Control | None]()
        for entry in self.journal(name):
            if entry.what is What.APPROVED:
                before.append(now)
            elif entry.what is What.ROLLED_BACK:
                now = before.pop() or now
            elif entry.what in ABOUT_CONTROL:
                now = ABOUT_CONTROL[entry.what]
                if entry.reason != STATED:
                    before = [None] * len(before)
        return now

    def put_out(self, name: str, why: str) -> None:
        """The monitor took the junction out of service: it flashes over every restart, until a person clears it."""
        with self._lock:
            self._note(name, What.OUT_OF_SERVICE, self.running(name) or 0, MONITOR, why)

    def clear(self, name: str, person: str, reason: str) -> None:
        """A person has stood before the junction. ConflictError where it is not out of service."""
        with self._lock:
            _need(person, reason)
            told = self.out_of_service(name)
            if told is None or told.what is What.CLEARED:
                raise ConflictError(
                    "junction", said("{name} is not out of service: there is nothing to clear.", name=name)
                )
            self._note(name, What.CLEARED, told.version, person, reason)

    def out_of_service(self, name: str) -> Entry | None:
        """The last word about it: that it was put out of service, or cleared; None where it never was."""
        return next((one for one in reversed(self.journal(name)) if one.what in ABOUT_LAMPS), None)

    def running(self, name: str) -> int | None:
        """The number of the version that runs; None while none was approved."""
        ran = self._ran(name)
        return ran[-1] if ran else None

    def load(self, name: str, number: int) -> tuple[LibraryIn, PlanLibrary]:
        self.version(name, number)
        return load_library(self._file(name, number))

    def text(self, name: str, number: int) -> str:
        self.version(name, number)
        return self._file(name, number).read_text(encoding="utf-8")

    def keep_beside(self, name: str, number: int, what: str, text: str) -> None:
        """What was found out about a version, beside it; what was there before is replaced whole."""
        self.version(name, number)
        file = self._file(name, number).with_suffix(f".{what}")
        draft = file.with_name(f".{file.name}")
        _write(draft, text.encode())
        draft.rename(file)

    def beside(self, name: str, number: int, what: str) -> str | None:
        """None where nothing of that name was kept."""
        self.version(name, number)
        file = self._file(name, number).with_suffix(f".{what}")
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def version(self, name: str, number: int) -> Version:
        found = next((one for one in self.versions(name) if one.number == number), None)
        if found is None:
            raise UnknownJunctionError("version", said("{name} has no version {number}.", name=name, number=number))
        return found

    def versions(self, name: str, *, missing_ok: bool = False) -> list[Version]:
        """In order of number. Raises UnknownJunctionError."""
        told: dict[int, Version] = {}
        for entry in self.journal(name, missing_ok=missing_ok):
            if entry.what is What.PROPOSED:
                told[entry.version] = Version(entry.version, entry.person, entry.reason, entry.utc, "proposed", None)
            elif entry.what not in {*ABOUT_LAMPS, *ABOUT_CONTROL}:
                state = "rejected" if entry.what is What.REJECTED else "approved"
                before = told[entry.version]
                told[entry.version] = Version(
                    before.number, before.author, before.reason, before.utc, state, before.decided_by or entry.person
                )
        runs = self._ran(name)[-1:] if told else []
        return [
            Version(one.number, one.author, one.reason, one.utc, "running", one.decided_by)
            if one.number in runs
            else one
            for one in told.values()
        ]

    def journal(self, name: str, *, missing_ok: bool = False) -> list[Entry]:
        """Raises UnknownJunctionError, and LiveError where a line was removed or altered."""
        file = self.root / name / "journal.jsonl"
        if not (NAME.fullmatch(name) and file.is_file()):
            if missing_ok:
                return []
            raise UnknownJunctionError("junction", said("No junction {name} has plans here.", name=name[:80]))
        entries: list[Entry] = []
        before = FIRST_HASH
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            told = json.loads(line)
            if told["before"] != before:
                raise LiveError(
                    "journal",
                    said(
                        "{file} of {name}: line {number} does not follow the one before it.",
                        file=file.name,
                        name=name,
                        number=number,
                    ),
                )
            before = sha256(line).hexdigest()
            entries.append(Entry(**{**told, "what": What(told["what"])}))
        return entries

    def _ran(self, name: str) -> list[int]:
        """Versions in the order in which they ran; rolling back takes the last one off."""
        ran: list[int] = []
        for entry in self.journal(name):
            if entry.what is What.APPROVED:
                ran.append(entry.version)
            elif entry.what is What.ROLLED_BACK:
                ran.pop()
        return ran

    def _note(self, name: str, what: What, version: int, person: str, reason: str) -> None:
        with (self.root / name / "journal.jsonl").open("a+b") as opened:
            # A command at the console may write at the same moment as the centre.
            fcntl.flock(opened, fcntl.LOCK_EX)
            opened.seek(0)
            lines = opened.read().splitlines()
            before = sha256(lines[-1]).hexdigest() if lines else FIRST_HASH
            entry = Entry(what, version, person, reason, self._now().isoformat(timespec="seconds"), before)
            opened.write(json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
            opened.flush()
            os.fsync(opened.fileno())

    def _file(self, name: str, number: int) -> Path:
        return self.root / name / f"{number:04}.yaml"


def _need(person: str, reason: str) -> None:
    if not (person.strip() and reason.strip()):
        raise LiveError("reason", said("Changing the plans of a junction needs a person and a reason."))


def _write(file: Path, text: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
