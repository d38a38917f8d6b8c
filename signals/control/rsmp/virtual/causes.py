"""What of a virtual controller is an alarm now: the cause of each, by component and code, and what it tells of itself.

An alarm stands as long as its cause does. Those with which nothing safe can be shown (a red lamp, the hardware, the
settings) put the junction out of service as well, and that ends only by a person who stands before it.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from signals.control.lamps import Aspect
from signals.control.rsmp.virtual.detector_faults import DetectorWatch
from signals.control.rsmp.virtual.works import Works
from signals.control.virtual.faults import COLOURS, Part

Values = Mapping[str, str]
Cause = tuple[str, str, Values]

# Inputs that stand for what they are wired to, so that alarms can be tried from afar.
MAINS_INPUT, DOOR_INPUT, DETECTOR_INPUT, LOGIC_INPUT = 4, 5, 6, 7
NOTHING: Values = {}
COLOUR_OF = {"red": Aspect.RED, "yellow": Aspect.YELLOW, "green": Aspect.GREEN}
SERIOUS = {Part.HARDWARE: "A0001", Part.SETTINGS: "A0003"}


class Causes:
    """Remembers what can only be judged over time. serious: why the junction cannot be run now; None: it can."""

    def __init__(self, works: Works, main: str, now_s: float) -> None:
        self._works, self._main = works, main
        self._noticed: set[tuple[str, str]] = set()
        self._pressed_s: dict[str, float] = {}
        self._watches = {name: DetectorWatch(now_s, vehicle_s=now_s) for name in works.detectors.logics}
        self.serious: str | None = None

    def now(self, now_s: float) -> dict[tuple[str, str], Values]:
        """(component, code) → values of every alarm that has a cause."""
        found = {
            (component, code): values
            for causes in (
                self._cabinet(),
                self._calendar(),
                self._centre(now_s),
                self._lamps(),
                self._groups(now_s),
                self._detectors(now_s),
            )
            for component, code, values in causes
        }
        serious = sorted(code for _, code in found if code in {"A0001", "A0003", "A0201"})
        self.serious = f"alarm {', '.join(dict.fromkeys(serious))}" if serious else None
        return found

    def _cabinet(self) -> Iterator[Cause]:
        parts, inputs = self._works.faults.parts, self._works.inputs
        for part, code in SERIOUS.items():
            if part in parts:
                yield self._main, code, NOTHING
        if Part.MAINS in parts or inputs.is_on(MAINS_INPUT):
            yield self._main, "A0002", NOTHING
        if Part.DOOR in parts or inputs.is_on(DOOR_INPUT):
            yield self._main, "A0010", NOTHING
        if self._works.cabinet.flashes and not self._works.cabinet.put_out_by_fault:
            yield self._main, "A0006", NOTHING
        if Part.OTHER in parts:
            yield self._main, "A0009", NOTHING

    def _calendar(self) -> Iterator[Cause]:
        """A week that names a day table of which nothing is known: the stored plan runs where another was meant."""
        tables = {table for table, *_ in self._works.calendar.days}
        if any(table and table not in tables for table in self._works.calendar.week.values()):
            yield self._main, "A0004", NOTHING

    def _centre(self, now_s: float) -> Iterator[Cause]:
        works, tolerance = self._works, self._works.layout.tolerance
        if abs(works.clock_off_s) > tolerance.clock_s:
            yield self._main, "A0005", NOTHING
        if Part.TIME_SOURCE in works.faults.parts:
            yield self._main, "A0007", {"protocol": "ntp"}
        if works.alone_since_s is not None and now_s - works.alone_since_s > tolerance.away_s:
            yield self._main, "A0007", {"protocol": "rsmp"}

    def _lamps(self) -> Iterator[Cause]:
        """A broken lamp is noticed when it ought to burn, and no longer once it is replaced."""
        broken, shown = self._works.faults.lamps, self._works.cabinet.shown
        self._noticed &= broken
        groups = self._works.layout.groups
        self._noticed |= {
            (group, colour) for group, colour in broken if shown[groups.index(group)] == COLOUR_OF[colour]
        }
        for group, colour in sorted(self._noticed, key=lambda lamp: COLOURS.index(lamp[1]), reverse=True):
            yield group, "A0201" if colour == "red" else "A0202", {"color": colour}

    def _groups(self, now_s: float) -> Iterator[Cause]:
        works, layout = self._works, self._works.layout
        held = set(works.faults.buttons) | {name for name, at in layout.buttons.items() if works.inputs.is_on(at)}
        self._pressed_s = {group: self._pressed_s.get(group, now_s) for group in held}
        for group, since_s in self._pressed_s.items():
            if now_s - since_s > layout.tolerance.button_s:
                yield group, "A0101", NOTHING
        for i in np.flatnonzero(works.cabinet.red_s() > works.cabinet.table.max_red_s):
            yield layout.groups[int(i)], "A0008", {"timeplan": str(works.plan(now_s))}

    def _detectors(self, now_s: float) -> Iterator[Cause]:
        """A logic at fault is held on: traffic is taken to be there."""
        works = self._works
        first = works.layout.detectors[0]
        for name, logic in works.detectors.logics.items():
            wired = name == first
            broken = name in works.faults.detectors or (wired and works.inputs.is_on(DETECTOR_INPUT))
            error = self._watches[name].step(logic, works.layout.tolerance, now_s)
            if wired and works.inputs.is_on(LOGIC_INPUT):
                error = error or "always_off"
            logic.faulty = broken or error is not None
            told = {"detector": name, "type": "loop", "errormode": "on", "manual": str(logic.forced is not None)}
            if broken:
                yield name, "A0301", told
            if error is not None:
                yield name, "A0302", told | {"logicerror": error}
