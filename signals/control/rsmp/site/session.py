"""A site's side of one connection to its supervisor: establishment first, then requests, orders and news."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from signals.control.rsmp.errors import NotUnderstoodError, VersionError
from signals.control.rsmp.site.equipment import Equipment
from signals.control.rsmp.site.requests import Answers
from signals.control.rsmp.site.subscriptions import Subscriptions
from signals.control.rsmp.sxl.entries import PartOf
from signals.control.rsmp.wire.core import CORES, Core, Version, newest_common
from signals.control.rsmp.wire.messages import (
    AggregatedStatus,
    AggregatedStatusRequest,
    Alarm,
    CommandRequest,
    CoreEntry,
    Identified,
    Message,
    SiteEntry,
    StatusRequest,
    StatusSubscribe,
    StatusUnsubscribe,
    Subscribed,
    VersionMessage,
    Watchdog,
    timestamp,
)
from signals.control.rsmp.wire.names import core_names, moment
from signals.control.rsmp.wire.outbox import Outbox

REMEMBERED = 1_000
MOST_SUBSCRIPTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a site is, and which versions of the core it offers."""

    site_id: str
    cores: tuple[Version, ...] = CORES
    sync_clock: bool = False


@dataclass(slots=True)
class Standing:
    """What outlives a connection."""

    outbox: Outbox
    subscriptions: Subscriptions = field(default_factory=Subscriptions)


class SiteSession:
    """A `Session` of the link. When the connection stands, everything that was missed is told."""

    def __init__(
        self, identity: Identity, equipment: Equipment, standing: Standing, clock: Callable[[], float]
    ) -> None:
        self._identity, self._equipment, self._standing, self._clock = identity, equipment, standing, clock
        self._answers = Answers(equipment)
        self._version = VersionMessage(
            cores=[CoreEntry(version=name) for name in core_names(identity.cores)],
            sites=[SiteEntry(site_id=identity.site_id)],
            sxl=equipment.sxl.name,
        )
        self._version_acked = self._greeted = False
        self._done: deque[str] = deque(maxlen=REMEMBERED)
        self.core: Core | None = None
        self.ready = False

    def begin(self) -> Iterable[Message]:
        return [self._version]

    def watchdog(self) -> Watchdog:
        return Watchdog(at=timestamp(self._equipment.utc(self._clock())))

    def take(self, message: Identified) -> Iterable[Message]:
        self._equipment.heard(self._clock())
        if isinstance(message, VersionMessage):
            return self._take_version(message)
        if isinstance(message, Watchdog):
            return self._take_watchdog(message)
        if not self.ready or self.core is None:
            raise NotUnderstoodError(f"{message.kind} before the watchdogs were exchanged")
        return self._take_request(message, self.core, self._clock())

    def answered(self, message: Identified, refused: str | None) -> Iterable[Message]:
        self._equipment.heard(self._clock())
        if isinstance(message, VersionMessage):
            if refused is not None:
                raise NotUnderstoodError(f"the supervisor refused: {refused}", fatal=True)
            self._version_acked = True
            return self._greet()
        if self._standing.outbox.answered(message.message_id) and self.core is not None:
            return self._standing.outbox.due(self.core)
        return []

    def news(self) -> Iterable[Message]:
        """What the outbox holds and may be sent now."""
        return self._standing.outbox.due(self.core) if self.ready and self.core is not None else []

    def aggregated(self) -> AggregatedStatus:
        return aggregated(self._equipment, self._clock())

    def _take_version(self, message: VersionMessage) -> Iterable[Message]:
        if self.core is not None:
            raise NotUnderstoodError("The versions are exchanged already")
        sxl = self._equipment.sxl
        if self._identity.site_id not in {site.site_id for site in message.sites}:
            raise NotUnderstoodError(f"Site id does not match: this is {self._identity.site_id}", fatal=True)
        if Version.parse(message.sxl) != sxl.version:
            raise NotUnderstoodError(f"SXL version does not match: wanted {sxl.name}, found {message.sxl}", fatal=True)
        theirs = [Version.parse(each.version) for each in message.cores]
        try:
            self.core = Core(newest_common(self._identity.cores, theirs))
        except VersionError as error:
            raise NotUnderstoodError(str(error), fatal=True) from error
        return self._greet()

    def _greet(self) -> Iterable[Message]:
        """The watchdog goes out once both versions are accepted."""
        if self._greeted or not self._version_acked or self.core is None:
            return []
        self._greeted = True
        return [self.watchdog()]

    def _take_watchdog(self, message: Watchdog) -> Iterable[Message]:
        if self._identity.sync_clock:
            self._equipment.set_clock(moment(message.at), self._clock())
        self._equipment.told_time(moment(message.at), self._clock())
        if self.ready or self.core is None:
            return []
        self.ready = True
        alarms = [
            each.told("Issue")
            for each in self._equipment.alarms.all()
            if self.core.all_alarms_at_connect or each.active or each.suspended
        ]
        self._standing.outbox.drop_told(alarms)
        return [self.aggregated(), *alarms, *self._standing.outbox.due(self.core)]

    def _take_request(self, message: Identified, core: Core, now_s: float) -> Iterable[Message]:
        if isinstance(message, StatusRequest):
            return [self._answers.status(message, core, now_s)]
        if isinstance(message, StatusSubscribe):
            return self._subscribe(message, core, now_s)
        if isinstance(message, StatusUnsubscribe):
            self._answers.check(message.component, message.wanted)
            self._standing.subscriptions.drop(message.component, message.wanted)
            return []
        if isinstance(message, CommandRequest):
            self._refuse_twice(message)
            return [self._answers.command(message, now_s)]
        if isinstance(message, AggregatedStatusRequest):
            return [self._aggregated_for(message.component)]
        if isinstance(message, Alarm):
            return [self._equipment.alarms.order(message, self._equipment.utc(now_s))]
        raise NotUnderstoodError(f"{message.kind} is not for a site")

    def _subscribe(self, message: StatusSubscribe, core: Core, now_s: float) -> Iterable[Message]:
        """A new one is answered at once, one that only changes its interval is not."""
        self._answers.check(message.component, message.wanted)
        if len(self._standing.subscriptions) + len(message.wanted) > MOST_SUBSCRIPTIONS:
            raise NotUnderstoodError(f"More than {MOST_SUBSCRIPTIONS} subscriptions")
        new: list[Subscribed] = []
        for each in message.wanted:
            value, quality = self._answers.read(message.component, each, core, now_s)
            known = quality == "recent"
            if not known or self._standing.subscriptions.add(message.component, each, core, value, now_s):
                new.append(each)
        return [self._answers.first_update(message, new, core, now_s)] if new else []

    def _aggregated_for(self, component: str) -> AggregatedStatus:
        if self._equipment.components.get(component) is not PartOf.CONTROLLER:
            raise NotUnderstoodError(f"Component {component[:80]!r} has no aggregated status")
        return self.aggregated()

    def _refuse_twice(self, message: CommandRequest) -> None:
        """Each message has an id of its own: one that comes again was played back or went astray."""
        if message.message_id in self._done:
            raise NotUnderstoodError("This command was given already: its mId is not new")
        self._done.append(message.message_id)


def aggregated(equipment: Equipment, now_s: float) -> AggregatedStatus:
    at = timestamp(equipment.utc(now_s))
    return AggregatedStatus(component=equipment.main, at=at, bits=list(equipment.bits()))
