"""The stored plans of a virtual controller: cycle, offset and dynamic bands can be changed, within what is safe."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from signals.control.virtual.errors import RefusedError
from signals.plan.change import changes
from signals.plan.check import check_plan
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out

BANDS = 10


@dataclass(frozen=True, slots=True)
class Program:
    """greens_s: one for each stage of the junction. bands: seconds by which the stage of that number is longer."""

    greens_s: tuple[int, ...]
    offset_s: int = 0
    bands: Mapping[int, int] = field(default_factory=dict)

    def timing(self, junction: Junction) -> TimingPlan:
        """In the exchange list an offset is added to the clock: the cycle begins earlier by it."""
        longer = tuple(green + self.bands.get(i, 0) for i, green in enumerate(self.greens_s, start=1))
        plan = lay_out(junction, longer)
        return replace(plan, offset_s=-self.offset_s % plan.cycle_s)


class Programs:
    """Numbers 1 to 255. Nothing is kept that `check_plan` would not let be shown."""

    def __init__(self, junction: Junction, programs: Mapping[int, Program]) -> None:
        self._junction = junction
        self._programs: dict[int, Program] = {}
        self._timings: dict[int, TimingPlan] = {}
        for number, program in programs.items():
            self._keep(number, program)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(sorted(self._programs))

    def program(self, number: int) -> Program:
        """Raises RefusedError for a number that is not stored."""
        if number not in self._programs:
            raise RefusedError(f"No plan {number}: stored are {', '.join(map(str, self.numbers))}")
        return self._programs[number]

    def timing(self, number: int) -> TimingPlan:
        self.program(number)
        return self._timings[number]

    def set_offset(self, number: int, offset_s: int) -> None:
        self._keep(number, replace(self.program(number), offset_s=offset_s))

    def set_bands(self, number: int, bands: Mapping[int, int]) -> None:
        if wrong := [band for band in bands if not 1 <= band <= BANDS]:
            raise RefusedError(f"Dynamic bands have numbers from 1 to {BANDS}, found {wrong[0]}")
        program = self.program(number)
        self._keep(number, replace(program, bands=dict(program.bands) | dict(bands)))

    def set_greens(self, number: int, greens_s: tuple[int, ...]) -> None:
        """One for each stage; the cycle becomes what they fill with their changes."""
        self._keep(number, replace(self.program(number), greens_s=greens_s))

    def set_cycle(self, number: int, cycle_s: int) -> None:
        """The greens keep their shares, and none falls below its least. Raises RefusedError where none fit."""
        program = self.program(number)
        change_s = round(sum(change.intergreen_s for change in changes(self._junction)))
        extra_s = sum(seconds for band, seconds in program.bands.items() if band <= len(program.greens_s))
        greens_s = _shared(program.greens_s, cycle_s - change_s - extra_s, self._least())
        if greens_s is None:
            shortest_s = sum(self._least()) + change_s + extra_s
            raise RefusedError(f"A cycle of {cycle_s} s is unsafe: least greens and intergreens fill {shortest_s} s")
        self._keep(number, replace(program, greens_s=greens_s))

    def _least(self) -> tuple[int, ...]:
        return tuple(-int(-self._junction.min_green_s(stage) // 1) for stage in self._junction.stages)

    def _keep(self, number: int, program: Program) -> None:
        timing = program.timing(self._junction)
        if problems := check_plan(timing, self._junction):
            raise RefusedError(f"Plan {number} would be unsafe: {problems[0].sentence}")
        self._programs[number], self._timings[number] = program, timing


def _shared(shares: tuple[int, ...], total: int, least: tuple[int, ...]) -> tuple[int, ...] | None:
    """Whole numbers of that sum, near the shares and none below its least; None where the least exceed it."""
    if sum(least) > total:
        return None
    scaled = [max(low, share * total // sum(shares)) for share, low in zip(shares, least, strict=True)]
    while (over := sum(scaled) - total) != 0:
        if over < 0:
            scaled[0] -= over
            continue
        i = max(range(len(scaled)), key=lambda i: scaled[i] - least[i])
        scaled[i] -= min(over, scaled[i] - least[i])
    return tuple(scaled)
