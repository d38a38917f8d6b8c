"""The guard follows sense, refuses nonsense, falls back in time, and gives way to a person alone after a danger."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from signals.control.command import Command, Refusal
from signals.control.guard import Guard, Mode, stage_at
from signals.control.lamps import Aspect
from signals.control.monitor import DEADLY, Danger, Watched, watch
from signals.control.table import SafetyTable
from signals.errors import PlanError, SignalsError
from signals.plan.junction import Junction, Movement, Stage
from signals.plan.timing import StageTiming, TimingPlan, lay_out

STEP_S = 0.25


@pytest.fixture
def guard(junction: Junction, stored: TimingPlan, table: SafetyTable) -> Guard:
    return Guard(junction, stored, table, 0.0)


class Street:
    """A controller that shows what it is ordered to, from step to step."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.now_s, self.sequence = guard, 0.0, 0
        self.shown: list[int] | None = None

    def run(self, seconds: float, stage: str | None = None) -> list[int]:
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            if stage is not None:
                self.sequence += 1
                assert self.guard.command(Command(self.sequence, stage, self.now_s), self.now_s) is None
            orders = self.guard.step(self.shown, self.now_s)
            self.shown = None if orders.aspects is None else orders.aspects.tolist()
        return self.shown or []

    def says(self) -> list[str]:
        return [entry.what for entry in self.guard.log]


def green(table: SafetyTable, stage: str) -> list[int]:
    return [Aspect.GREEN if runs else Aspect.RED for runs in table.runs[table.stages.index(stage)]]


def test_without_any_command_the_stored_plan_runs(guard: Guard, table: SafetyTable, stored: TimingPlan) -> None:
    street = Street(guard)
    street.run(2 * stored.cycle_s)
    matches = 0
    for _ in range(round(stored.cycle_s / STEP_S)):
        shown = street.run(STEP_S)
        matches += shown == green(table, stage_at(stored, street.now_s))
    assert matches >= 0.6 * stored.cycle_s / STEP_S, "greens and intergreens fall where the plan puts them"
    assert guard.mode is Mode.STORED_PLAN
    assert not {entry.what for entry in guard.log}


def test_a_sensible_centre_gets_its_stage(guard: Guard, table: SafetyTable) -> None:
    street = Street(guard)
    assert street.run(30, "C") == green(table, "C")
    assert guard.mode is Mode.COMMANDED
    assert street.run(30, "B") == green(table, "B")


def test_silence_brings_the_stored_plan_back_within_four_seconds(guard: Guard) -> None:
    street = Street(guard)
    street.run(30, "C")
    street.run(3)
    assert guard.mode is Mode.COMMANDED
    street.run(1)
    assert guard.mode is Mode.STORED_PLAN


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (Command(1000, "A", float("nan")), Refusal.NOT_A_NUMBER),
        (Command(-1, "A", 30.0), Refusal.NOT_A_NUMBER),
        (Command(1000, "Z", 30.0), Refusal.UNKNOWN_STAGE),
        (Command(120, "A", 30.0), Refusal.DUPLICATE),
        (Command(119, "A", 30.0), Refusal.REORDERED),
        (Command(1000, "A", 27.9), Refusal.LATE),
        (Command(1000, "A", 31.1), Refusal.FROM_THE_FUTURE),
    ],
)
def test_nonsense_is_refused_logged_and_answered_by_the_stored_plan(
    guard: Guard, command: Command, refusal: Refusal
) -> None:
    street = Street(guard)
    street.run(30, "C")
    assert guard.command(command, 30.0) is refusal
    assert street.says()[-1] == refusal
    assert guard.refused[refusal] == 1
    street.run(4)
    assert guard.mode is Mode.STORED_PLAN


def test_one_sensible_word_after_silence_is_not_enough(guard: Guard) -> None:
    street = Street(guard)
    street.run(2 * STEP_S, "C")
    assert guard.mode is Mode.STORED_PLAN
    street.run(STEP_S, "C")
    assert guard.mode is Mode.COMMANDED


def test_a_centre_that_wants_one_stage_for_ever_does_not_starve_the_others(guard: Guard, table: SafetyTable) -> None:
    street, red_s = Street(guard), np.zeros(len(table.movements))
    longest = red_s.copy()
    for _ in range(4 * 400):
        shown = np.array(street.run(STEP_S, "C"))
        red_s = np.where(shown == Aspect.RED, red_s + STEP_S, 0.0)
        longest = np.maximum(longest, red_s)
    assert (longest <= table.max_red_s).all()
    assert guard.mode is Mode.COMMANDED


