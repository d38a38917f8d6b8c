"""Peers written without the product's own wire code: they speak JSON over TCP and judge what the other end says."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from signals.control.rsmp.site.session import Identity
from signals.control.rsmp.site.site import Site, SiteSettings
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.supervisor import Supervisor, SupervisorSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.junctions import Layout, bench
from signals.control.rsmp.virtual.priority import Patience
from signals.control.rsmp.wire.core import CORES, Core, Version
from signals.control.rsmp.wire.link import Timing
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.rsmp.wire.reading import read
from signals.control.virtual.cabinet import StartUp

SITE_ID = "RN+SI0001"
WITHIN_S = 5.0
QUICK = Timing(watchdog_every_s=0.2, ack_within_s=2.0, watchdog_within_s=5.0, ready_within_s=5.0, tick_s=0.02)
FORM_FEED = b"\x0c"

# What each message must carry, put down here a second time, so that the models are not judged by themselves.
NEEDED = {
    "MessageAck": {"oMId"},
    "MessageNotAck": {"oMId", "rea"},
    "Version": {"mId", "RSMP", "siteId", "SXL"},
    "Watchdog": {"mId", "wTs"},
    "AggregatedStatus": {"mId", "ntsOId", "xNId", "cId", "aSTS", "fP", "fS", "se"},
    "AggregatedStatusRequest": {"mId", "cId"},
    "Alarm": {"mId", "cId", "aCId", "xACId", "xNACId", "aSp"},
    "StatusRequest": {"mId", "cId", "sS"},
    "StatusResponse": {"mId", "cId", "sTs", "sS"},
    "StatusSubscribe": {"mId", "cId", "sS"},
    "StatusUnsubscribe": {"mId", "cId", "sS"},
    "StatusUpdate": {"mId", "cId", "sTs", "sS"},
    "CommandRequest": {"mId", "cId", "arg"},
    "CommandResponse": {"mId", "cId", "cTS", "rvs"},
}
ROWS = {
    ("StatusResponse", "sS"): {"sCI", "n", "s", "q"},
    ("StatusUpdate", "sS"): {"sCI", "n", "s", "q"},
    ("CommandResponse", "rvs"): {"cCI", "n", "v", "age"},
    ("StatusRequest", "sS"): {"sCI", "n"},
    ("CommandRequest", "arg"): {"cCI", "n", "cO", "v"},
}


def utc_text(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Peer:
    """The other end. log: (`in` or `out`, type) of everything, in order. acks: whether it acknowledges by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.acks = True
        self.core: Core | None = None
        self.log: list[tuple[str, str]] = []
        self.got: list[dict[str, Any]] = []
        self.closed = False
        self._more = asyncio.Condition()
        self._seen: set[str] = set()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        rest = b""
        while piece := await self._piece():
            *packets, rest = (rest + piece).split(FORM_FEED)
            for packet in packets:
                await self._take(json.loads(packet))
        self.closed = True
        async with self._more:
            self._more.notify_all()

    async def _piece(self) -> bytes:
        try:
            return await self.reader.read(1 << 16)
        except OSError:
            return b""

    async def _take(self, message: dict[str, Any]) -> None:
        self._judge(message)
        self.log.append(("in", message["type"]))
        async with self._more:
            self.got.append(message)
            self._more.notify_all()
        if self.acks and "mId" in message:
            self.raw({"mType": "rSMsg", "type": "MessageAck", "oMId": message["mId"]})

    def _judge(self, message: dict[str, Any]) -> None:
        assert message["mType"] == "rSMsg"
        kind = message["type"]
        assert NEEDED[kind] <= set(message), message
        for (of, name), wanted in ROWS.items():
            assert of != kind or all(set(row) == wanted for row in message[name]), message
        if "mId" in message:
            assert uuid.UUID(message["mId"]).version == 4
            assert message["mId"] not in self._seen, "every message has an id of its own"
            self._seen.add(message["mId"])
        read(message, self.core)

    def raw(self, message: dict[str, Any]) -> None:
        self.log.append(("out", message["type"]))
        self.writer.write(json.dumps(message).encode() + FORM_FEED)

    def bytes(self, data: bytes) -> None:
        self.writer.write(data)

    def send(self, kind: str, **fields: Any) -> str:
        message_id = fields.pop("mId", None) or str(uuid.uuid4())
        self.raw({"mType": "rSMsg", "type": kind, "mId": message_id} | fields)
        return message_id

    def about(self, kind: str, component: str, **fields: Any) -> str:
        return self.send(kind, ntsOId="", xNId="", cId=component, **fields)

    def watchdog(self) -> str:
        return self.send("Watchdog", wTs=utc_text())

    def version(self, cores: Sequence[str], sxl: str, site_id: str = SITE_ID) -> str:
        rows = [{"vers": each} for each in cores]
        return self.send("Version", RSMP=rows, siteId=[{"sId": site_id}], SXL=sxl)

    async def until(self, fits: Callable[[dict[str, Any]], bool], since: int = 0) -> dict[str, Any]:
        """The first message that fits, from the given place on."""
        async with asyncio.timeout(WITHIN_S), self._more:
            while True:
                for message in self.got[since:]:
                    if fits(message):
                        return message
                assert not self.closed, f"closed, having got {[each['type'] for each in self.got]}"
                await self._more.wait()

    async def one(self, kind: str, since: int = 0, **fields: Any) -> dict[str, Any]:
        return await self.until(
            lambda message: message["type"] == kind and all(message.get(name) == each for name, each in fields.items()),
            since,
        )

    async def answer(self, message_id: str) -> dict[str, Any]:
        """The acknowledgement, of either kind."""
        return await self.until(lambda message: message.get("oMId") == message_id)

    async def refused(self, message_id: str) -> str:
        answer = await self.answer(message_id)
        assert answer["type"] == "MessageNotAck", "wanted a refusal"
        return str(answer["rea"])

    async def end(self) -> None:
        """Returns when the other end has closed."""
        async with asyncio.timeout(WITHIN_S), self._more:
            while not self.closed:
                await self._more.wait()

    async def close(self) -> None:
        self.writer.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    # What a supervisor does.

    async def greet(self, core: str, sxl: str) -> None:
        """The whole establishment, as a supervisor; returns when the site has told how everything stands."""
        await self.one("Version")
        self.core = Core(Version.parse(core))
        self.version([core], sxl)
        await self.one("Watchdog")
        self.watchdog()
        await self.one("AggregatedStatus")
        await self.status("TC", ("S0014", "status"))

    async def status(self, component: str, *wanted: tuple[str, str]) -> dict[tuple[str, str], Any]:
        message = await self.response(component, *wanted)
        return {(row["sCI"], row["n"]): row["s"] for row in message["sS"]}

    async def response(self, component: str, *wanted: tuple[str, str]) -> dict[str, Any]:
        since = len(self.got)
        rows = [{"sCI": code, "n": name} for code, name in wanted]
        asked = self.about("StatusRequest", component, sS=rows)
        assert (await self.answer(asked))["type"] == "MessageAck", self.got[-1]
        return await self.one("StatusResponse", since, cId=component)

    def order(self, component: str, code: str, operation: str, **values: str) -> str:
        rows = [{"cCI": code, "cO": operation, "n": name, "v": value} for name, value in values.items()]
        return self.about("CommandRequest", component, arg=rows)

    async def command(self, component: str, code: str, operation: str, **values: str) -> dict[str, Any]:
        """The response, which must tell back every argument as up to date."""
        since = len(self.got)
        ordered = self.order(component, code, operation, **values)
        answer = await self.answer(ordered)
        assert answer["type"] == "MessageAck", answer
        response = await self.one("CommandResponse", since, cId=component)
        assert [(row["cCI"], row["n"], row["v"], row["age"]) for row in response["rvs"]] == [
            (code, name, value, "recent") for name, value in values.items()
        ]
        return response

    async def becomes(self, component: str, code: str, name: str, fits: Callable[[str], bool]) -> str:
        """Ask until it is so."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                value = (await self.status(component, (code, name)))[code, name]
                if fits(value):
                    return str(value)
                await asyncio.sleep(0.02)


@dataclass
class Visit:
    """A running site, and the peer it has called."""

    site: Site
    controller: VirtualController
    outbox: Outbox
    peers: asyncio.Queue[Peer]
    peer: Peer
    core: str
    sxl: str
    opened: list[Peer] = field(default_factory=list)

    async def again(self, *, greeted: bool = True) -> Peer:
        """The next connection of the site."""
        async with asyncio.timeout(WITHIN_S):
            self.peer = await self.peers.get()
        if greeted:
            await self.peer.greet(self.core, self.sxl)
        return self.peer


def quick_bench() -> Layout:
    return replace(bench(), start_up=StartUp(0.1, 0.1, 0.1), patience=Patience(0.4, 5.0))


@asynccontextmanager
async def visiting(
    core: str = "3.2.2",
    sxl: str = "1.2.1",
    layout: Layout | None = None,
    timing: Timing = QUICK,
    cores: tuple[Version, ...] = CORES,
    *,
    greeted: bool = True,
    speed: int = 1,
) -> AsyncIterator[Visit]:
    """speed: how many times faster the site's clock runs, with all its waits for the peer made as much longer."""

    def clock() -> float:
        return speed * time.monotonic()

    timing = Timing(*(speed * each for each in astuple(timing)[:4]), timing.tick_s)
    peers: asyncio.Queue[Peer] = asyncio.Queue()
    opened: list[Peer] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(Peer(reader, writer))
        await peers.put(opened[-1])

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    outbox = Outbox()
    settings = SiteSettings(Identity(SITE_ID, cores), "127.0.0.1", port, timing, reconnect_s=0.05, step_s=0.02)
    codes = {1: "1111", 2: "2222"}
    controller = VirtualController(layout or quick_bench(), Sxl.named(sxl), codes, clock(), datetime.now(UTC))
    site = Site(settings, controller, outbox, clock)
    running = asyncio.create_task(site.run())
    try:
        async with asyncio.timeout(WITHIN_S):
            first = await peers.get()
        visit = Visit(site, controller, outbox, peers, first, core, sxl, opened)
        if greeted:
            await first.greet(core, sxl)
        yield visit
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for peer in opened:
            await peer.close()
        server.close()
        outbox.close()


