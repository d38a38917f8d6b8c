"""The virtual controller in simulated seconds: what it does when nobody is heard, and that nobody makes it unsafe."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.control.guard import Mode, stage_at
from signals.control.lamps import Aspect
from signals.control.monitor import DEADLY, Danger, Watched, watch
from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.sxl.commands import COMMANDS
from signals.control.rsmp.sxl.entries import PartOf
from signals.control.rsmp.sxl.table import SXLS, Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.junctions import LAYOUTS, crossroads
from signals.control.virtual.errors import RefusedError
from signals.control.virtual.programs import Program, Programs
from signals.plan.check import check_plan

STEP_S = 0.25
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # eight in the morning in Hanoi
CODE = {"securityCode": "2222"}


class Days:
    """A controller and its clock."""

    def __init__(self, layout: str = "crossroads", step_s: float = STEP_S) -> None:
        self.step_s = step_s
        self.it = VirtualController(LAYOUTS[layout](), Sxl.named("1.2.1"), {1: "1111", 2: "2222"}, 0.0, MONDAY)
        self.now_s = 0.0

    def run(self, seconds: float, *, heard: bool = False) -> None:
        for _ in range(round(seconds / self.step_s)):
            self.now_s = round(self.now_s + self.step_s, 3)
            if heard:
                self.it.heard(self.now_s)
            self.it.step(self.now_s)

    def order(self, code: str, component: str = "TC", **arguments: str) -> bool:
        return self.it.command(component, code, arguments, self.now_s)

    @property
    def mode(self) -> Mode | None:
        return self.it.works.cabinet.mode


@pytest.fixture
def days() -> Days:
    made = Days()
    made.run(20)
    return made


@pytest.mark.parametrize(
    "order",
    [
        ("M0002", {"status": "True", "timeplan": "2"}),
        ("M0012", {"status": "1,12,3"}),
        ("M0005", {"status": "True", "emergencyroute": "2"}),
        ("M0003", {"status": "True", "traficsituation": "2"}),
    ],
)
def test_a_supervisor_not_heard_for_four_seconds_has_no_say(days: Days, order: tuple[str, dict[str, str]]) -> None:
    days.order(order[0], **order[1], **CODE)
    days.run(30, heard=True)
    assert days.mode is Mode.COMMANDED
    assert days.it.obeys
    days.run(4.0)
    assert days.mode is Mode.STORED_PLAN
    assert not days.it.obeys
    assert days.it.works.plan(days.now_s) == 1
    stored = days.it.works.programs.timing(1)
    days.run(stored.cycle_s)  # whatever was green has had its time
    matches = 0
    for _ in range(round(stored.cycle_s / STEP_S)):
        days.run(STEP_S)
        shown = days.it.works.cabinet.stage()
        matches += shown == days.it.works.cabinet.table.stages.index(stage_at(stored, days.now_s)) + 1
    assert matches >= 0.7 * stored.cycle_s / STEP_S, "greens fall where the stored plan puts them"


def test_a_traffic_situation_chooses_a_plan_unless_one_is_ordered_by_its_number(days: Days) -> None:
    plans: list[int] = []
    for code, arguments in (
        ("M0003", {"status": "True", "traficsituation": "2"}),
        ("M0002", {"status": "True", "timeplan": "3"}),
        ("M0002", {"status": "False", "timeplan": "0"}),
        ("M0003", {"status": "True", "traficsituation": "1"}),
        ("M0003", {"status": "False", "traficsituation": "1"}),
    ):
        days.order(code, **arguments, **CODE)
        plans.append(days.it.works.plan(days.now_s))
        assert days.it.read("TC", "S0014", "source", days.now_s) == ("startup" if plans[-1] == 1 else "forced")
    assert plans == [2, 3, 2, 1, 1]


def test_short_silence_changes_nothing(days: Days) -> None:
    days.order("M0002", status="True", timeplan="2", **CODE)
    for _ in range(20):
        days.run(2.5)
        days.run(STEP_S, heard=True)
    assert days.it.works.plan(days.now_s) == 2


def test_a_lost_connection_ends_orders_at_once(days: Days) -> None:
    days.order("M0012", status="1,12,3", **CODE)
    days.run(10, heard=True)
    days.it.lost(days.now_s)
    assert not days.it.obeys
    days.run(4.0)
    assert days.mode is Mode.STORED_PLAN


def test_the_calendar_chooses_by_local_time(days: Days) -> None:
    days.step_s = 1.0
    days.order("M0016", status="0-1", **CODE)
    days.order("M0017", status="1-2-7-30,1-3-8-5", **CODE)
    assert days.it.works.plan(days.now_s) == 2
    days.run(290)
    assert days.it.works.plan(days.now_s) == 3
    assert days.it.read("TC", "S0014", "source", days.now_s) == "calendar_clock"


def test_flash_goes_back_by_itself_after_its_minutes(days: Days) -> None:
    days.order("M0001", status="YellowFlash", timeout="1", intersection="0", **CODE)
    days.run(59)
    assert days.it.works.cabinet.letters() == "cccc"
    days.run(30)
    assert days.it.works.cabinet.letters() not in {"cccc", "bbbb"}


FITTING = {
    "M0001": {"status": "NormalControl", "timeout": "0", "intersection": "0"},
    "M0002": {"status": "True", "timeplan": "2"},
    "M0003": {"status": "True", "traficsituation": "2"},
    "M0004": {"status": "False"},
    "M0005": {"status": "True", "emergencyroute": "1"},
    "M0006": {"status": "True", "input": "1"},
    "M0008": {"status": "True", "mode": "True"},
    "M0012": {"status": "1,12,3"},
    "M0013": {"status": "1,3,12;5,5,10"},
    "M0014": {"plan": "1", "status": "1-5"},
    "M0015": {"plan": "1", "status": "5"},
    "M0016": {"status": "0-1,6-2"},
    "M0017": {"status": "1-2-7-30"},
    "M0018": {"plan": "1", "status": "80"},
    "M0019": {"status": "True", "input": "1", "inputValue": "True"},
    "M0020": {"status": "True", "output": "1", "outputValue": "True"},
    "M0021": {"status": "1-40"},
    "M0022": {"requestId": "a", "type": "new", "level": "7", "signalGroupId": "A1"},
    "M0023": {"status": "10"},
    "M0103": {"status": "Level1", "oldSecurityCode": "1111", "newSecurityCode": "1111"},
    "M0104": {"year": "2026", "month": "11", "day": "23", "hour": "1", "minute": "2", "second": "3"},
}


@pytest.mark.parametrize("sxl", [str(each) for each in SXLS])
def test_every_command_of_every_version_is_done(sxl: str) -> None:
    days = Days()
    days.it.sxl = Sxl.named(sxl)
    parts = {PartOf.CONTROLLER: "TC", PartOf.SIGNAL_GROUP: "A1", PartOf.DETECTOR_LOGIC: "DL1"}
    for command in COMMANDS.values():
        if not command.known_to(days.it.sxl.version):
            continue
        level = {} if command.level is None else {"securityCode": str(command.level) * 4}
        arguments = FITTING.get(command.code, {"status": "True"}) | level
        days.it.sxl.check_arguments(command, command.command, arguments)
        assert days.order(command.code, parts[command.part], **arguments), command.code


def _anything() -> st.SearchStrategy[tuple[str, str, dict[str, str]]]:
    """Any command with any arguments that the list allows, and some that it does not."""
    flags, numbers = st.sampled_from(("True", "False")), st.integers(0, 255).map(str)
    texts = st.sampled_from(
        (
            "1,3,12",
            "1,12,3",
            "1,15,0",
            "1,0,15",
            "NormalControl",
            "YellowFlash",
            "Dark",
            "1-5",
            "2-40,1-3",
            "0-1",
            "1-2-0-0",
        )
    )

    def filled(code: str) -> st.SearchStrategy[tuple[str, str, dict[str, str]]]:
        command = COMMANDS[code]
        parts = {PartOf.CONTROLLER: ["TC"], PartOf.SIGNAL_GROUP: ["A1", "B2"], PartOf.DETECTOR_LOGIC: ["DL1"]}
        values = {value.name: st.one_of(flags, numbers, texts) for value in command.values if not value.optional}
        values |= {"securityCode": st.just("2222")} if "securityCode" in values else {}
        return st.tuples(st.just(code), st.sampled_from(parts[command.part]), st.fixed_dictionaries(values))

    return st.sampled_from(sorted(set(COMMANDS) - {"M0103", "M0104"})).flatmap(filled)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(_anything(), st.integers(0, 60), st.booleans()), min_size=5, max_size=12))
def test_no_row_of_commands_makes_the_lamps_dangerous(rows: list[Any]) -> None:
    """Watched by a monitor of its own, which sees only lamps. Flash and dark begin a new watch, as a person would."""
    days = Days(step_s=0.5)
    table = days.it.works.cabinet.table
    watched: Watched | None = None
    for (code, component, arguments), steps, heard in rows:
        command = COMMANDS[code]
        try:
            days.it.sxl.check_arguments(command, command.command, arguments)
            days.order(code, component, **arguments)
        except NotUnderstoodError:
            pass
        for _ in range(steps):
            days.run(days.step_s, heard=heard)
            shown = days.it.works.cabinet.shown
            if (shown == Aspect.UNKNOWN).any():
                watched = None
            elif watched is None:
                watched = Watched.begin(shown, days.now_s)
            else:
                watched, bits = watch(table, watched, shown, days.now_s)
                assert not Danger(int(bits)) & (DEADLY | Danger.SHORT_GREEN), (code, arguments)
    assert not days.it.works.cabinet.flashes


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(st.tuples(st.just("cycle"), st.integers(1, 255)), st.tuples(st.integers(1, 3), st.integers(0, 99)))
    ),
    st.integers(0, 255),
)
def test_whatever_is_kept_of_a_plan_passes_the_check(changes: list[tuple[Any, int]], offset_s: int) -> None:
    layout = crossroads()
    programs = Programs(layout.junction, {1: Program((25, 25))})
    programs.set_offset(1, offset_s)
    for what, seconds in changes:
        before = programs.timing(1)
        try:
            if what == "cycle":
                programs.set_cycle(1, seconds)
                assert programs.timing(1).cycle_s == seconds
            else:
                programs.set_bands(1, {what: seconds})
        except RefusedError:
            assert programs.timing(1) == before
        assert not check_plan(programs.timing(1), layout.junction)


def test_a_green_that_was_asked_for_never_comes_before_the_intergreen(days: Days) -> None:
    table = days.it.works.cabinet.table
    ended = np.full(len(table.movements), -np.inf)
    for i in range(6):
        days.order("M0012", status="1,12,3" if i % 2 else "1,3,12", **CODE)
        for _ in range(60):
            before = days.it.works.cabinet.shown.copy()
            days.run(STEP_S, heard=True)
            shown = days.it.works.cabinet.shown
            ended[(before == Aspect.GREEN) & (shown != Aspect.GREEN)] = days.now_s
            for entering in np.flatnonzero((before != Aspect.GREEN) & (shown == Aspect.GREEN)):
                gap_s = days.now_s - ended[table.conflict[:, entering]]
                assert (gap_s >= 5.0 - 1e-6).all()
