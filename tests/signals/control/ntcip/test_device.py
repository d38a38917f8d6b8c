"""The virtual NTCIP controller in simulated seconds: what its objects tell, and what setting them does."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.control.guard import stage_at
from signals.control.lamps import Aspect
from signals.control.monitor import DEADLY, Danger, Watched, watch
from signals.control.ntcip import objects as o
from signals.control.ntcip.device import Device
from signals.control.rsmp.virtual.junctions import crossroads
from signals.control.virtual.cabinet import StartUp
from signals.control.virtual.errors import RefusedError
from signals.plan.check import check_plan

STEP_S = 0.5
HOLD, FORCE_OFF, OMIT = (
    o.control(each) for each in (o.PhaseControl.HOLD, o.PhaseControl.FORCE_OFF, o.PhaseControl.OMIT)
)
STATUS = {each: o.status(each) for each in o.PhaseStatus}
STAGE_B = [(HOLD, 0b1100), (FORCE_OFF, 0b0011), (OMIT, 0b0011)]


class Street:
    def __init__(self) -> None:
        layout = crossroads()
        self.device = Device(layout.junction, layout.programs, 0.0, StartUp(0.5, 0.5, 0.5))
        self.now_s = 0.0

    def run(self, seconds: float, again: Any = ()) -> None:
        """again: set every second, as a manager does that holds an order."""
        for i in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            if again and i % 2 == 0:
                self.device.set(again, self.now_s)
            self.device.step(self.now_s)

    def get(self, oid: o.Oid) -> int:
        return self.device.readable()[oid]


@pytest.fixture
def street() -> Street:
    made = Street()
    made.run(20)
    return made


def test_every_phase_is_in_one_of_three_masks(street: Street) -> None:
    for _ in range(140):
        street.run(STEP_S)
        green, yellow, red = (
            street.get(STATUS[each]) for each in (o.PhaseStatus.GREENS, o.PhaseStatus.YELLOWS, o.PhaseStatus.REDS)
        )
        assert green | yellow | red == 0b1111
        assert not (green & yellow or green & red or yellow & red)
        assert street.get(STATUS[o.PhaseStatus.ONS]) == green | yellow


def test_objects_come_in_the_order_of_the_tree_and_tell_the_plans(street: Street) -> None:
    oids = list(street.device.readable())
    assert oids == sorted(oids)
    assert (street.get(o.MAX_PHASES), street.get(o.MAX_PATTERNS), street.get(o.PATTERN_STATUS)) == (4, 3, 1)
    assert [street.get(o.pattern(o.Pattern.CYCLE, number)) for number in (1, 2, 3)] == [60, 80, 60]
    assert [street.get(o.split(o.Split.TIME, 1, phase)) for phase in (1, 2, 3, 4)] == [30, 30, 30, 30]
    assert street.get(o.CYCLE_STATUS) + street.get(o.SYNC_STATUS) == 60


def test_a_pattern_runs_while_it_is_set_again_and_no_longer(street: Street) -> None:
    again = [(o.SYSTEM_PATTERN, 2)]
    street.run(30, again)
    assert (street.get(o.PATTERN_STATUS), street.get(o.UNIT_CONTROL_STATUS)) == (2, 2)
    street.run(3.5)
    assert (street.get(o.PATTERN_STATUS), street.get(o.SYSTEM_PATTERN), street.get(o.UNIT_CONTROL_STATUS)) == (1, 0, 3)
    stored = street.device.programs.timing(1)
    street.run(60)
    matches = 0
    for _ in range(120):
        street.run(STEP_S)
        shown = street.device.cabinet.stage()
        matches += shown == street.device.cabinet.table.stages.index(stage_at(stored, street.now_s)) + 1
    assert matches >= 80


def test_a_stage_is_held_while_its_phases_are_and_others_forced_off(street: Street) -> None:
    street.run(20, STAGE_B)
    assert street.get(STATUS[o.PhaseStatus.GREENS]) == 0b1100
    street.run(60, STAGE_B)
    assert street.get(STATUS[o.PhaseStatus.GREENS]) == 0b1100, "longer than any plan has it"
    street.run(60)
    assert street.get(HOLD) == 0


def test_nobody_is_held_red_for_ever(street: Street) -> None:
    seen = 0
    for _ in range(400):
        street.run(STEP_S, STAGE_B)
        seen |= street.get(STATUS[o.PhaseStatus.GREENS])
    assert seen == 0b1111, "the guard serves whoever has been red too long"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ([(o.SYSTEM_PATTERN, 9)], "No plan 9"),
        ([(o.SYSTEM_PATTERN, o.FREE)], "runs plans alone"),
        ([(o.SYSTEM_PATTERN, o.FLASH)], "when its monitor says so"),
        ([(o.pattern(o.Pattern.CYCLE, 1), 20)], "unsafe"),
        ([(o.pattern(o.Pattern.CYCLE, 9), 60)], "No such object"),
        ([(o.pattern(o.Pattern.OFFSET, 1), 300)], "0 to 255"),
        ([(o.split(o.Split.TIME, 1, 1), 8)], "least is 7"),
        ([(o.split(o.Split.TIME, 1, 1), 200)], "allowed is 30 to 120"),
        ([(OMIT, 0b1111)], "Every stage"),
        ([(HOLD, 16)], "0 to 15"),
        ([(o.UNIT_BACKUP_TIME, 60)], "1 to 3"),
        ([(o.UNIT_BACKUP_TIME, 0)], "1 to 3"),
        ([(o.MAX_PHASES, 3)], "not a writable one"),
        ([(STATUS[o.PhaseStatus.GREENS], 15)], "not a writable one"),
        ([(o.SYSTEM_PATTERN, 2), (o.pattern(o.Pattern.OFFSET, 1), 5), (OMIT, 0b1111)], "Every stage"),
    ],
)
def test_what_may_not_be_is_refused_whole(street: Street, wanted: list[tuple[o.Oid, int]], told: str) -> None:
    before = street.device.readable()
    with pytest.raises(RefusedError, match=told):
        street.device.set(wanted, street.now_s)
    assert street.device.readable() == before


def test_plans_can_be_changed_within_what_is_safe(street: Street) -> None:
    changed = [
        (o.pattern(o.Pattern.CYCLE, 1), 90),
        (o.pattern(o.Pattern.OFFSET, 1), 12),
        (o.split(o.Split.TIME, 2, 3), 30),
    ]
    street.device.set(changed, street.now_s)
    assert [street.get(oid) for oid, _ in changed] == [90, 12, 30]
    assert street.get(o.pattern(o.Pattern.CYCLE, 2)) == 75, "a cycle is the sum of its splits"
    for number in street.device.programs.numbers:
        assert not check_plan(street.device.programs.timing(number), crossroads().junction)


def test_a_junction_the_monitor_took_out_of_service_takes_no_orders(street: Street) -> None:
    street.device.cabinet.shown = np.full(4, Aspect.GREEN, np.int8)
    street.run(1)
    assert (street.get(o.UNIT_FLASH_STATUS), street.get(o.PATTERN_STATUS)) == (6, o.FLASH)
    for wanted in ([(o.SYSTEM_PATTERN, 2)], STAGE_B, [(o.UNIT_CONTROL, 1)]):
        with pytest.raises(RefusedError, match="only a person"):
            street.device.set(wanted, street.now_s)
    assert street.device.cabinet.flashes


OIDS = st.sampled_from(list(Street().device.readable()))


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.tuples(OIDS, st.integers(-1, 260)), min_size=1, max_size=4), st.integers(0, 40)),
        max_size=15,
    )
)
def test_no_row_of_sets_makes_the_lamps_dangerous(rows: list[tuple[list[tuple[o.Oid, int]], int]]) -> None:
    street = Street()
    table = street.device.cabinet.table
    watched: Watched | None = None
    for wanted, steps in rows:
        with suppress(RefusedError):
            street.device.set(wanted, street.now_s)
        for _ in range(steps):
            street.run(STEP_S)
            shown = street.device.cabinet.shown
            if (shown == Aspect.UNKNOWN).any():
                continue
            if watched is None:
                watched = Watched.begin(shown, street.now_s)
            watched, bits = watch(table, watched, shown, street.now_s)
            assert not Danger(int(bits)) & (DEADLY | Danger.SHORT_GREEN)
