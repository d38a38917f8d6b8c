"""The alarms of a site as somebody at the centre sees them, and what he may do about one.

To acknowledge or to suspend an alarm changes nothing at the junction, so one step is enough; but it is a person who
does it, and it is put down before it is sent.
"""

from dataclasses import dataclass, replace
from typing import Literal

from signals.control.rsmp.errors import RsmpError
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.wire.messages import Alarm
from signals.control.two_step import Audit, Step, WriteError

About = Literal["Acknowledge", "Suspend", "Resume"]


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """priority: 1 the gravest. since: UTC, by the site's clock; None where it was not told. values: by name."""

    component: str
    code: str
    priority: int
    active: bool
    acknowledged: bool
    suspended: bool
    since: str | None
    values: dict[str, str]


def shown_alarms(site: RemoteSite) -> list[ShownAlarm]:
    """Active or suspended ones, as they were last told: the gravest first, of these the oldest."""
    shown = [_shown(each) for each in site.alarms.values()]
    wanted = [each for each in shown if each.active or each.suspended]
    return sorted(wanted, key=lambda each: (not each.active, each.priority, each.since or "", each.component))


class AlarmDesk:
    """Acknowledges, suspends and resumes alarms of one site in a person's name. audit: called before it is sent."""

    def __init__(self, site: RemoteSite, audit: Audit) -> None:
        self._site, self._audit = site, audit

    async def order(self, component: str, code: str, about: About, person: str, reason: str = "") -> ShownAlarm:
        """How it stands afterwards. Raises WriteError without a person, RsmpError where the site refuses or is away."""
        if not person.strip():
            raise WriteError("Wanted the name of a person, found none.")
        if (component, code) not in self._site.alarms:
            raise WriteError(f"Site {self._site.site_id} has told of no alarm {code[:20]} of {component[:40]!r}.")
        step = Step(self._site.clock(), self._site.site_id, person, "sent", f"{about} {code} of {component}", reason)
        self._audit(step)
        try:
            return _shown(await self._site.order_alarm(component, code, about))
        except RsmpError as error:
            self._audit(replace(step, at_s=self._site.clock(), what="refused", reason=str(error)))
            raise


def _shown(alarm: Alarm) -> ShownAlarm:
    return ShownAlarm(
        alarm.component,
        alarm.code,
        int(alarm.priority or ALARMS[alarm.code].priority),
        alarm.active == "Active",
        alarm.acknowledged == "Acknowledged",
        alarm.suspended == "Suspended",
        alarm.at,
        {each.name: each.value for each in alarm.values or ()},
    )
