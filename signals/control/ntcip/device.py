"""A virtual NTCIP controller: objects that can be read and set, over a guard that has the last word.

A set is taken whole or not at all. Orders end when nothing is set for `unitBackupTime` seconds: the stored plan runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from signals.control.guard import stage_at
from signals.control.lamps import Aspect
from signals.control.ntcip import objects as o
from signals.control.virtual.cabinet import Cabinet, StartUp
from signals.control.virtual.errors import RefusedError
from signals.control.virtual.programs import Program, Programs
from signals.plan.change import changes
from signals.plan.junction import Junction
from vision.arrays import Bool

# Longer, and a lost centre would keep its say for more than the four seconds that are allowed.
LONGEST_BACKUP_S = 3
AUTOMATIC, NOT_FLASHING, MONITOR, STARTING = 3, 2, 6, 7
SYSTEM_CONTROL, FIXED_TABLE, NO_MODE = 2, 2, 2


@dataclass(frozen=True, slots=True)
class Orders:
    """masks: by control object. All of it is as if nothing had been ordered."""

    pattern: int = o.BY_ITSELF
    masks: Mapping[o.PhaseControl, int] = field(default_factory=lambda: dict.fromkeys(o.PhaseControl, 0))
    unit_control: int = 0


class Device:
    """Phase n is movement n of the junction. Raises RefusedError for a junction of more phases than one group has."""

    def __init__(
        self, junction: Junction, programs: Mapping[int, Program], now_s: float, start_up: StartUp | None = None
    ) -> None:
        if len(junction.movements) > o.GROUP_SIZE:
            raise RefusedError(f"At most {o.GROUP_SIZE} phases, found {len(junction.movements)}")
        self.programs = Programs(junction, programs)
        self.stored = self.programs.numbers[0]
        self.cabinet = Cabinet(junction, self.programs.timing(self.stored), start_up or StartUp(), now_s)
        self._junction, self._now_s = junction, now_s
        self._change_s = [round(change.intergreen_s) for change in changes(junction)]
        self.orders, self.backup_s, self._set_s = Orders(), LONGEST_BACKUP_S, now_s
        self._wished = self.cabinet.table.stages[0]

    def step(self, now_s: float) -> None:
        self._now_s = now_s
        if self.orders != Orders() and now_s - self._set_s > self.backup_s:
            self.orders = Orders()
        self._wished = self._stage()
        self.cabinet.wish(self._wished, now_s)
        self.cabinet.step(now_s)

    def readable(self) -> dict[o.Oid, int]:
        """Every object and its value, in the order of the tree."""
        masks = {o.control(column): mask for column, mask in self.orders.masks.items()}
        return dict(sorted((self._unit_values() | self._phase_values() | masks | self._plan_values()).items()))

    def set(self, wanted: Sequence[tuple[o.Oid, int]], now_s: float) -> None:
        """All of them or none. Raises RefusedError."""
        before = self.orders, self.backup_s, {n: self.programs.program(n) for n in self.programs.numbers}
        try:
            for oid, value in wanted:
                self._set_one(oid, value)
            if self.orders != Orders():
                self._check_orders()
        except RefusedError:
            self.orders, self.backup_s, programs = before
            self.programs = Programs(self._junction, programs)
            raise
        self._set_s = now_s

    def _set_one(self, oid: o.Oid, value: int) -> None:
        masks = {o.control(column): column for column in o.PhaseControl}
        if oid == o.SYSTEM_PATTERN:
            self.orders = replace(self.orders, pattern=self._known_pattern(value))
        elif oid in masks:
            highest = (1 << len(self._junction.movements)) - 1
            self.orders = replace(self.orders, masks={**self.orders.masks, masks[oid]: _within(value, 0, highest)})
        elif oid == o.UNIT_CONTROL:
            self.orders = replace(self.orders, unit_control=_within(value, 0, 255))
        elif oid == o.UNIT_BACKUP_TIME:
            self.backup_s = _within(value, 1, LONGEST_BACKUP_S)
        else:
            self._set_plan(oid, value)

    def _set_plan(self, oid: o.Oid, value: int) -> None:
        cycles = {o.pattern(o.Pattern.CYCLE, number): number for number in self.programs.numbers}
        offsets = {o.pattern(o.Pattern.OFFSET, number): number for number in self.programs.numbers}
        splits = {
            o.split(o.Split.TIME, number, phase): (number, phase)
            for number in self.programs.numbers
            for phase in self._phases()
        }
        if oid in cycles:
            self.programs.set_cycle(cycles[oid], value)
        elif oid in offsets:
            self.programs.set_offset(offsets[oid], _within(value, 0, 255))
        elif oid in splits:
            self._set_split(*splits[oid], value)
        else:
            raise RefusedError("No such object, or not a writable one")

    def _set_split(self, number: int, phase: int, seconds: int) -> None:
        stage = self._stage_of(phase)
        greens = list(self.programs.program(number).greens_s)
        greens[stage] = seconds - self._change_s[stage]
        self.programs.set_greens(number, tuple(greens))

    def _known_pattern(self, value: int) -> int:
        if value in {o.FREE, o.FLASH}:
            raise RefusedError("This controller runs plans alone, and flashes when its monitor says so")
        if value != o.BY_ITSELF:
            self.programs.program(value)
        return value

    def _check_orders(self) -> None:
        if self.cabinet.flashes:
            raise RefusedError("Out of service by the conflict monitor: only a person at the junction may clear it")
        if not self._open_stages():
            raise RefusedError("Every stage has a phase that is omitted")

    def _stage(self) -> str:
        """Held, else forced on, else what the plan has, past what is omitted."""
        table = self.cabinet.table
        plan = self.programs.timing(self.orders.pattern or self.stored)
        wanted, present = table.stages.index(stage_at(plan, self._now_s)), self.cabinet.stage() - 1
        opened = self._open_stages()
        if present >= 0:
            if self._touches(present, o.PhaseControl.HOLD) and present in opened:
                return table.stages[present]
            if self._touches(present, o.PhaseControl.FORCE_OFF):
                opened = [i for i in opened if i != present] or opened
        allowed = _mask(np.ones(len(table.movements), np.bool_)) & ~self.orders.masks[o.PhaseControl.OMIT]
        count = len(table.stages)
        # Where all but one stage's phases are omitted, that stage is meant, and none that is a part of it.
        best = min(opened, key=lambda i: (_mask(table.runs[i]) != allowed, (i - wanted) % count), default=wanted)
        return table.stages[best]

    def _open_stages(self) -> list[int]:
        return [i for i in range(len(self.cabinet.table.stages)) if not self._touches(i, o.PhaseControl.OMIT)]

    def _touches(self, stage: int, column: o.PhaseControl) -> bool:
        return bool(_mask(self.cabinet.table.runs[stage]) & self.orders.masks[column])

    def _phases(self) -> range:
        return range(1, len(self._junction.movements) + 1)

    def _stage_of(self, phase: int) -> int:
        """The first stage that runs it: a split is told for each phase of a stage."""
        return int(self.cabinet.table.runs[:, phase - 1].argmax())

    def _phase_values(self) -> dict[o.Oid, int]:
        shown = self.cabinet.shown
        green, yellow, red = (_mask(shown == aspect) for aspect in (Aspect.GREEN, Aspect.YELLOW, Aspect.RED))
        wished = _mask(self.cabinet.table.runs[self.cabinet.table.stages.index(self._wished)])
        return {
            o.MAX_PHASES: len(self._junction.movements),
            o.MAX_PHASE_GROUPS: 1,
            o.status(o.PhaseStatus.REDS): red,
            o.status(o.PhaseStatus.YELLOWS): yellow,
            o.status(o.PhaseStatus.GREENS): green,
            o.status(o.PhaseStatus.ONS): green | yellow,
            o.status(o.PhaseStatus.NEXTS): wished & ~(green | yellow),
        }

    def _unit_values(self) -> dict[o.Oid, int]:
        flash = MONITOR if self.cabinet.flashes else STARTING if self.cabinet.starting else NOT_FLASHING
        running = self.orders.pattern or self.stored
        plan = self.programs.timing(running)
        second = int((self._now_s - plan.offset_s) % plan.cycle_s)
        return {
            o.UNIT_BACKUP_TIME: self.backup_s,
            o.UNIT_CONTROL_STATUS: SYSTEM_CONTROL if self.orders != Orders() else AUTOMATIC,
            o.UNIT_FLASH_STATUS: flash,
            o.UNIT_CONTROL: self.orders.unit_control,
            o.MAX_PATTERNS: max(self.programs.numbers),
            o.PATTERN_TABLE_TYPE: FIXED_TABLE,
            o.MAX_SPLITS: max(self.programs.numbers),
            o.PATTERN_STATUS: o.FLASH if self.cabinet.flashes else running,
            o.CYCLE_STATUS: round(plan.cycle_s) - second,
            o.SYNC_STATUS: second,
            o.SYSTEM_PATTERN: self.orders.pattern,
        }

    def _plan_values(self) -> dict[o.Oid, int]:
        values: dict[o.Oid, int] = {}
        for number in self.programs.numbers:
            program, timing = self.programs.program(number), self.programs.timing(number)
            values[o.pattern(o.Pattern.CYCLE, number)] = round(timing.cycle_s)
            values[o.pattern(o.Pattern.OFFSET, number)] = program.offset_s
            values[o.pattern(o.Pattern.SPLIT, number)] = number
            values[o.pattern(o.Pattern.SEQUENCE, number)] = 1
            for phase in self._phases():
                stage = self._stage_of(phase)
                seconds = round(timing.stages[stage].green_s) + self._change_s[stage]
                values[o.split(o.Split.TIME, number, phase)] = seconds
                values[o.split(o.Split.MODE, number, phase)] = NO_MODE
        return values


def _mask(bits: Bool) -> int:
    return sum(1 << int(i) for i in np.flatnonzero(bits))


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise RefusedError(f"Wanted {low} to {high}, found {value}")
    return value
