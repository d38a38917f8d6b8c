"""A virtual traffic-light controller: everything behind the RSMP site that a street cabinet would hold."""

import logging
from collections.abc import Mapping
from datetime import datetime

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.site.alarms import AlarmBook
from signals.control.rsmp.site.equipment import StatusContent
from signals.control.rsmp.sxl.entries import PartOf
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.causes import Causes
from signals.control.rsmp.virtual.commands import DOINGS
from signals.control.rsmp.virtual.config import checksum
from signals.control.rsmp.virtual.junctions import Layout
from signals.control.rsmp.virtual.orders import LOST_S
from signals.control.rsmp.virtual.statuses import READERS
from signals.control.rsmp.virtual.works import Works
from signals.control.rsmp.wire.core import Version
from signals.control.virtual.cabinet import Position
from signals.control.virtual.errors import RefusedError

log = logging.getLogger(__name__)

# Until then operators had names; since, they have levels.
LEVELS_SINCE = Version(1, 1)


class VirtualController:
    """An `Equipment`. utc: what its clock shows at now_s. codes: the two security codes, by level."""

    def __init__(self, layout: Layout, sxl: Sxl, codes: Mapping[int, str], now_s: float, utc: datetime) -> None:
        self.sxl, self.main = sxl, layout.main
        groups = dict.fromkeys(layout.groups, PartOf.SIGNAL_GROUP)
        detectors = dict.fromkeys(layout.detectors, PartOf.DETECTOR_LOGIC)
        self.components: dict[str, PartOf] = {layout.main: PartOf.CONTROLLER} | groups | detectors
        self.alarms = AlarmBook(sxl, self.components, utc)
        self.works = Works(layout, codes, now_s, utc)
        self.causes = Causes(self.works, layout.main, now_s)
        self._alarmed: set[tuple[str, str]] = set()
        self._checksum = checksum(self.works)

    def utc(self, now_s: float) -> datetime:
        return self.works.utc(now_s)

    def set_clock(self, utc: datetime, now_s: float) -> None:
        self.works.set_clock(utc, now_s)

    def told_time(self, utc: datetime, now_s: float) -> None:
        self.works.clock_off_s = (self.utc(now_s) - utc).total_seconds()

    def read(self, component: str, code: str, name: str, now_s: float) -> StatusContent:
        if code in {"S0091", "S0092"} and name == "user" and self.sxl.version < LEVELS_SINCE:
            return "nobody"
        reader = READERS.get(code)
        return None if reader is None else reader(self.works, component, now_s).get(name)

    def told(self, component: str, code: str) -> None:
        if code == "S0033" and component == self.main:
            self.works.priorities.told()

    def command(self, component: str, code: str, arguments: Mapping[str, str], now_s: float) -> bool:
        doing = DOINGS.get(code)
        if doing is None:
            return False
        if (level := self.sxl.command(code).level) is not None:
            self.works.codes.check(level, arguments["securityCode"], now_s)
        try:
            doing(self.works, component, arguments, now_s)
        except RefusedError as error:
            raise NotUnderstoodError(error.reason) from error
        if (known := checksum(self.works)) != self._checksum:
            self._checksum, self.works.configured_at = known, self.utc(now_s)
        return True

    def bits(self) -> tuple[bool, ...]:
        """Bits 3 to 5 follow the priorities of the alarms; bit 3 also a controller that flashes for safety."""
        priorities = self.alarms.active_priorities()
        works = self.works.cabinet.position is not Position.DARK
        high = self.works.cabinet.flashes or 1 in priorities
        return (False, False, high, 2 in priorities, 3 in priorities, works, not works, False)

    def step(self, now_s: float) -> None:
        works = self.works
        if works.orders.any and now_s - works.orders.heard_s > LOST_S:
            self.lost(now_s)
        for logic in works.detectors.logics.values():
            logic.step(now_s)
        works.priorities.step(now_s)
        if (stage := works.wished_stage(now_s)) is not None:
            works.cabinet.wish(stage, now_s)
        works.cabinet.stuck = frozenset(works.layout.groups.index(group) for group in works.faults.stuck)
        works.cabinet.step(now_s)
        self._turn_alarms(now_s)

    @property
    def obeys(self) -> bool:
        return self.works.orders.any

    def heard(self, now_s: float) -> None:
        self.works.orders.heard_s, self.works.alone_since_s = now_s, None

    def lost(self, now_s: float) -> None:
        """Back to the calendar's plan, or the stored one where it names none."""
        if self.works.orders.any:
            log.warning("the supervisor is lost: back to plan %d", self.works.calendar_plan(now_s))
        self.works.orders.end()
        if self.works.alone_since_s is None:
            self.works.alone_since_s = now_s

    def take_restart(self) -> bool:
        ordered, self.works.restart_ordered = self.works.restart_ordered, False
        return ordered

    def _turn_alarms(self, now_s: float) -> None:
        found = self.causes.now(now_s)
        if self.causes.serious is not None:
            self.works.cabinet.put_out(self.causes.serious, now_s)
        utc = self.utc(now_s)
        known = {key for key in found if self.alarms.knows(*key)}
        for component, code in sorted(known ^ self._alarmed):
            self.alarms.turn(component, code, found.get((component, code)), utc)
        self._alarmed = known
