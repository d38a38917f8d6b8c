"""A supervisor's side of one connection: the site speaks first, and is checked before anything else is heard."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from signals.control.rsmp.errors import NotUnderstoodError, VersionError
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.wire.core import Core, Version, newest_common
from signals.control.rsmp.wire.messages import (
    AggregatedStatus,
    Alarm,
    CommandResponse,
    CoreEntry,
    Identified,
    Message,
    SiteEntry,
    StatusResponse,
    VersionMessage,
    Watchdog,
    timestamp,
)
from signals.control.rsmp.wire.names import core_names

TOLD = (AggregatedStatus, Alarm, CommandResponse, StatusResponse)


class SupervisorSession:
    """peer_name: of the certificate; None without TLS. accepted: called when the site is known and may take over."""

    def __init__(
        self,
        sites: Mapping[str, RemoteSite],
        cores: tuple[Version, ...],
        peer_name: str | None,
        accepted: Callable[[RemoteSite, Core], None],
    ) -> None:
        self._sites, self._cores, self._peer_name, self._accepted = sites, cores, peer_name, accepted
        self.site: RemoteSite | None = None
        self.core: Core | None = None
        self.ready = False

    def begin(self) -> Iterable[Message]:
        return []

    def watchdog(self) -> Watchdog:
        return Watchdog(at=timestamp(datetime.now(UTC)))

    def take(self, message: Identified) -> Iterable[Message]:
        if isinstance(message, VersionMessage):
            return self._take_version(message)
        if isinstance(message, Watchdog):
            if self.site is not None:
                self.site.told_time(message.at)
            answers = [] if self.ready else [self.watchdog()]
            self.ready = True
            return answers
        if self.site is None or not self.ready:
            raise NotUnderstoodError(f"{message.kind} before the watchdogs were exchanged")
        if not isinstance(message, TOLD):
            raise NotUnderstoodError(f"{message.kind} is not for a supervisor")
        if isinstance(message, Alarm) and not message.told:
            raise NotUnderstoodError("Alarm: a supervisor is told of alarms, not asked")
        self._check(self.site, message)
        self.site.take(message)
        return []

    def answered(self, message: Identified, refused: str | None) -> Iterable[Message]:
        if isinstance(message, VersionMessage) and refused is not None:
            raise NotUnderstoodError(f"the site refused: {refused}", fatal=True)
        if self.site is not None and self.ready and isinstance(message, Watchdog):
            self.site.established()
        if self.site is not None:
            self.site.answered(message, refused)
        return []

    def _take_version(self, message: VersionMessage) -> Iterable[Message]:
        if self.core is not None:
            raise NotUnderstoodError("The versions are exchanged already")
        site = next((self._sites[each.site_id] for each in message.sites if each.site_id in self._sites), None)
        if site is None:
            named = ", ".join(each.site_id for each in message.sites)
            raise NotUnderstoodError(f"Site id is not known here: {named[:80]}", fatal=True)
        if self._peer_name is not None and self._peer_name != site.site_id:
            told = f"The certificate is of {self._peer_name!r}, not of {site.site_id}"
            raise NotUnderstoodError(told, fatal=True)
        if Version.parse(message.sxl) != site.sxl.version:
            told = f"SXL version does not match: wanted {site.sxl.name}, found {message.sxl}"
            raise NotUnderstoodError(told, fatal=True)
        try:
            core = Core(newest_common(self._cores, [Version.parse(each.version) for each in message.cores]))
        except VersionError as error:
            raise NotUnderstoodError(str(error), fatal=True) from error
        self.site, self.core = site, core
        self._accepted(site, core)
        cores = [CoreEntry(version=name) for name in core_names(self._cores)]
        return [VersionMessage(cores=cores, sites=[SiteEntry(site_id=site.site_id)], sxl=message.sxl)]

    def _check(self, site: RemoteSite, message: Identified) -> None:
        """Codes and names that the exchange list has not are not understood."""
        if isinstance(message, StatusResponse):
            for each in message.told:
                site.sxl.status(each.code, each.name)
        elif isinstance(message, Alarm):
            site.sxl.alarm(message.code)
        elif isinstance(message, CommandResponse):
            for returned in message.returned:
                site.sxl.command(returned.code)
