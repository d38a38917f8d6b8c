"""What is inside the cabinet of a virtual controller: everything its statuses tell of and its commands change."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from signals.control.guard import stage_at
from signals.control.rsmp.virtual.calendar import Calendar
from signals.control.rsmp.virtual.codes import SecurityCodes
from signals.control.rsmp.virtual.detectors import Detectors
from signals.control.rsmp.virtual.junctions import Layout
from signals.control.rsmp.virtual.orders import Orders, stage_with
from signals.control.rsmp.virtual.points import Points
from signals.control.rsmp.virtual.priority import Priorities
from signals.control.virtual.cabinet import Cabinet
from signals.control.virtual.faults import Faults
from signals.control.virtual.programs import Programs

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Works:
    """Only wishes are made here. Each goes to the guard in the cabinet, which follows it as far as safety allows.

    stored: number of the plan the guard falls back to. configured_at: when a setting last changed, by its own clock.
    faults: what is broken. alone_since_s: since when there is no supervisor; None: there is one. clock_off_s: how far
    its clock was before the supervisor's at the last watchdog.
    """

    def __init__(self, layout: Layout, codes: Mapping[int, str], now_s: float, utc: datetime) -> None:
        self.layout = layout
        self.programs = Programs(layout.junction, layout.programs)
        self.stored = self.programs.numbers[0]
        self.cabinet = Cabinet(layout.junction, self.programs.timing(self.stored), layout.start_up, now_s)
        self.calendar, self.codes = Calendar(), SecurityCodes(dict(codes))
        self.inputs, self.outputs = Points("input", layout.points), Points("output", layout.points)
        self.detectors = Detectors.named(layout.detectors, now_s)
        self.priorities = Priorities(layout.patience)
        self.orders = Orders(heard_s=now_s)
        self.fixed_time, self.band_timeout_minutes = False, 0
        self.restart_ordered = False
        self.configured_at = utc
        self.faults = Faults()
        self.alone_since_s: float | None = now_s
        self.clock_off_s = 0.0
        self._zero = utc - timedelta(seconds=now_s)

    def utc(self, now_s: float) -> datetime:
        return (self._zero + timedelta(seconds=now_s)).astimezone(UTC)

    def set_clock(self, utc: datetime, now_s: float) -> None:
        self._zero = utc - timedelta(seconds=now_s)

    def plan(self, now_s: float) -> int:
        """The number of the plan that is selected."""
        return self.calendar_plan(now_s) if self.ordered_plan is None else self.ordered_plan

    @property
    def ordered_plan(self) -> int | None:
        """By its number, or by the traffic situation; None: neither says which."""
        if self.orders.plan is not None or self.orders.situation is None:
            return self.orders.plan
        return self.layout.situations[self.orders.situation]

    def calendar_plan(self, now_s: float) -> int:
        """Its own choice for this time of day; the stored plan where the calendar names none that it has."""
        return self.named_by_calendar(now_s) or self.stored

    def named_by_calendar(self, now_s: float) -> int | None:
        plan = self.calendar.plan(self.utc(now_s).astimezone(VIETNAM))
        return plan if plan in self.programs.numbers else None

    def wished_stage(self, now_s: float) -> str | None:
        """The stage to ask the guard for; None: nothing, either for silence or because it runs the plan by itself.

        An emergency route goes before a stage ordered, that before a priority request, and that before any plan.
        """
        orders, table = self.orders, self.cabinet.table
        if orders.any and not orders.fresh(now_s):
            return None
        if orders.routes:
            return table.stages[(orders.routes[-1] - 1) % len(table.stages)]
        if orders.stage is not None:
            return orders.stage
        if (request := self.priorities.active) is not None and request.group is not None:
            return stage_with(table, {request.group}, set(), None)
        plan = self.plan(now_s)
        by_itself = plan == self.stored and self.programs.program(plan) == self.layout.programs[plan]
        return None if by_itself else stage_at(self.programs.timing(plan), now_s)

    def restart(self, now_s: float) -> None:
        self.cabinet.restart(now_s)
        self.orders.end()
        self.restart_ordered = True
