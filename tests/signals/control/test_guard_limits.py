"""The guard's counters and limits, at the very moment from which they bind."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from signals.control.command import Command, Refusal
from signals.control.guard import Entry, Guard, Mode, stage_at
from signals.control.lamps import Aspect
from signals.control.monitor import Danger
from signals.control.table import SafetyTable
from signals.errors import PlanError, SignalsError
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan, lay_out

STEP_S = 0.25
R, Y, G = Aspect.RED, Aspect.YELLOW, Aspect.GREEN
A, B, C = [G, G, R, R, R], [R, G, G, R, R], [R, R, R, G, G]


@pytest.fixture
def guard(junction: Junction, stored: TimingPlan, table: SafetyTable) -> Guard:
    return Guard(junction, stored, table, 0.0)


class Centre:
    """Asks for stages at every step, of a guard whose controller obeys. `orders`: what was shown, by time."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.now_s, self.sequence = guard, 0.0, 0
        self.shown: list[int] | None = None
        self.orders: dict[float, list[int]] = {}

    def ask(self, stage: str | None, until_s: float) -> "Centre":
        while self.now_s < until_s:
            self.now_s += STEP_S
            if stage is not None:
                self.say(stage)
            aspects = self.guard.step(self.shown, self.now_s).aspects
            assert aspects is not None
            self.shown = self.orders[self.now_s] = aspects.tolist()
        return self

    def say(self, stage: str) -> Refusal | None:
        self.sequence += 1
        return self.guard.command(Command(self.sequence, stage, self.now_s), self.now_s)

    def first(self, aspects: Sequence[int]) -> float:
        return next(now_s for now_s, each in self.orders.items() if each == list(aspects))

    def entries(self, what: str) -> list[Entry]:
        return [entry for entry in self.guard.log if entry.what == what]


def test_a_new_guard_has_refused_nothing_shows_red_and_names_no_stage(guard: Guard) -> None:
    assert guard.refused == dict.fromkeys(Refusal, 0)
    assert guard.stage is None
    assert guard.log.maxlen == 10_000
    aspects = guard.step(None, 0.0).aspects
    assert aspects is not None
    assert aspects.tolist() == [R] * 5
    assert guard.stage == "A"
    assert not guard.log


def test_a_stage_begun_lasts_its_own_least_green_to_the_step(guard: Guard) -> None:
    """South may lose its green after 7 s, the stage B that runs it lasts 9 s from the step that found it green."""
    centre = Centre(guard).ask("B", 20.0)
    assert centre.first([R, G, R, R, R]) == 5.0, "all-red first: nobody knows who was green before"
    assert centre.first(A) == 7.5
    assert centre.first([Y, G, R, R, R]) == 7.5 + STEP_S + 7.0
    assert centre.first(B) == 14.75 + 5.0
    centre.ask("C", 40.0)
    assert centre.first([R, Y, Y, R, R]) == 19.75 + STEP_S + 9.0
    assert centre.first(C) == 29.0 + 5.0
    assert guard.stage == "C"


def test_a_stage_only_half_green_is_not_left_for_another(guard: Guard) -> None:
    """After C, north waits for east's clearance of 7.5 s and south does not: A has begun when both are green."""
    centre = Centre(guard).ask("C", 30.0)
    centre.orders.clear()
    centre.ask("A", 36.0)
    assert centre.shown == [R, G, R, R, R]
    centre.ask("B", 50.0)
    assert centre.first(A) == 30.25 + 7.5
    assert centre.first([Y, G, R, R, R]) == 37.75 + STEP_S + 7.0


def test_two_sensible_commands_a_silly_one_and_two_more_do_not_make_three(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 2 * STEP_S)
    assert centre.say("no such stage") is Refusal.UNKNOWN_STAGE
    centre.ask("C", 4 * STEP_S)
    assert guard.mode is Mode.STORED_PLAN
    centre.ask("C", 5 * STEP_S)
    assert guard.mode is Mode.COMMANDED
    assert len(centre.entries(Mode.COMMANDED)) == 1
    assert guard.refused[Refusal.UNKNOWN_STAGE] == 1
    assert ["no such stage" in entry.detail for entry in centre.entries(Refusal.UNKNOWN_STAGE)] == [True]