@asynccontextmanager
async def calling(
    core: str = "3.2.2", sxl: str = "1.2.1", timing: Timing = QUICK, *, greeted: bool = True
) -> AsyncIterator[tuple[Supervisor, RemoteSite, Peer]]:
    """A supervisor, and a peer that calls it as a site would."""
    remote = RemoteSite(SITE_ID, Sxl.named(sxl), "TC", time.monotonic)
    async with Supervisor(SupervisorSettings("127.0.0.1", 0, timing), [remote], time.monotonic) as supervisor:
        peer = Peer(*await asyncio.open_connection("127.0.0.1", supervisor.port))
        try:
            if greeted:
                await introduce(peer, core, sxl)
            yield supervisor, remote, peer
        finally:
            await peer.close()


async def introduce(peer: Peer, core: str, sxl: str) -> None:
    """The whole establishment, as a site."""
    assert (await peer.answer(peer.version([core], sxl)))["type"] == "MessageAck"
    await peer.one("Version")
    peer.core = Core(Version.parse(core))
    assert (await peer.answer(peer.watchdog()))["type"] == "MessageAck"
    await peer.one("Watchdog")
    bits = [False, False, False, False, False, True, False, False]
    await peer.answer(peer.about("AggregatedStatus", "TC", aSTS=utc_text(), fP=None, fS=None, se=bits))


@pytest.fixture(scope="session")
def visit() -> Callable[..., Any]:
    return visiting


@pytest.fixture(scope="session")
def call() -> Callable[..., Any]:
    return calling


@pytest.fixture(scope="session")
def as_site() -> Callable[[Peer, str, str], Awaitable[None]]:
    return introduce


@pytest.fixture(scope="session")
def now_text() -> Callable[..., str]:
    return utc_text
