"""What a supervisor knows of one site, through all its connections, and how it asks it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from signals.control.rsmp.errors import NotUnderstoodError, UnreachableError
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.wire.core import Core
from signals.control.rsmp.wire.link import Link
from signals.control.rsmp.wire.messages import (
    AggregatedStatus,
    AggregatedStatusRequest,
    Alarm,
    Argument,
    CommandRequest,
    CommandResponse,
    Identified,
    Message,
    Quality,
    StatusRequest,
    StatusResponse,
    StatusSubscribe,
    StatusUnsubscribe,
    StatusValue,
    Subscribed,
    Wanted,
)

ANSWER_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Known:
    """A status as it was last told. told_s: on the supervisor's steady clock."""

    value: StatusValue
    quality: Quality
    told_s: float


@dataclass(slots=True)
class _Waiting:
    """request: what was sent; fits: whether a message answers it."""

    request: Identified
    fits: Callable[[Message], bool]
    answer: asyncio.Future[Message]


@dataclass(slots=True)
class RemoteSite:
    """link, core: None while it is not connected. doubts: what it told that its list does not allow.

    answer_within_s: for a response to a request, once it was acknowledged.
    """

    site_id: str
    sxl: Sxl
    main: str
    clock: Callable[[], float]
    answer_within_s: float = ANSWER_WITHIN_S
    link: Link | None = None
    core: Core | None = None
    aggregated: AggregatedStatus | None = None
    alarms: dict[tuple[str, str], Alarm] = field(default_factory=dict)
    statuses: dict[tuple[str, str, str], Known] = field(default_factory=dict)
    connections: int = 0
    doubts: list[str] = field(default_factory=list)
    _issued_at: dict[tuple[str, str], str] = field(default_factory=dict)
    _heard_at: str = ""
    _established: bool = False
    _waiting: list[_Waiting] = field(default_factory=list)

    @property
    def connected(self) -> bool:
        """Once versions and watchdogs are exchanged: nothing may be asked before."""
        return self.link is not None and self._established

    async def request(self, component: str, *wanted: tuple[str, str]) -> StatusResponse:
        """Raises UnreachableError without an answer in time, NotUnderstoodError where the site refuses."""
        keys = [Wanted(code=code, name=name) for code, name in wanted]
        asked = StatusRequest(component=component, wanted=keys)
        answer = await self._ask(asked, lambda told: type(told) is StatusResponse and _answers(told, component, keys))
        if not isinstance(answer, StatusResponse):
            raise TypeError(answer)
        return answer

    async def subscribe(self, component: str, wanted: Iterable[Subscribed]) -> None:
        """Returns when the site has acknowledged it; the values come into `statuses`."""
        await self._ask(StatusSubscribe(component=component, wanted=[self._as_core_has_it(each) for each in wanted]))

    async def unsubscribe(self, component: str, *wanted: tuple[str, str]) -> None:
        keys = [Wanted(code=code, name=name) for code, name in wanted]
        await self._ask(StatusUnsubscribe(component=component, wanted=keys))

    async def order_alarm(
        self, component: str, code: str, about: Literal["Acknowledge", "Suspend", "Resume", "Request"]
    ) -> Alarm:
        def fits(told: Message) -> bool:
            return isinstance(told, Alarm) and (told.component, told.code) == (component, code) and told.told

        answer = await self._ask(Alarm(component=component, code=code, about=about), fits)
        if not isinstance(answer, Alarm):
            raise TypeError(answer)
        return answer

    async def ask_aggregated(self) -> AggregatedStatus:
        asked = AggregatedStatusRequest(component=self.main)
        answer = await self._ask(asked, lambda told: isinstance(told, AggregatedStatus))
        if not isinstance(answer, AggregatedStatus):
            raise TypeError(answer)
        return answer

    async def command(self, component: str, code: str, arguments: Mapping[str, str]) -> CommandResponse:
        """Checked by the exchange list before it is sent. Whether it may be sent at all is decided before this."""
        command = self.sxl.command(code)
        self.sxl.check_arguments(command, command.command, arguments)
        rows = [
            Argument(code=code, name=name, command=command.command, value=value) for name, value in arguments.items()
        ]

        def fits(told: Message) -> bool:
            return isinstance(told, CommandResponse) and told.component == component and _is_for(told, code)

        answer = await self._ask(CommandRequest(component=component, arguments=rows), fits)
        if not isinstance(answer, CommandResponse):
            raise TypeError(answer)
        return answer

    def take(self, message: Identified) -> None:
        """What the site told: kept, and given to whoever waits for it."""
        if isinstance(message, AggregatedStatus):
            self.aggregated = message
        elif isinstance(message, Alarm):
            self._take_alarm(message)
        elif isinstance(message, StatusResponse):
            self._take_statuses(message)
        for each in self._waiting:
            if each.fits(message) and not each.answer.done():
                each.answer.set_result(message)
                break

    def answered(self, message: Identified, refused: str | None) -> None:
        """The acknowledgement of something sent: alone an answer only where no other follows."""
        for each in self._waiting:
            if each.request is message and not each.answer.done():
                if refused is not None:
                    each.answer.set_exception(NotUnderstoodError(refused))
                elif isinstance(message, StatusSubscribe | StatusUnsubscribe):
                    each.answer.set_result(message)

    def joined(self, link: Link, core: Core) -> None:
        """Before 3.1.4 a site tells only of alarms that are active or suspended: the others are over."""
        self.link, self.core = link, core
        self.aggregated, self._established = None, False
        self.connections += 1
        if not core.all_alarms_at_connect:
            self.alarms.clear()

    def established(self) -> None:
        """The site acknowledged the watchdog, the last word of the supervisor before he may ask."""
        self._established = True

    def told_time(self, at: str) -> None:
        """By the site's watchdog. A clock that was put back makes later alarms look older than earlier ones."""
        if at < self._heard_at:
            self._issued_at.clear()
        self._heard_at = at

    def gone(self) -> None:
        """The connection ended: nobody waits any longer."""
        self.link, self.core, self._established = None, None, False
        self._issued_at.clear()
        for each in self._waiting:
            if not each.answer.done():
                each.answer.set_exception(UnreachableError(self.site_id, f"Site {self.site_id}: the connection ended"))

    async def _ask(self, request: Identified, fits: Callable[[Message], bool] = lambda _: False) -> Message:
        if self.link is None or not self._established:
            raise UnreachableError(self.site_id, f"Site {self.site_id} is not connected")
        waiting = _Waiting(request, fits, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            self.link.send(request)
            async with asyncio.timeout(self.answer_within_s):
                return await waiting.answer
        except TimeoutError as error:
            told = f"Site {self.site_id}: no answer to {request.kind} within {self.answer_within_s:g} s"
            raise UnreachableError(self.site_id, told) from error
        finally:
            self._waiting.remove(waiting)

    def _take_alarm(self, message: Alarm) -> None:
        """What was kept for a connection comes after the present state: an older event is no news of how it stands."""
        key, at = (message.component, message.code), message.at or ""
        if message.about == "Issue":
            if at < self._issued_at.get(key, ""):
                return
            self._issued_at[key] = at
        self.alarms[key] = message

    def _take_statuses(self, message: StatusResponse) -> None:
        for each in message.told:
            _, value = self.sxl.status(each.code, each.name)
            if each.value is not None and each.quality in {"recent", "old"} and (fault := value.kind.fault(each.value)):
                self.doubts = [*self.doubts[-99:], f"{each.code} {each.name}: {fault}"]
                continue
            key = (message.component, each.code, each.name)
            if each.quality != "old" or key not in self.statuses:
                self.statuses[key] = Known(each.value, each.quality, self.clock())

    def _as_core_has_it(self, each: Subscribed) -> Subscribed:
        has = self.core is not None and self.core.has_send_on_change
        on_change = each.on_change if each.on_change is not None else float(each.every) == 0
        return each.model_copy(update={"on_change": on_change if has else None})


def _answers(told: Message, component: str, wanted: Sequence[Wanted]) -> bool:
    if not isinstance(told, StatusResponse) or told.component != component:
        return False
    return {(each.code, each.name) for each in told.told} == {(each.code, each.name) for each in wanted}


def _is_for(told: CommandResponse, code: str) -> bool:
    return bool(told.returned) and all(each.code == code for each in told.returned)