def test_the_change_of_who_has_the_say_is_logged_once_each_time(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 10.0)
    assert [entry.at_s for entry in centre.entries(Mode.COMMANDED)] == [0.75]
    centre.ask(None, 13.0)
    assert guard.mode is Mode.COMMANDED
    centre.ask(None, 60.0)
    assert [entry.at_s for entry in centre.entries(Mode.STORED_PLAN)] == [13.25]
    centre.ask("C", 60.5)
    assert guard.mode is Mode.STORED_PLAN, "after silence three sensible commands are wanted again"
    centre.ask("C", 60.75)
    assert [entry.at_s for entry in centre.entries(Mode.COMMANDED)] == [0.75, 60.75]


def test_a_command_that_is_refused_does_not_count_as_heard(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 10.0)
    for _ in range(13):
        centre.ask(None, centre.now_s + STEP_S)
        centre.sequence -= 1
        assert centre.say("C") is Refusal.DUPLICATE
    assert guard.mode is Mode.STORED_PLAN
    assert guard.refused[Refusal.DUPLICATE] == 13


def test_the_same_moment_twice_is_no_broken_clock_and_a_moment_before_is_one(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 10.0)
    guard.step(centre.shown, 10.0)
    assert not centre.entries("BAD_CLOCK")
    guard.step(centre.shown, 9.99)
    assert [entry.at_s for entry in centre.entries("BAD_CLOCK")] == [10.0]
    guard.step(centre.shown, float("inf"))
    guard.step(centre.shown, float("nan"))
    assert len(centre.entries("BAD_CLOCK")) == 3
    centre.ask("C", 12.0)
    assert guard.mode is Mode.COMMANDED


def test_a_guard_begun_late_knows_no_time_before(junction: Junction, stored: TimingPlan, table: SafetyTable) -> None:
    late = Guard(junction, stored, table, 500.0)
    late.step(None, 499.0)
    assert [(entry.at_s, entry.what) for entry in late.log] == [(500.0, "BAD_CLOCK")]


@pytest.mark.parametrize(("person", "reason"), [("", "looked"), ("Lan", " "), (" ", "")])
def test_nobody_clears_without_a_name_and_a_reason(guard: Guard, person: str, reason: str) -> None:
    guard.step([G] * 5, 1.0)
    with pytest.raises(SignalsError) as caught:
        guard.clear(person, reason, 2.0)
    assert caught.value.faults[0].where == "clear"
    assert guard.mode is Mode.FLASHING


def test_out_of_service_is_logged_with_its_cause_and_its_end(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 20.0)
    assert guard.step([G] * 5, 20.25).aspects is None
    assert guard.step(None, 20.5).aspects is None
    assert "CONFLICTING_GREEN" in centre.entries(Mode.FLASHING)[0].detail
    assert centre.say("C") is Refusal.OUT_OF_SERVICE
    assert guard.refused[Refusal.OUT_OF_SERVICE] == 1
    for now_s in (21.0, 25.0, 29.0):
        assert guard.step(None, now_s).aspects is None
    assert guard.stage == "C", "while it flashes the stored plan does not run behind it"
    guard.clear("Lan", "looked", 30.0)
    assert [entry.detail for entry in centre.entries("cleared")] == ["by Lan: looked"]
    assert (guard.mode, guard.stage) == (Mode.STORED_PLAN, None)
    assert guard.log[-1].what == Mode.STORED_PLAN
    for now_s in (30.25, 34.75):
        aspects = guard.step(None, now_s).aspects
        assert aspects is not None
        assert aspects.tolist() == [R] * 5, "whole clearances from the moment of clearing"
    guard.step([R] * 5, 35.0)
    assert guard.mode is Mode.STORED_PLAN, "what was seen before the clearing is forgotten"


def test_to_clear_what_is_in_service_does_nothing(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 20.0)
    guard.clear("Lan", "by mistake", 20.0)
    assert guard.mode is Mode.COMMANDED
    assert guard.stage == "C"
    assert not centre.entries("cleared")


def test_a_controller_has_a_second_and_a_half_to_obey(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 20.0)
    frozen = centre.shown
    while guard.mode is Mode.COMMANDED and centre.now_s < 40.0:
        centre.shown = frozen
        centre.ask("A", centre.now_s + STEP_S)
    changed_s = next(at_s for at_s, each in centre.orders.items() if at_s > 20.0 and each != frozen)
    assert centre.now_s == changed_s + STEP_S + 1.5 + STEP_S
    assert guard.log[-1].detail == "the lamps do not show what was ordered"
    assert guard.mode is Mode.STORED_PLAN


