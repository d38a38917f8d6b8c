"""The port between the protocol of a site and the controller behind it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from signals.control.rsmp.site.alarms import AlarmBook
from signals.control.rsmp.sxl.entries import PartOf
from signals.control.rsmp.sxl.table import Sxl

# None: the controller has no such thing, or does not know.
StatusContent = str | list[dict[str, Any]] | None


class Equipment(Protocol):
    """Times now_s are on one steady clock. Nothing here waits."""

    @property
    def sxl(self) -> Sxl: ...

    @property
    def main(self) -> str:
        """Id of the component that stands for the whole controller."""
        ...

    @property
    def components(self) -> Mapping[str, PartOf]: ...

    @property
    def alarms(self) -> AlarmBook: ...

    def utc(self, now_s: float) -> datetime:
        """By its own clock, which a command can set."""
        ...

    def set_clock(self, utc: datetime, now_s: float) -> None: ...

    def told_time(self, utc: datetime, now_s: float) -> None:
        """The supervisor's clock, by his watchdog."""
        ...

    def read(self, component: str, code: str, name: str, now_s: float) -> StatusContent: ...

    def told(self, component: str, code: str) -> None:
        """What was read went out; things that are told once may be forgotten."""
        ...

    def command(self, component: str, code: str, arguments: Mapping[str, str], now_s: float) -> bool:
        """Do it; False where there is no such function. Raises NotUnderstoodError where it may not be done."""
        ...

    def bits(self) -> tuple[bool, ...]:
        """The eight of the aggregated status, as the exchange list names them."""
        ...

    def step(self, now_s: float) -> None:
        """Show what is to be shown now; called several times a second."""
        ...

    @property
    def obeys(self) -> bool:
        """A supervisor's order is in force, so that losing him must be noticed within seconds."""
        ...

    def heard(self, now_s: float) -> None:
        """A word came from the supervisor."""
        ...

    def lost(self, now_s: float) -> None:
        """The supervisor is gone: his orders end."""
        ...

    def take_restart(self) -> bool:
        """Whether a restart was ordered since this was last asked."""
        ...
