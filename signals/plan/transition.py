"""How a running junction comes into step with a plan: cycles that are a little longer or shorter than the plan's own.

Nothing jumps: every cycle on the way has all stages in order, whole intergreens and greens within their limits, and
passes the same check as any plan. The ways are those of NTCIP 1202's coordination correction: dwell (wait in the first
stage), long way (only longer cycles) and short way (longer or shorter ones, whichever is in step sooner).
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from math import floor, inf

from signals.errors import Fault, PlanError
from signals.plan.change import CycleBounds, cycle_bounds
from signals.plan.junction import Junction, Stage
from signals.plan.timing import TimingPlan, lay_out_stages
from signals.sentences import said

MOST_LONGER, MOST_SHORTER = 0.25, 0.17
"""Shares of the cycle by which one cycle may differ, as is usual for controllers."""
TOLERANCE_S = 1e-6


class Way(StrEnum):
    DWELL = "dwell"
    LONG_WAY = "long_way"
    SHORT_WAY = "short_way"


def transition(junction: Junction, plan: TimingPlan, at_s: float, way: Way = Way.SHORT_WAY) -> tuple[TimingPlan, ...]:
    """The cycles to run from at_s on, when the first stage begins, until `plan` is in step; none where it already is.

    at_s: whole seconds on the clock in which the plan's cycles start at offset_s + n · cycle_s. Each cycle answered has
    the offset at which it starts on that clock, and runs the plan's own stages. Raises PlanError where the limits leave
    no room to change any cycle, where times are not whole seconds, or for a stage that the junction does not have.
    """
    cycle_s = _whole("plan.cycle_s", plan.cycle_s)
    behind_s = _whole("at_s", at_s - plan.offset_s) % cycle_s
    if behind_s == 0:
        return ()
    green_s = [_whole(f"plan.stages.{i}.green_s", stage.green_s) for i, stage in enumerate(plan.stages)]
    stages = _stages(junction, plan)
    bounds = cycle_bounds(junction, stages)
    more = _room(bounds, green_s, cycle_s, way)
    less = _less(bounds, green_s, cycle_s) if way is Way.SHORT_WAY else [0] * len(green_s)
    greens = list(zip(stages, green_s, strict=True))
    longer, shorter = _cycles(cycle_s - behind_s, sum(more)), _cycles(behind_s, sum(less))
    if min(longer, shorter) == inf:
        sentence = said(
            "{junction} cannot come into step by {way}: greens and cycle of {cycle_s} s stand at "
            "their limits. Allow a longer green or cycle, or start the plan by hand.",
            junction=junction.name,
            way=said(str(way)),
            cycle_s=cycle_s,
        )
        raise PlanError(Fault("plan", sentence))
    if longer <= shorter:
        return _run(junction, greens, _shares(cycle_s - behind_s, int(longer)), more, at_s)
    return _run(junction, greens, [-step_s for step_s in _shares(behind_s, int(shorter))], less, at_s)


def _stages(junction: Junction, plan: TimingPlan) -> tuple[Stage, ...]:
    """Those that the plan runs, in its order."""
    found = tuple(stage for timing in plan.stages if (stage := junction.stage(timing.stage)) is not None)
    if len(found) != len(plan.stages):
        known = ", ".join(stage.name for stage in junction.stages)
        raise PlanError(
            Fault(
                "plan.stages",
                said(
                    "The plan runs a stage that {junction} does not have ({known}).",
                    junction=junction.name,
                    known=known,
                ),
            )
        )
    return found


def _run(
    junction: Junction,
    greens: Sequence[tuple[Stage, int]],
    steps_s: Sequence[int],
    room_s: Sequence[int],
    at_s: float,
) -> tuple[TimingPlan, ...]:
    """steps_s: by how much each cycle is longer than the plan's, or shorter where negative."""
    cycles: list[TimingPlan] = []
    for step_s in steps_s:
        parts, sign = _spread(abs(step_s), room_s), 1 if step_s > 0 else -1
        shown = [(stage, float(green + sign * part)) for (stage, green), part in zip(greens, parts, strict=True)]
        made = lay_out_stages(junction, shown)
        cycles.append(replace(made, offset_s=at_s))
        at_s += made.cycle_s
    return tuple(cycles)


def _room(bounds: CycleBounds, green_s: Sequence[int], cycle_s: int, way: Way) -> list[int]:
    """Seconds by which each green may grow in one cycle."""
    room_s = min(bounds.max_cycle_s - cycle_s, floor(MOST_LONGER * cycle_s))
    each_s = [most - green for most, green in zip(bounds.max_green_s, green_s, strict=True)]
    if way is Way.DWELL:
        each_s = [each_s[0], *[0] * (len(each_s) - 1)]
    return _capped(each_s, room_s)


def _less(bounds: CycleBounds, green_s: Sequence[int], cycle_s: int) -> list[int]:
    room_s = min(cycle_s - bounds.min_cycle_s, floor(MOST_SHORTER * cycle_s))
    return _capped([green - least for least, green in zip(bounds.min_green_s, green_s, strict=True)], room_s)


def _capped(each_s: Sequence[int], total_s: int) -> list[int]:
    wanted = [max(one, 0) for one in each_s]
    return wanted if sum(wanted) <= total_s else _spread(max(total_s, 0), wanted)


def _spread(total_s: int, room_s: Sequence[int]) -> list[int]:
    """Whole seconds that add up to the total, in proportion to the room; the first stages take what is left over."""
    whole = sum(room_s)
    parts = [total_s * room // whole for room in room_s] if whole else [0] * len(room_s)
    for i, room in enumerate(room_s):
        parts[i] += min(room - parts[i], total_s - sum(parts))
    return parts


def _shares(total_s: int, cycles: int) -> list[int]:
    return [total_s * (i + 1) // cycles - total_s * i // cycles for i in range(cycles)]


def _cycles(total_s: int, room_s: int) -> float:
    return -(-total_s // room_s) if room_s > 0 else inf


def _whole(where: str, seconds: float) -> int:
    if abs(seconds - round(seconds)) > TOLERANCE_S:
        raise PlanError(
            Fault(where, said("{where}: wanted whole seconds, found {seconds:g}.", where=where, seconds=seconds))
        )
    return round(seconds)
