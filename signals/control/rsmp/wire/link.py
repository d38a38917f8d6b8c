"""One TCP connection of either end: packets, acknowledgements, watchdogs and the times they must keep.

What the messages mean is up to the `Session`. It never waits, so that a message is answered before the next is read.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from signals.control.rsmp.errors import NotUnderstoodError, PacketError
from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.framing import pack, packets, unpack
from signals.control.rsmp.wire.messages import Identified, Message, MessageAck, MessageNotAck, VersionMessage, Watchdog
from signals.control.rsmp.wire.reading import adapt, read

log = logging.getLogger(__name__)

# A peer that does not read what it is sent is gone, whatever its socket says.
UNREAD_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. The first two are the standard's own; `tick_s` is how often times are looked at.

    watchdog_every_s    between two watchdogs sent
    ack_within_s        for the answer to any message
    watchdog_within_s   between two watchdogs received
    ready_within_s      from the connection to the end of its establishment
    """

    watchdog_every_s: float = 60.0
    ack_within_s: float = 30.0
    watchdog_within_s: float = 130.0
    ready_within_s: float = 30.0
    tick_s: float = 0.1


class Session(Protocol):
    """What one end does with one connection."""

    @property
    def core(self) -> Core | None:
        """None until the peer's version is accepted."""
        ...

    @property
    def ready(self) -> bool: ...

    def begin(self) -> Iterable[Message]:
        """What is sent before anything is heard."""
        ...

    def take(self, message: Identified) -> Iterable[Message]:
        """What is sent after the acknowledgement. Raises NotUnderstoodError."""
        ...

    def answered(self, message: Identified, refused: str | None) -> Iterable[Message]:
        """The peer acknowledged (None) or refused what was sent; what is sent now."""
        ...

    def watchdog(self) -> Watchdog: ...


class Link:
    """Runs one connection until either side ends it. heard_s: when anything last came, on `clock`."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        session: Session,
        timing: Timing,
        clock: Callable[[], float],
    ) -> None:
        self._reader, self._writer, self._session = reader, writer, session
        self._timing, self._clock = timing, clock
        self._waiting: dict[str, tuple[Identified, float]] = {}
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.began_s = self.heard_s = self.watched_s = self.sent_watchdog_s = clock()

    async def run(self) -> str:
        """Why it ended, in a sentence."""
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_time())]
        waited: list[asyncio.Future[Any]] = [*tasks, self._ended]
        try:
            self.send(*self._session.begin())
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            self.end("closed")
            self._writer.close()  # what was written goes out first; nobody waits for it
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return self._ended.result()

    def end(self, why: str) -> None:
        if not self._ended.done():
            self._ended.set_result(why)

    def send(self, *messages: Message) -> None:
        for message in messages:
            if self._ended.done():
                return
            if isinstance(message, Identified):
                self._waiting[message.message_id] = (message, self._clock() + self._timing.ack_within_s)
            if isinstance(message, Watchdog):
                self.sent_watchdog_s = self._clock()
            sent = adapt(message, core) if (core := self._session.core) else message
            self._writer.write(pack(sent.fields()))
            if self._writer.transport.get_write_buffer_size() > UNREAD_BYTES:
                self.end("the peer does not read what it is sent")

    async def _read(self) -> None:
        try:
            async for packet in packets(self._reader):
                if self._ended.done():
                    return
                self.heard_s = self._clock()
                self._take(packet)
        except (OSError, PacketError, EOFError) as error:
            self.end(str(error) or type(error).__name__)
        self.end("the peer closed the connection")

    def _take(self, packet: bytes) -> None:
        fields: dict[str, Any] = {}
        try:
            fields = unpack(packet)
            message = read(fields, self._session.core)
            if isinstance(message, MessageAck):
                self._answered(message.original_id, None)
            elif isinstance(message, MessageNotAck):
                self._answered(message.original_id, message.reason)
            elif isinstance(message, Identified):
                self._act(message)
        except PacketError as error:
            self._refuse({"mId": error.message_id}, str(error))
        except NotUnderstoodError as error:
            self._refuse(fields, error.reason, fatal=error.fatal)

    def _act(self, message: Identified) -> None:
        """Before the versions are exchanged nothing else is answered: the peer shall give up and begin anew."""
        if self._session.core is None and not isinstance(message, VersionMessage):
            log.warning("%s before the versions were exchanged: not answered", message.kind)
            return
        answers = self._session.take(message)
        if isinstance(message, Watchdog):
            self.watched_s = self._clock()
        self.send(MessageAck(original_id=message.message_id), *answers)

    def _answered(self, original_id: str, refused: str | None) -> None:
        waiting = self._waiting.pop(original_id, None)
        if waiting is None:
            log.warning("an answer to %.40s, which was not sent or is answered already", original_id)
            return
        if refused is not None:
            log.warning("%s was refused: %.200s", waiting[0].kind, refused)
        self.send(*self._session.answered(waiting[0], refused))

    def _refuse(self, fields: dict[str, Any], reason: str, *, fatal: bool = False) -> None:
        """Where no id can be read there is nothing an answer could refer to."""
        log.warning("not understood: %.200s", reason)
        establishing = self._session.core is None
        is_version = fields.get("type") == VersionMessage.kind
        if isinstance(fields.get("mId"), str) and (is_version or not establishing):
            self.send(MessageNotAck(original_id=fields["mId"], reason=reason))
        if fatal or (is_version and establishing):
            self.end(reason)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(self._timing.tick_s)
            now_s = self._clock()
            if late := self._late(now_s):
                self.end(late)
                return
            if self._session.ready and now_s - self.sent_watchdog_s >= self._timing.watchdog_every_s:
                self.send(self._session.watchdog())

    def _late(self, now_s: float) -> str | None:
        timing = self._timing
        for message, until_s in self._waiting.values():
            if now_s > until_s:
                return f"no acknowledgement of {message.kind} within {timing.ack_within_s:g} s"
        if not self._session.ready and now_s - self.began_s > timing.ready_within_s:
            return f"connection not established within {timing.ready_within_s:g} s"
        if self._session.ready and now_s - self.watched_s > timing.watchdog_within_s:
            return f"no watchdog within {timing.watchdog_within_s:g} s"
        return None