def test_a_controller_that_is_always_a_little_late_is_forgiven(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 24.0)
    while centre.now_s < 80.0:
        centre.shown = centre.orders[centre.now_s - 1.25]
        centre.ask("A" if 25.0 < centre.now_s < 50.0 else "C", centre.now_s + STEP_S)
    assert guard.mode is Mode.COMMANDED
    assert A in centre.orders.values()


def test_one_lamp_of_five_that_never_obeys_is_enough(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 19.0)
    for _ in range(20):
        centre.shown = [*(centre.shown or [])[:4], R]
        centre.ask("C", centre.now_s + STEP_S)
    assert [entry.detail for entry in centre.entries(Mode.STORED_PLAN)] == ["the lamps do not show what was ordered"]


def test_a_danger_that_is_not_deadly_ends_the_centres_say_alone(guard: Guard) -> None:
    centre = Centre(guard).ask("C", 40.0)
    guard.step([R, R, R, G, 3], 40.25)
    assert guard.mode is Mode.STORED_PLAN
    assert [entry.detail for entry in centre.entries("UNREADABLE")] == ["shown [0, 0, 0, 2, 3]"]
    assert guard.log[-1].detail == "UNREADABLE"


@pytest.mark.parametrize("shown", [[-1, 0, 0, 0, 0], [4, 0, 0, 0, 0], [0] * 6, [[0] * 5], [0.0] * 5, []])
def test_readings_that_are_no_aspects_are_unreadable_never_deadly(guard: Guard, shown: list[int]) -> None:
    guard.step(shown, 1.0)
    assert [entry.what for entry in guard.log] == [Danger.UNREADABLE.name]
    assert guard.mode is Mode.STORED_PLAN


def test_every_aspect_there_is_can_be_read(guard: Guard) -> None:
    guard.step(np.array([R, Y, R, R, R], np.uint8), 1.0)
    guard.step([R, Y, G, R, R], 1.0)
    assert {entry.what for entry in guard.log} <= {"SHORT_INTERGREEN"}


def test_the_stored_plan_begins_at_its_offset(stored: TimingPlan) -> None:
    assert [stage_at(stored, now_s) for now_s in (0.0, 14.9, 15.0, 31.9, 32.0, 56.9, 57.0)] == [*"AABBCCA"]
    assert stored.cycle_s == 65.0
    later = replace(stored, offset_s=10.0)
    assert [stage_at(later, now_s) for now_s in (0.0, 9.9, 10.0, 24.9, 25.0, 75.0)] == [*"CAAABA"]


def test_every_problem_of_a_stored_plan_is_a_fault(junction: Junction, stored: TimingPlan, table: SafetyTable) -> None:
    with pytest.raises(PlanError) as caught:
        Guard(junction, replace(stored, cycle_s=70.0), table, 0.0)
    assert [fault.where for fault in caught.value.faults] == ["cycle"]


def test_a_movement_with_a_longest_red_of_its_own_is_never_red_for_longer(junction: Junction) -> None:
    movements = (replace(junction.movements[0], max_red_s=85.0), *junction.movements[1:])
    own = replace(junction, movements=movements)
    centre = Centre(Guard(own, lay_out(own, (15, 12, 20)), SafetyTable.of(own), 0.0)).ask("C", 400.0)
    red_s, longest_s = np.zeros(5), np.zeros(5)
    for aspects in centre.orders.values():
        red_s = np.where(np.array(aspects) == R, red_s + STEP_S, 0.0)
        longest_s = np.maximum(longest_s, red_s)
    assert longest_s[0] <= 85.0
    assert 85.0 < longest_s[2] <= 120.0
    assert centre.guard.mode is Mode.COMMANDED


def test_a_junction_left_out_of_service_is_out_from_the_first_moment(guard: Guard) -> None:
    guard.keep_out("it was out of service before", 0.0)
    assert guard.mode is Mode.FLASHING
    assert guard.step(None, STEP_S).aspects is None
    assert guard.command(Command(1, "A", STEP_S), STEP_S) is not None
    assert [(entry.what, entry.detail) for entry in guard.log][:1] == [(Mode.FLASHING, "it was out of service before")]
    guard.clear("An", "looked at it", 1.0)
    assert guard.mode is Mode.STORED_PLAN