def test_lamps_that_conflict_put_the_junction_out_of_service_until_a_person_clears_it(
    guard: Guard, table: SafetyTable
) -> None:
    street = Street(guard)
    street.run(30, "C")
    street.shown = [Aspect.GREEN] * 5
    street.run(STEP_S)
    assert guard.mode is Mode.FLASHING
    assert guard.command(Command(10_000, "A", street.now_s), street.now_s) is Refusal.OUT_OF_SERVICE
    street.run(600)
    assert guard.mode is Mode.FLASHING
    with pytest.raises(SignalsError, match="name of a person and a reason"):
        guard.clear("", "looked", street.now_s)
    guard.clear("Nguyễn Văn A", "đã kiểm tra tủ điều khiển", street.now_s)
    assert guard.mode is Mode.STORED_PLAN
    assert street.run(STEP_S) == [Aspect.RED] * 5


@pytest.mark.parametrize("shown", [[0, 0], [9] * 5, ["green"] * 5, [0.5] * 5, [None] * 5])
def test_lamps_nobody_can_read_end_the_centres_say(guard: Guard, shown: list[int]) -> None:
    street = Street(guard)
    street.run(30, "C")
    guard.step(shown, street.now_s + STEP_S)
    assert guard.mode is Mode.STORED_PLAN
    assert Danger.UNREADABLE.name in street.says()


def test_a_controller_that_does_not_obey_is_found_out(guard: Guard, table: SafetyTable) -> None:
    street = Street(guard)
    stuck = street.run(30, "C")
    for _ in range(60):
        street.shown = stuck
        street.run(STEP_S, "A")
    assert "the lamps do not show what was ordered" in [entry.detail for entry in guard.log]


def test_a_clock_that_runs_back_holds_everything(guard: Guard, table: SafetyTable) -> None:
    street = Street(guard)
    street.run(30, "C")
    for now_s in (5.0, float("nan")):
        orders = guard.step(street.shown, now_s)
        assert orders.aspects is not None
        assert orders.aspects.tolist() == green(table, "C")
    assert street.says().count("BAD_CLOCK") == 2


def test_a_stored_plan_that_is_not_safe_is_refused_at_once(junction: Junction, table: SafetyTable) -> None:
    plan = lay_out(junction, (15, 12, 20))
    short = StageTiming("A", 0.0, 2.0, 3.0, 10.0)
    with pytest.raises(PlanError, match="the least is 7 s"):
        Guard(junction, TimingPlan(plan.cycle_s, (short, *plan.stages[1:])), table, 0.0)


class Chaos(RuleBasedStateMachine):
    """A mad centre, a stuttering clock and now and then blind lamps: an honest controller stays safe through all."""

    @initialize(stages=st.integers(2, 4))
    def open(self, stages: int) -> None:
        movements = tuple(Movement(f"m{i}") for i in range(stages + 1))
        runs = tuple(Stage(f"S{i}", (f"m{i}", f"m{i + 1}")) for i in range(stages))
        junction = Junction("chaos", movements, runs)
        self.table = SafetyTable.of(junction, 300.0)
        self.guard = Guard(junction, lay_out(junction, (10,) * stages), self.table, 0.0)
        self.now_s, self.shown = 0.0, np.zeros(stages + 1, np.int8)
        self.watched = Watched.begin(self.shown, 0.0)

    @rule(
        sequence=st.integers(-2, 60),
        stage=st.sampled_from(["S0", "S1", "S2", "S9", ""]),
        issued_s=st.one_of(st.floats(), st.just(None)),
    )
    def command(self, sequence: int, stage: str, issued_s: float | None) -> None:
        self.guard.command(Command(sequence, stage, self.now_s if issued_s is None else issued_s), self.now_s)

    @rule(seconds=st.sampled_from([0.0, 0.1, 0.25, 1.0, 5.0, 30.0]), blind=st.booleans())
    def go_on(self, seconds: float, blind: bool) -> None:
        self.now_s += seconds
        orders = self.guard.step(None if blind else self.shown, self.now_s)
        assert orders.aspects is not None
        self.watched, bits = watch(self.table, self.watched, orders.aspects, self.now_s)
        assert not Danger(int(bits)) & (DEADLY | Danger.SHORT_GREEN)
        self.shown = orders.aspects

    @rule(now_s=st.sampled_from([float("nan"), -5.0, float("inf")]))
    def broken_clock(self, now_s: float) -> None:
        before = self.guard.step(None, self.now_s).aspects
        after = self.guard.step(None, now_s).aspects
        assert before is not None and after is not None
        assert (after == before).all()

    @invariant()
    def never_flashes_by_itself(self) -> None:
        assert not hasattr(self, "guard") or self.guard.mode is not Mode.FLASHING


TestChaos = Chaos.TestCase
TestChaos.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
