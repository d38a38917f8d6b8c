"""The controllers in the street that a centre is wired to, in an event loop of their own beside the junctions' thread.

What a version's author proposed and a second person approved is the mandate to choose stages: it is prepared and
confirmed in their names, put down, and renewed while that version runs. Without it nothing is written.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from threading import Lock, Thread

from signals.control.answers import REMEMBERED
from signals.control.audit_file import audit_into
from signals.control.controller import Ability, Answer, Controller, Order, Presented, State
from signals.control.ntcip.cli import keys_from
from signals.control.rsmp.errors import RsmpError
from signals.control.rsmp.options import address, codes_from
from signals.control.rsmp.supervisor.adapter import RsmpController, watch_lamps
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.supervisor import Supervisor, SupervisorSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.wire.tls import TlsFiles, listening
from signals.control.table import SafetyTable
from signals.control.two_step import LONGEST_MANDATE_S, Mandate, Permits
from signals.live.street import ControllerStreet, Street
from signals.live.wiring import NtcipIn, RsmpIn, WiringIn, read_wiring
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan

log = logging.getLogger(__name__)

LOOK_S, START_WITHIN_S = 0.5, 10.0
ORDERS_FILE = "orders.jsonl"


class Bridged:
    """A controller that lives in that loop, for a thread that may not wait: what is sent goes over, answers follow.

    permits: None where it is only watched. `renew` gives and renews the mandate; without it no stage is sent.
    """

    def __init__(self, inner: Controller, loop: asyncio.AbstractEventLoop, permits: Permits) -> None:
        self._inner, self._loop, self._permits = inner, loop, permits
        self._lock, self._count = Lock(), 0
        self._answers: OrderedDict[int, Answer | int] = OrderedDict()
        self._persons: tuple[str, str, str] | None = None
        self._renewed_s = -LONGEST_MANDATE_S

    @property
    def abilities(self) -> Ability:
        return self._inner.abilities if self._permits.writable else Ability.NONE

    def mandate(self, prepares: str, confirms: str, reason: str) -> None:
        """In whose names stages are chosen from now on."""
        if (prepares, confirms, reason) != self._persons:
            self._persons, self._renewed_s = (prepares, confirms, reason), -LONGEST_MANDATE_S

    def present(self, now_s: float) -> Presented:
        return self._inner.present(now_s)

    def send(self, order: Order, now_s: float) -> Answer:
        with self._lock:
            self._count += 1
            number = self._count
            self._answers[number] = answer = Answer(number, State.PENDING)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        self._loop.call_soon_threadsafe(self._send, number, order, now_s)
        return answer

    def answer(self, number: int) -> Answer | None:
        with self._lock:
            known = self._answers.get(number)
        if not isinstance(known, int):
            return known
        told = self._inner.answer(known)
        return None if told is None else Answer(number, told.state, told.why)

    def _send(self, number: int, order: Order, now_s: float) -> None:
        """In the loop."""
        try:
            self._renew(now_s)
            sent: Answer | int = self._inner.send(order, now_s).number
        except Exception as error:
            # An audit file that cannot be written, for one: then nothing was sent, and the site runs its own plan.
            log.exception("%s: an order was not sent", self._permits.junction)
            sent = Answer(number, State.REFUSED, str(error))
        with self._lock:
            self._answers[number] = sent

    def _renew(self, now_s: float) -> None:
        if self._persons is None or not self._permits.writable or now_s - self._renewed_s < LONGEST_MANDATE_S / 2:
            return
        prepares, confirms, reason = self._persons
        prepared = self._permits.prepare(Mandate(LONGEST_MANDATE_S), prepares, reason, now_s)
        self._permits.confirm(prepared.token, confirms, now_s)
        self._renewed_s = now_s


class Wired:
    """`open` before streets are made, `close` at the end. folder: the audit of orders goes there, by junction.

    clock: that of the junctions.
    """

    def __init__(self, wiring: WiringIn, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises SignalsError and OSError for files that cannot be used."""
        self._wiring, self._folder, self._clock = wiring, folder, clock
        sites = {name: one for name, one in wiring.controllers.items() if isinstance(one, RsmpIn)}
        self._codes = {name: codes_from(one.codes) for name, one in sites.items()}
        self._keys = {n: keys_from(one.keys, None) for n, one in wiring.controllers.items() if isinstance(one, NtcipIn)}
        self._remote = {
            name: RemoteSite(one.site, Sxl.named(one.sxl), one.component, clock) for name, one in sites.items()
        }
        tls = wiring.rsmp_tls
        self._tls = None if tls is None else listening(TlsFiles(tls.certificate, tls.key, tls.authority))
        self._bridges: dict[str, Bridged] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over, self._done = asyncio.Event(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread: Thread | None = None
        self.port = 0

    @property
    def names(self) -> Mapping[str, RsmpIn | NtcipIn]:
        return self._wiring.controllers

    def open(self) -> None:
        """Sites may call from now on. Raises OSError where the address cannot be listened at."""
        loop = asyncio.new_event_loop()
        self._loop, self._over, self._done = loop, asyncio.Event(), asyncio.Event()

        async def begin() -> asyncio.Task[None]:
            ready: asyncio.Future[None] = loop.create_future()
            task = loop.create_task(self._run(ready))
            await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return task

        self._thread = Thread(target=loop.run_forever, name="controllers", daemon=True)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(begin(), loop).result(START_WITHIN_S)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._ended(), loop).result(START_WITHIN_S)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(timeout=5)
        loop.close()
        self._bridges.clear()

    def street(self, name: str, junction: Junction, stored: TimingPlan, now_s: float) -> Street:
        """The lamps of a junction that is in `names`, while open."""
        assert self._loop is not None
        wired, table = self.names[name], SafetyTable.of(junction)
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        permits = Permits(name, audit_into(folder / ORDERS_FILE), writable=wired.writable)
        bridge = Bridged(self._controller(name, wired, table, permits), self._loop, permits)
        self._bridges[name] = bridge
        return ControllerStreet(bridge, junction, stored, now_s)

    def mandate(self, name: str, prepares: str, confirms: str, reason: str) -> None:
        """By the version that runs there now."""
        if name in self._bridges:
            self._bridges[name].mandate(prepares, confirms, reason)

    def _controller(self, name: str, wired: RsmpIn | NtcipIn, table: SafetyTable, permits: Permits) -> Controller:
        if isinstance(wired, RsmpIn):
            return RsmpController(self._remote[name], table, permits, self._codes[name].second)
        from signals.control.ntcip.adapter import NtcipController  # noqa: PLC0415  pysnmp takes its time to import
        from signals.control.ntcip.manager import Manager  # noqa: PLC0415

        made = NtcipController(Manager(*address(wired.at), self._keys[name]), table, permits, self._clock)
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._begin, made.run())
        return made

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        assert self._loop is not None
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, ready: "asyncio.Future[None]") -> None:
        try:
            if self._wiring.rsmp_listen is None:
                ready.set_result(None)
                await self._over.wait()
                return
            host, port = address(self._wiring.rsmp_listen)
            settings = SupervisorSettings(host, port, tls=self._tls)
            async with Supervisor(settings, self._remote.values(), self._clock) as supervisor:
                self.port = supervisor.port
                ready.set_result(None)
                await self._watch()
        finally:
            self._done.set()

    async def _watch(self) -> None:
        """Whatever connects is asked for its lamps, each time anew."""
        known = dict.fromkeys(self._remote, 0)
        while not self._over.is_set():
            for name, site in self._remote.items():
                if site.connected and site.connections > known[name] and site.aggregated is not None:
                    known[name] = site.connections
                    try:
                        await watch_lamps(site)
                    except RsmpError as error:
                        known[name] = 0
                        log.warning("%s: its lamps could not be asked for: %s", name, error)
            await asyncio.sleep(LOOK_S)

    async def _ended(self) -> None:
        self._over.set()
        await self._done.wait()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def wired_to(folder: Path) -> Wired | None:
    """By the file of controllers in the signals folder of a centre; None without one. Raises SignalsError, OSError."""
    wiring = read_wiring(folder)
    return None if wiring is None else Wired(wiring, folder)
