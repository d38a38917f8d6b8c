"""Is a plan safe and within its limits? Judged from the lamps it shows, not from how it was made.

The check works on the green spans of each movement in time, so a plan of any origin (this optimizer, another
one, a file, a person) meets the same questions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from math import isfinite

from signals.plan.junction import Junction
from signals.plan.timing import StageTiming, TimingPlan
from signals.sentences import said

TOLERANCE_S = 1e-6


class ProblemCode(StrEnum):
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_STAGE = "unknown_stage"
    CYCLE_SUM = "cycle_sum"
    CYCLE_OUT_OF_LIMITS = "cycle_out_of_limits"
    GREEN_TOO_SHORT = "green_too_short"
    GREEN_TOO_LONG = "green_too_long"
    YELLOW_TOO_SHORT = "yellow_too_short"
    NEVER_GREEN = "never_green"
    CONFLICTING_GREEN = "conflicting_green"
    INTERGREEN_TOO_SHORT = "intergreen_too_short"
    RED_TOO_LONG = "red_too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    """`where`: the stage, the movement, or `leaving>entering`."""

    code: ProblemCode
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GreenSpan:
    """One unbroken green of one movement; it may run past the end of the cycle. `length_s` is at most the cycle."""

    start_s: float
    length_s: float


def check_plan(plan: TimingPlan, junction: Junction) -> list[Problem]:
    """Every problem of the plan; an empty list means it may be shown to traffic.

    Times that are not finite, and stages the junction does not have, end the check at once: nothing can be
    judged beyond them.
    """
    broken = [*_numbers(plan), *_unknown_stages(plan, junction)]
    if broken:
        return broken
    return [
        *_cycle(plan, junction),
        *_greens(plan, junction),
        *_yellows(plan, junction),
        *_conflicts(plan, junction),
        *_reds(plan, junction),
    ]


def green_spans(plan: TimingPlan, junction: Junction, movement: str) -> tuple[GreenSpan, ...]:
    """The greens of one movement; one that runs in neighbouring stages stays green between them."""
    runs = [movement in _movements(junction, timing) for timing in plan.stages]
    if not any(runs):
        return ()
    if all(runs):
        return (GreenSpan(0.0, plan.cycle_s),)
    count = len(runs)
    firsts = [i for i in range(count) if runs[i] and not runs[i - 1]]
    return tuple(_span(plan, runs, first) for first in firsts)


def _span(plan: TimingPlan, runs: list[bool], first: int) -> GreenSpan:
    count, last = len(runs), first
    while runs[(last + 1) % count]:
        last += 1
    laps, place = divmod(last, count)
    end_s = plan.stages[place].start_s + plan.stages[place].green_s + laps * plan.cycle_s
    return GreenSpan(plan.stages[first].start_s, end_s - plan.stages[first].start_s)


def _movements(junction: Junction, timing: StageTiming) -> tuple[str, ...]:
    stage = junction.stage(timing.stage)
    return stage.movements if stage else ()


def _numbers(plan: TimingPlan) -> Iterator[Problem]:
    if not (isfinite(plan.cycle_s) and plan.cycle_s > 0 and isfinite(plan.offset_s)):
        yield Problem(
            ProblemCode.NOT_A_NUMBER,
            "cycle",
            said(
                "Cycle {cycle_s} s with offset {offset_s} s cannot be shown.",
                cycle_s=plan.cycle_s,
                offset_s=plan.offset_s,
            ),
        )
    for timing in plan.stages:
        times_s = (timing.start_s, timing.green_s, timing.yellow_s, timing.all_red_s)
        if not all(isfinite(time) and time >= 0 for time in times_s):
            yield Problem(
                ProblemCode.NOT_A_NUMBER,
                timing.stage,
                said("Stage {stage} has a time that is no time: {times_s}.", stage=timing.stage, times_s=times_s),
            )


def _unknown_stages(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    for timing in plan.stages:
        if junction.stage(timing.stage) is None:
            known = ", ".join(stage.name for stage in junction.stages)
            sentence = said(
                "The plan runs stage {stage}; junction {junction} has {known}.",
                stage=timing.stage,
                junction=junction.name,
                known=known,
            )
            yield Problem(ProblemCode.UNKNOWN_STAGE, timing.stage, sentence)


def _cycle(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    expected_s = 0.0
    for timing in plan.stages:
        if abs(timing.start_s - expected_s) > TOLERANCE_S:
            sentence = said(
                "Stage {stage} starts at {start_s:g} s; the stage before ends at {expected_s:g} s.",
                stage=timing.stage,
                start_s=timing.start_s,
                expected_s=expected_s,
            )
            yield Problem(ProblemCode.CYCLE_SUM, timing.stage, sentence)
        expected_s = timing.end_s
    if abs(expected_s - plan.cycle_s) > TOLERANCE_S:
        sentence = said(
            "The stages end at {expected_s:g} s and the cycle is {cycle_s:g} s.",
            expected_s=expected_s,
            cycle_s=plan.cycle_s,
        )
        yield Problem(ProblemCode.CYCLE_SUM, "cycle", sentence)
    low_s, high_s = junction.limits.min_cycle_s, junction.limits.max_cycle_s
    if not low_s - TOLERANCE_S <= plan.cycle_s <= high_s + TOLERANCE_S:
        sentence = said(
            "The cycle is {cycle_s:g} s; allowed is {low_s:g} to {high_s:g} s.",
            cycle_s=plan.cycle_s,
            low_s=low_s,
            high_s=high_s,
        )
        yield Problem(ProblemCode.CYCLE_OUT_OF_LIMITS, "cycle", sentence)


def _greens(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    for timing in plan.stages:
        stage = junction.stage(timing.stage)
        if stage is None:
            continue
        least_s, most_s = junction.min_green_s(stage), junction.max_green_s(stage)
        if timing.green_s < least_s - TOLERANCE_S:
            sentence = said(
                "Stage {stage} is green for {green_s:g} s; the least is {least_s:g} s.",
                stage=stage.name,
                green_s=timing.green_s,
                least_s=least_s,
            )
            yield Problem(ProblemCode.GREEN_TOO_SHORT, stage.name, sentence)
        if most_s is not None and timing.green_s > most_s + TOLERANCE_S:
            sentence = said(
                "Stage {stage} is green for {green_s:g} s; the most is {most_s:g} s.",
                stage=stage.name,
                green_s=timing.green_s,
                most_s=most_s,
            )
            yield Problem(ProblemCode.GREEN_TOO_LONG, stage.name, sentence)


def _yellows(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    following = (*plan.stages[1:], *plan.stages[:1])
    for timing, after in zip(plan.stages, following, strict=True):
        losing = set(_movements(junction, timing)) - set(_movements(junction, after))
        if losing and timing.yellow_s < junction.yellow_s - TOLERANCE_S:
            sentence = said(
                "Stage {stage} ends with {yellow_s:g} s of yellow; wanted {wanted_s:g} s.",
                stage=timing.stage,
                yellow_s=timing.yellow_s,
                wanted_s=junction.yellow_s,
            )
            yield Problem(ProblemCode.YELLOW_TOO_SHORT, timing.stage, sentence)


def _conflicts(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    spans = {movement.name: green_spans(plan, junction, movement.name) for movement in junction.movements}
    for name, greens in spans.items():
        if not greens:
            yield Problem(ProblemCode.NEVER_GREEN, name, said("Movement {name} never gets green.", name=name))
    for (leaving, ending), (entering, starting) in permutations(spans.items(), 2):
        if junction.in_conflict(leaving, entering):
            wanted_s = junction.intergreen_s(leaving, entering)
            gap_s = _smallest_gap_s(ending, starting, plan.cycle_s)
            yield from _judge_gap(leaving, entering, gap_s, wanted_s)


def _reds(plan: TimingPlan, junction: Junction) -> Iterator[Problem]:
    """Movements with a longest red of their own; the yellow before a red is none of it."""
    for movement in junction.movements:
        spans = green_spans(plan, junction, movement.name)
        if movement.max_red_s is None or not spans:
            continue
        waits_s = [min((b.start_s - a.start_s - a.length_s) % plan.cycle_s for b in spans) for a in spans]
        red_s = max(waits_s) - junction.yellow_s
        if red_s > movement.max_red_s + TOLERANCE_S:
            sentence = said(
                "Movement {movement} is red for {red_s:g} s; the most is {max_red_s:g} s.",
                movement=movement.name,
                red_s=red_s,
                max_red_s=movement.max_red_s,
            )
            yield Problem(ProblemCode.RED_TOO_LONG, movement.name, sentence)


def _smallest_gap_s(leaving: tuple[GreenSpan, ...], entering: tuple[GreenSpan, ...], cycle_s: float) -> float:
    """From the end of any green of `leaving` to the next start of `entering`; negative when it starts within."""
    gaps_s = [(b.start_s - a.start_s) % cycle_s - a.length_s for a in leaving for b in entering]
    return min(gaps_s, default=float("inf"))


def _judge_gap(leaving: str, entering: str, gap_s: float, wanted_s: float) -> Iterator[Problem]:
    where = f"{leaving}>{entering}"
    if gap_s < -TOLERANCE_S:
        sentence = said(
            "{entering} turns green while {leaving}, which conflicts with it, is still green.",
            entering=entering,
            leaving=leaving,
        )
        yield Problem(ProblemCode.CONFLICTING_GREEN, where, sentence)
    elif gap_s < wanted_s - TOLERANCE_S:
        sentence = said(
            "{entering} turns green {gap_s:g} s after {leaving} has ended; wanted {wanted_s:g} s.",
            entering=entering,
            gap_s=gap_s,
            leaving=leaving,
            wanted_s=wanted_s,
        )
        yield Problem(ProblemCode.INTERGREEN_TOO_SHORT, where, sentence)
