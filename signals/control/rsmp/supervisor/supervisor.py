"""A supervisor: waits for the sites it knows, one connection each, and keeps what they tell."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.session import SupervisorSession
from signals.control.rsmp.wire.core import CORES, Core, Version
from signals.control.rsmp.wire.link import Link, Timing

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 1_000


@dataclass(frozen=True, slots=True)
class SupervisorSettings:
    """port 0: any that is free; `Supervisor.port` tells which."""

    host: str
    port: int
    timing: Timing = field(default_factory=Timing)
    cores: tuple[Version, ...] = CORES
    tls: ssl.SSLContext | None = None


class Supervisor:
    """Use it as an async context manager: inside, it listens. ended: why the last connections ended."""

    def __init__(self, settings: SupervisorSettings, sites: Iterable[RemoteSite], clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self.sites = {site.site_id: site for site in sites}
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.ended: list[str] = []

    @property
    def port(self) -> int:
        if self._server is None:
            raise RuntimeError("the supervisor does not listen yet")
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> "Supervisor":
        settings = self._settings
        self._server = await asyncio.start_server(self._serve, settings.host, settings.port, ssl=settings.tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._running) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._running.add(task)
        try:
            await self._talk(reader, writer)
        except asyncio.CancelledError:
            log.info("stopped")
        except Exception:  # one connection must not end the others; logged with its trace
            log.exception("a connection failed")
        finally:
            self._running.discard(task)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def accepted(site: RemoteSite, core: Core) -> None:
            """A site that connects again has lost its other connection, even where we have not."""
            if site.link is not None:
                site.link.end("the site connected again")
                site.gone()
            site.joined(link, core)

        session = SupervisorSession(self.sites, self._settings.cores, _peer_name(writer), accepted)
        link = Link(reader, writer, session, self._settings.timing, self._clock)
        try:
            why = await link.run()
            log.info("site %s: %s", session.site.site_id if session.site else "unknown", why)
            self.ended = [*self.ended[-99:], why]
        finally:
            if session.site is not None and session.site.link is link:
                session.site.gone()


def _peer_name(writer: asyncio.StreamWriter) -> str | None:
    """The common name of the certificate; empty where it has none, None without TLS."""
    certificate = writer.get_extra_info("peercert")
    if certificate is None:
        return None
    names = [value for part in certificate.get("subject", ()) for name, value in part if name == "commonName"]
    return names[0] if names else ""
