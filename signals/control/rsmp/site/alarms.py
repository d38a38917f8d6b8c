"""Every alarm a site can raise, how it stands, and what there is to tell about it."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.sxl.entries import AlarmEntry, PartOf
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.wire.messages import Alarm, AlarmValue, timestamp

Event = Literal["Issue", "Acknowledge", "Suspend"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One alarm of one component. The times are those of the last change of each."""

    entry: AlarmEntry
    component: str
    active: bool
    acknowledged: bool
    suspended: bool
    at: dict[Event, datetime]
    values: tuple[tuple[str, str], ...] = ()

    def told(self, about: Event) -> Alarm:
        return Alarm(
            component=self.component,
            code=self.entry.code,
            about=about,
            acknowledged="Acknowledged" if self.acknowledged else "notAcknowledged",
            active="Active" if self.active else "inActive",
            suspended="Suspended" if self.suspended else "notSuspended",
            at=timestamp(self.at[about]),
            category="D",
            priority=_priority(self.entry.priority),
            values=[AlarmValue(name=name, value=value) for name, value in self.values],
        )


class AlarmBook:
    """Changes wait in it until `take` fetches them. An alarm raised twice is told once."""

    def __init__(self, sxl: Sxl, components: Mapping[str, PartOf], utc: datetime) -> None:
        self._sxl = sxl
        self._standing = {
            (component, entry.code): _new(entry, component, utc)
            for component, part in components.items()
            for entry in sxl.alarms_of(part)
        }
        self._events: deque[Alarm] = deque()

    def take(self) -> list[Alarm]:
        events = list(self._events)
        self._events.clear()
        return events

    def all(self) -> Iterable[Standing]:
        return self._standing.values()

    def active_priorities(self) -> frozenset[int]:
        return frozenset(each.entry.priority for each in self.all() if each.active)

    def knows(self, component: str, code: str) -> bool:
        return (component, code) in self._standing

    def turn(self, component: str, code: str, values: Mapping[str, str] | None, utc: datetime) -> None:
        """values: raised with these; None: over. Nothing is told of a suspended alarm."""
        was, active = self._standing[component, code], values is not None
        if was.active == active:
            return
        given = was.values if values is None else self._known(was.entry, values)
        acknowledged = was.acknowledged and not active
        now = replace(was, active=active, acknowledged=acknowledged, values=given, at={**was.at, "Issue": utc})
        self._keep(now)
        if not now.suspended:
            self._events.append(now.told("Issue"))

    def order(self, alarm: Alarm, utc: datetime) -> Alarm:
        """The answer to what a supervisor wants of an alarm. Raises NotUnderstoodError for one the site has not."""
        self._sxl.alarm(alarm.code)
        was = self._standing.get((alarm.component, alarm.code))
        if was is None:
            raise NotUnderstoodError(f"Component {alarm.component[:80]!r} has no alarm {alarm.code}")
        if alarm.about == "Request":
            return was.told("Issue")
        if alarm.about == "Acknowledge":
            now = replace(was, acknowledged=True, at={**was.at, "Acknowledge": utc})
            return self._keep(now).told("Acknowledge")
        if alarm.about in {"Suspend", "Resume"}:
            now = replace(was, suspended=alarm.about == "Suspend", at={**was.at, "Suspend": utc})
            return self._keep(now).told("Suspend")
        raise NotUnderstoodError(f"A site is not told of alarms: aSp {alarm.about}")

    def _keep(self, standing: Standing) -> Standing:
        self._standing[standing.component, standing.entry.code] = standing
        return standing

    def _known(self, entry: AlarmEntry, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Only those that this version of the list has, in its order."""
        return tuple(
            (each.name, values[each.name])
            for each in entry.values
            if each.known_to(self._sxl.version) and each.name in values
        )


def _new(entry: AlarmEntry, component: str, utc: datetime) -> Standing:
    at: dict[Event, datetime] = {"Issue": utc, "Acknowledge": utc, "Suspend": utc}
    return Standing(entry, component, active=False, acknowledged=False, suspended=False, at=at)


def _priority(number: int) -> Literal["1", "2", "3"]:
    return "1" if number == 1 else "2" if number == 2 else "3"
