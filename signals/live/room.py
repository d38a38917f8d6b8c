"""All junctions that a centre runs, stepped by one thread of their own."""

import fcntl
import logging
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import IO

from signals.control.table import SafetyTable
from signals.errors import SignalsError
from signals.live.approaches import approaches_of
from signals.live.control import Control
from signals.live.errors import ElsewhereError, LiveError, UnknownJunctionError
from signals.live.junction import JunctionState, LiveJunction, MakeStreet
from signals.live.neighbours import tell_neighbours
from signals.live.shelf import PlanShelf, Version, What
from signals.live.wired import Wired
from signals.sentences import said

log = logging.getLogger(__name__)

STEP_S = 0.2
LOOK_AGAIN_S = 1.0
MOST_ADDRESS = 4096
VIETNAM = timezone(timedelta(hours=7), "+07:00")


class LiveRoom:
    """Runs what the shelf says is approved. Call `start` once (or `open`, and `step` oneself), and `close` at the end.

    Of several processes on one shelf the first runs the junctions, so that there is one guard for each; the others say
    that they do not, and where the first can be reached. When it ends, one of them takes over.
    """

    def __init__(
        self,
        shelf: PlanShelf,
        holidays: Callable[[], Collection[date]] = tuple,
        steady: Callable[[], float] = monotonic,
        utc: Callable[[], datetime] = lambda: datetime.now(UTC),
        address: str = "",
        *,
        wired: Wired | None = None,
    ) -> None:
        """address: what `elsewhere` tells the other processes while this one runs the junctions. wired: controllers in
        the street; whoever is not among them is virtual."""
        self.shelf, self._holidays, self._steady, self._utc = shelf, holidays, steady, utc
        self.address, self._wired = address, wired
        self._junctions: dict[str, LiveJunction] = {}
        self._out: set[str] = set()
        self._over = Event()
        self._thread: Thread | None = None
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Take the junctions, if no other process has them. Raises SignalsError where a running library is damaged."""
        lock = self._lock_file.open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return
        try:
            if self._wired is not None:
                self._wired.open()
            for name in self.shelf.names():
                if self.shelf.running(name) is not None:
                    self._run(name)
        except BaseException:
            self._unwire()
            lock.close()
            raise
        lock.truncate(0)
        lock.write(self.address)
        lock.flush()
        self._lock = lock

    @property
    def runs_here(self) -> bool:
        return self._lock is not None

    def elsewhere(self) -> str | None:
        """The address of the process that runs the junctions, as it wrote it; None where it wrote none."""
        try:
            with self._lock_file.open(encoding="utf-8") as told:
                return told.read(MOST_ADDRESS) or None
        except FileNotFoundError:
            return None

    @property
    def _lock_file(self) -> Path:
        return self.shelf.root / "runs-here.lock"

    def start(self) -> None:
        self.open()
        self._thread = Thread(target=self._keep_stepping, name="signals", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        if self._lock is not None:
            self._unwire()
            self._lock.close()
            self._lock = None

    def _unwire(self) -> None:
        if self._wired is not None:
            self._wired.close()

    def names(self) -> list[str]:
        return sorted(self._junctions)

    def junction(self, name: str) -> LiveJunction:
        """Raises UnknownJunctionError, ElsewhereError."""
        self._check_here()
        found = self._junctions.get(name)
        if found is None:
            raise UnknownJunctionError(
                "junction",
                said("No junction {name} runs here: approve a library of plans for it.", name=name[:80]),
            )
        return found

    def state(self, name: str) -> JunctionState:
        return self.junction(name).state(self.local(), self.now_s())

    def now_s(self) -> float:
        return self._steady()

    def local(self) -> datetime:
        return self._utc().astimezone(VIETNAM).replace(tzinfo=None)

    def utc(self) -> datetime:
        return self._utc()

    def approve(self, name: str, number: int, person: str, reason: str, *, alone: bool = False) -> Version:
        """Decide and run it. Raises LiveError, with nothing decided, where another junction runs under this name."""
        self._check_here()
        described, library = self.shelf.load(name, number)
        # Both say what is wrong before anything is decided: the guard runs no junction that has not time for everybody.
        SafetyTable.of(library.junction)
        approaches_of(described)
        known = self._junctions.get(name)
        if known is not None and known.junction != library.junction:
            known.publish(library)  # says why not
        version = self.shelf.decide(name, number, person, reason, approve=True, alone=alone)
        self._run(name)
        return version

    def roll_back(self, name: str, person: str, reason: str) -> Version:
        self._check_here()
        version = self.shelf.roll_back(name, person, reason)
        self._run(name)
        return version

    def set_control(self, name: str, control: Control, person: str, reason: str) -> None:
        """Who chooses the stages from now on, over every restart. LiveError where it cannot be."""
        junction = self.junction(name)
        why = junction.why_only_plans()
        if control is not Control.PLAN and why is not None:
            raise LiveError("control", why)
        self.shelf.set_control(name, control, person, reason)
        junction.set_control(control)

    def step(self) -> None:
        moment, now_s = self.local(), self.now_s()
        for name, junction in list(self._junctions.items()):
            try:
                junction.step(moment, now_s)
                if junction.flashes:
                    self._stay_out(name, junction, now_s)
            except Exception:
                log.exception("Junction %s could not be stepped", name)
        tell_neighbours(self._junctions, now_s)

    def _stay_out(self, name: str, junction: LiveJunction, now_s: float) -> None:
        """Written down once, so that no restart ends it; over when the journal says that a person has cleared it."""
        told = self.shelf.out_of_service(name)
        if name not in self._out:
            self._out.add(name)
            if told is None or told.what is What.CLEARED:
                self.shelf.put_out(name, junction.why_out())
        elif told is not None and told.what is What.CLEARED:
            self._out.discard(name)
            junction.clear(told.person, told.reason, now_s)

    def _check_here(self) -> None:
        if not self.runs_here:
            sentence = said(
                "Another process of this centre runs the junctions, and cannot be reached: try again in a moment."
            )
            raise ElsewhereError("junction", sentence)

    def _run(self, name: str) -> None:
        number = self.shelf.running(name)
        assert number is not None
        described, library = self.shelf.load(name, number)
        approaches, now_s = approaches_of(described), self.now_s()
        known = self._junctions.get(name)
        if known is not None and known.junction == library.junction:
            known.publish(library, approaches, now_s)
        else:
            told = self.shelf.out_of_service(name)
            out = told is not None and told.what is What.OUT_OF_SERVICE
            known = self._junctions[name] = LiveJunction(
                library,
                now_s,
                self._holidays(),
                out_of_service=out,
                approaches=approaches,
                street=self._street_of(name),
            )
        if self._wired is not None:
            version = self.shelf.version(name, number)
            self._wired.mandate(name, version.author, version.decided_by or version.author, version.reason)
        try:
            known.set_control(self.shelf.control(name))
        except LiveError as error:
            log.warning("%s", error)

    def _street_of(self, name: str) -> MakeStreet | None:
        return partial(self._wired.street, name) if self._wired is not None and name in self._wired.names else None

    def _keep_stepping(self) -> None:
        while not self._over.wait(STEP_S if self.runs_here else LOOK_AGAIN_S):
            if self.runs_here:
                self.step()
            else:
                self._take_over()

    def _take_over(self) -> None:
        try:
            self.open()
        except (SignalsError, OSError):
            log.exception("The junctions could not be taken over")
