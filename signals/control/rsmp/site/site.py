"""A site: its controller goes on whether anybody listens or not, and a supervisor is called until he answers."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from signals.control.rsmp.site.equipment import Equipment, StatusContent
from signals.control.rsmp.site.session import Identity, SiteSession, Standing, aggregated
from signals.control.rsmp.wire.link import Link, Timing
from signals.control.rsmp.wire.messages import StatusUpdate, Told, timestamp
from signals.control.rsmp.wire.outbox import Outbox

log = logging.getLogger(__name__)

# Statuses of which no change should be missed while the supervisor is away. Counts and lamps are soon out of date.
BUFFERED = frozenset(f"S{number:04}" for number in (5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 33, 35, 91, 92, 97))


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """reconnect_s: the standard's own. probe_s: between watchdogs while a supervisor's order is in force."""

    identity: Identity
    host: str
    port: int
    timing: Timing = field(default_factory=Timing)
    reconnect_s: float = 10.0
    step_s: float = 0.1
    probe_s: float = 0.3
    buffered: frozenset[str] = BUFFERED
    tls: ssl.SSLContext | None = None


class Site:
    """Owns the connection and the clockwork. link, session: of the present connection; None without one."""

    def __init__(
        self, settings: SiteSettings, equipment: Equipment, outbox: Outbox, clock: Callable[[], float]
    ) -> None:
        self._settings, self._equipment, self._clock = settings, equipment, clock
        self._standing = Standing(outbox)
        self._told_bits = equipment.bits()
        self.link: Link | None = None
        self.session: SiteSession | None = None
        self.ended: list[str] = []

    @property
    def ready(self) -> bool:
        return self.session is not None and self.session.ready

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_going())
            tasks.create_task(self._keep_calling())

    async def _keep_going(self) -> None:
        while True:
            self.step(self._clock())
            await asyncio.sleep(self._settings.step_s)

    def step(self, now_s: float) -> None:
        """Move the controller on, and tell what changed."""
        self._equipment.step(now_s)
        self._tell_alarms()
        self._tell_bits(now_s)
        self._tell_statuses(now_s)
        if self.link is None or self.session is None or not self.session.ready:
            return
        self.link.send(*self.session.news())
        if self._equipment.obeys and now_s - self.link.sent_watchdog_s >= self._settings.probe_s:
            self.link.send(self.session.watchdog())
        if self._equipment.take_restart():
            self._standing.subscriptions.keep_only(frozenset())
            self.link.end("restart")

    def _tell_alarms(self) -> None:
        for alarm in self._equipment.alarms.take():
            self._standing.outbox.put(alarm, held=not self.ready)

    def _tell_bits(self, now_s: float) -> None:
        if (bits := self._equipment.bits()) != self._told_bits:
            self._told_bits = bits
            self._standing.outbox.put(aggregated(self._equipment, now_s), held=not self.ready)

    def _tell_statuses(self, now_s: float) -> None:
        def read(component: str, code: str, name: str) -> StatusContent:
            return self._equipment.read(component, code, name, now_s)

        at = timestamp(self._equipment.utc(now_s))
        for component, rows in self._standing.subscriptions.due(read, now_s).items():
            for kept in (True, False):
                told = [
                    Told(code=code, name=name, value=value, quality="unknown" if value is None else "recent")
                    for code, name, value in rows
                    if (code in self._settings.buffered) is kept
                ]
                if told:
                    self._tell(StatusUpdate(component=component, at=at, told=told), kept=kept)
            for code in {code for code, _, _ in rows}:
                self._equipment.told(component, code)

    def _tell(self, update: StatusUpdate, *, kept: bool) -> None:
        if kept:
            self._standing.outbox.put(update, held=not self.ready)
        elif self.ready and self.link is not None:
            self.link.send(update)

    async def _keep_calling(self) -> None:
        while True:
            try:
                await self._call()
            except OSError as error:
                self._note(f"no connection: {error}")
            except Exception:  # the controller must go on whatever a connection did; logged with its trace
                log.exception("a connection failed")
            await asyncio.sleep(self._settings.reconnect_s)

    async def _call(self) -> None:
        settings = self._settings
        reader, writer = await asyncio.open_connection(settings.host, settings.port, ssl=settings.tls)
        self.session = SiteSession(settings.identity, self._equipment, self._standing, self._clock)
        self.link = Link(reader, writer, self.session, settings.timing, self._clock)
        try:
            self._note(await self.link.run())
        finally:
            self.link = self.session = None
            self._standing.outbox.lost()
            self._standing.subscriptions.keep_only(settings.buffered)
            self._equipment.lost(self._clock())

    def _note(self, why: str) -> None:
        log.info("site %s: %s", self._settings.identity.site_id, why)
        self.ended = [*self.ended[-99:], why]
