"""Each alarm of the virtual controller: raised by its cause and by nothing else, over when the cause is."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.control.lamps import Aspect
from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.fault_file import FaultFile
from signals.control.rsmp.virtual.junctions import crossroads
from signals.control.rsmp.virtual.tolerance import Tolerance
from signals.control.rsmp.wire.messages import Alarm
from signals.control.virtual.cabinet import Position
from signals.control.virtual.errors import FaultFileError
from signals.control.virtual.faults import Faults, Part

STEP_S = 0.25
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CODE = {"securityCode": "2222"}
QUICK = Tolerance(away_s=10.0, clock_s=2.0, button_s=5.0, on_s=20.0, quiet_s=40.0, changes=30)


class Street:
    """A controller in simulated seconds. told: every alarm issued, with its component, code and active or not."""

    def __init__(self, sxl: str = "1.2.1") -> None:
        layout = replace(crossroads(), tolerance=QUICK)
        self.it = VirtualController(layout, Sxl.named(sxl), {1: "1111", 2: "2222"}, 0.0, MONDAY)
        self.works, self.now_s = self.it.works, 0.0
        self.alarms: list[Alarm] = []

    def run(self, seconds: float, each: Callable[[int], None] = lambda _: None, *, heard: bool = True) -> None:
        for i in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            each(i)
            if heard:
                self.it.heard(self.now_s)
            self.it.step(self.now_s)
            self.alarms += self.it.alarms.take()

    def until(self, fits: Callable[[], bool], within_s: float = 200.0) -> None:
        for _ in range(round(within_s / STEP_S)):
            if fits():
                return
            self.run(STEP_S)
        raise AssertionError("not within the time")

    def break_down(self, **what: frozenset[object]) -> None:
        self.works.faults = Faults(**what)  # type: ignore[arg-type]  # each by the name of its own kind

    @property
    def active(self) -> set[tuple[str, str]]:
        return {(each.component, each.entry.code) for each in self.it.alarms.all() if each.active}

    def values(self, code: str) -> dict[str, str]:
        last = next(each for each in reversed(self.alarms) if each.code == code and each.active == "Active")
        return {each.name: each.value for each in last.values or ()}


@pytest.fixture
def street() -> Street:
    """Its lamps burn."""
    made = Street()
    made.run(7)
    assert made.active == set()
    return made


@pytest.fixture
def dark() -> Street:
    """No lamps burn: for what has nothing to do with them, and is looked at many times as fast."""
    made = Street()
    made.works.cabinet.set_position(Position.DARK, 0, 0.0)
    return made


def one(*of: object) -> frozenset[object]:
    return frozenset(of)


@pytest.mark.parametrize(
    ("part", "code", "serious"),
    [
        (Part.HARDWARE, "A0001", True),
        (Part.MAINS, "A0002", False),
        (Part.SETTINGS, "A0003", True),
        (Part.TIME_SOURCE, "A0007", False),
        (Part.OTHER, "A0009", False),
        (Part.DOOR, "A0010", False),
    ],
)
def test_a_fault_of_the_cabinet_is_an_alarm_until_it_is_mended(
    street: Street, part: Part, code: str, serious: bool
) -> None:
    street.break_down(parts=one(part))
    street.run(1)
    assert street.active == {("TC", code)}
    assert street.works.cabinet.flashes is serious
    assert street.it.bits()[3 if serious else 4], "the aggregated status follows"
    street.break_down()
    street.run(1)
    assert street.active == set()
    assert street.works.cabinet.flashes is serious, "out of service until a person has looked"
    told = [(each.code, each.active) for each in street.alarms]
    assert told == [(code, "Active"), (code, "inActive")]


@pytest.mark.parametrize(
    ("number", "component", "code"),
    [(4, "TC", "A0002"), (5, "TC", "A0010"), (6, "DL1", "A0301"), (7, "DL1", "A0302")],
)
def test_an_input_stands_for_what_is_wired_to_it(dark: Street, number: int, component: str, code: str) -> None:
    dark.works.inputs.force(number, True)
    dark.run(1)
    assert dark.active == {(component, code)}
    dark.works.inputs.force(number, None)
    dark.run(1)
    assert dark.active == set()


def test_a_broken_lamp_is_noticed_when_it_ought_to_burn(street: Street) -> None:
    cabinet = street.works.cabinet
    street.until(lambda: int(cabinet.shown[0]) == Aspect.GREEN)
    street.until(lambda: int(cabinet.shown[0]) == Aspect.RED)
    street.break_down(lamps=one(("A1", "green")))
    street.run(1)
    assert street.active == set()
    street.until(lambda: int(cabinet.shown[0]) == Aspect.GREEN)
    street.run(STEP_S)
    assert street.active == {("A1", "A0202")}
    assert street.values("A0202") == {"color": "green"}
    street.until(lambda: int(cabinet.shown[0]) == Aspect.RED)
    assert street.active == {("A1", "A0202")}, "it is broken still"
    assert not cabinet.flashes
    street.break_down()
    street.run(1)
    assert street.active == set()


def test_a_red_lamp_puts_the_junction_out_of_service_until_it_is_replaced_and_somebody_has_looked(
    street: Street,
) -> None:
    cabinet = street.works.cabinet
    street.break_down(lamps=one(("B2", "red")))
    street.until(lambda: ("B2", "A0201") in street.active)
    street.run(1)
    assert street.values("A0201") == {"color": "red"}
    assert street.active == {("B2", "A0201")}, "no danger was seen: it is not A0006"
    assert cabinet.letters() == "cccc"
    assert street.it.read("TC", "S0020", "controlmode", street.now_s) == "failure"
    with pytest.raises(NotUnderstoodError, match="only a person"):
        street.it.command("TC", "M0004", {"status": "True", **CODE}, street.now_s)
    cabinet.clear("An", "looked", street.now_s)
    street.run(1)
    assert cabinet.flashes, "the lamp is broken still"
    street.break_down()
    street.run(1)
    assert cabinet.flashes
    cabinet.clear("An", "new lamp", street.now_s)
    street.run(30)
    assert not cabinet.flashes
    assert street.active == set()


def test_a_danger_the_monitor_saw_is_the_safety_alarm(street: Street) -> None:
    cabinet = street.works.cabinet
    street.run(STEP_S, lambda _: cabinet.shown.fill(Aspect.GREEN))
    assert street.active == {("TC", "A0006")}
    cabinet.clear("An", "looked", street.now_s)
    street.run(1)
    assert street.active == set()


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.sets(st.sampled_from(["A1", "B1", "B2"])), st.integers(1, 60)), min_size=4, max_size=8))
def test_switches_that_stick_and_are_mended_at_any_time_endanger_nobody(rows: list[tuple[set[str], int]]) -> None:
    street = Street()
    for stuck, steps in rows:
        street.break_down(stuck=frozenset(stuck))
        street.run(steps * STEP_S)
    assert not street.works.cabinet.flashes


def test_a_group_that_stays_red_is_locked_and_the_others_go_on(street: Street) -> None:
    cabinet = street.works.cabinet
    street.until(lambda: int(cabinet.shown[0]) == Aspect.RED)
    street.break_down(stuck=one("A1"))
    street.run(110)
    assert street.active == set()
    street.run(30)
    assert street.active == {("A1", "A0008")}
    assert street.values("A0008") == {"timeplan": "1"}
    assert not cabinet.flashes
    street.break_down()
    street.until(lambda: street.active == set())


@pytest.mark.parametrize("by_input", [True, False])
def test_a_push_button_held_down_is_at_fault(dark: Street, by_input: bool) -> None:
    if by_input:
        dark.works.inputs.put(1, on=True)
    else:
        dark.break_down(buttons=one("A1"))
    dark.run(4)
    assert dark.active == set()
    dark.run(2)
    assert dark.active == {("A1", "A0101")}
    dark.works.inputs.put(1, on=False)
    dark.break_down()
    dark.run(STEP_S)
    assert dark.active == set()


def test_a_detector_whose_hardware_is_broken_is_held_on_and_its_counts_are_none(dark: Street) -> None:
    dark.break_down(detectors=one("DL2"))
    dark.works.detectors.logics["DL3"].forced = False
    dark.run(1)
    assert dark.active == {("DL2", "A0301")}
    assert dark.values("A0301") == {"detector": "DL2", "type": "loop", "errormode": "on", "manual": "False"}
    assert dark.works.detectors.states() == "0100"
    assert dark.it.read("TC", "S0205", "vehicles", dark.now_s) == "0,-1,0,0"
    dark.break_down()
    dark.run(1)
    assert dark.active == set()
    assert dark.works.detectors.states() == "0000"


def test_a_detector_that_cannot_be_right_is_named_with_what_it_does(dark: Street) -> None:
    logic = dark.works.detectors.logics["DL2"]
    dark.run(60)
    assert dark.active == set(), "a detector that never saw anybody is no proof of anything"
    logic.is_on = True
    dark.run(21)
    assert dark.values("A0302")["logicerror"] == "always_on"
    logic.is_on = False
    dark.run(1)
    assert dark.active == set()
    dark.run(41)
    assert dark.values("A0302")["logicerror"] == "always_off"
    logic.pass_by("MC", 20.0, 0.5)
    dark.run(1)
    assert dark.active == set()

    def flicker(i: int) -> None:
        logic.is_on = bool(i % 2)

    dark.run(10, flicker)
    assert dark.active == {("DL2", "A0302")}
    assert dark.values("A0302")["logicerror"] == "intermittent"
    logic.is_on = False
    dark.run(61, lambda _: logic.pass_by("MC", 20.0, 0.5))
    assert dark.active == set()


def test_a_week_that_names_a_table_nobody_wrote_is_a_fault_of_the_settings(dark: Street) -> None:
    dark.it.command("TC", "M0016", {"status": "0-1,6-2", **CODE}, dark.now_s)
    dark.run(1)
    assert dark.active == {("TC", "A0004")}
    dark.it.command("TC", "M0017", {"status": "1-2-7-30,2-3-8-5", **CODE}, dark.now_s)
    dark.run(1)
    assert dark.active == set()


def test_a_clock_that_is_not_the_supervisors_is_no_longer_coordinated(dark: Street) -> None:
    dark.it.told_time(dark.it.utc(dark.now_s) + timedelta(seconds=1.5), dark.now_s)
    dark.run(1)
    assert dark.active == set()
    dark.it.told_time(dark.it.utc(dark.now_s) - timedelta(seconds=3), dark.now_s)
    dark.run(1)
    assert dark.active == {("TC", "A0005")}
    dark.it.told_time(dark.it.utc(dark.now_s), dark.now_s)
    dark.run(1)
    assert dark.active == set()


def test_a_supervisor_who_is_gone_is_missed_and_his_return_ends_it(dark: Street) -> None:
    dark.it.lost(dark.now_s)
    dark.run(9, heard=False)
    assert dark.active == set(), "a short break is none"
    dark.run(2, heard=False)
    assert dark.active == {("TC", "A0007")}
    assert dark.values("A0007") == {"protocol": "rsmp"}
    dark.run(1)
    assert dark.active == set()


def test_orders_of_one_who_falls_silent_end_and_that_is_told(street: Street) -> None:
    street.it.command("TC", "M0002", {"status": "True", "timeplan": "2", **CODE}, street.now_s)
    street.run(14, heard=False)
    assert street.active == {("TC", "A0007")}
    assert not street.it.obeys


def test_suspended_alarms_are_not_told_and_acknowledged_ones_stay_so_until_they_come_again(dark: Street) -> None:
    order = Alarm(component="TC", code="A0002", about="Suspend")
    dark.it.alarms.order(order, MONDAY)
    dark.works.inputs.put(4, on=True)
    dark.run(1)
    assert dark.active == {("TC", "A0002")}
    assert dark.alarms == []
    dark.it.alarms.order(order.model_copy(update={"about": "Resume"}), MONDAY)
    answer = dark.it.alarms.order(order.model_copy(update={"about": "Acknowledge"}), MONDAY)
    assert (answer.acknowledged, answer.active) == ("Acknowledged", "Active")
    dark.works.inputs.put(4, on=False)
    dark.run(1)
    assert [(each.active, each.acknowledged) for each in dark.alarms] == [("inActive", "Acknowledged")]
    dark.works.inputs.put(4, on=True)
    dark.run(1)
    assert (dark.alarms[-1].active, dark.alarms[-1].acknowledged) == ("Active", "notAcknowledged")


@pytest.mark.parametrize("sxl", ["1.0.7", "1.0.15", "1.2.1"])
def test_whatever_is_broken_no_version_tells_of_an_alarm_or_a_value_it_has_not(sxl: str) -> None:
    street = Street(sxl)
    street.run(10)
    street.it.told_time(MONDAY - timedelta(days=1), street.now_s)
    street.it.lost(street.now_s)
    for number in range(1, 9):
        street.works.inputs.put(number, on=True)
    street.break_down(
        parts=frozenset(Part) - {Part.HARDWARE, Part.SETTINGS}, lamps=one(("A1", "green"), ("B1", "yellow"))
    )
    street.run(60, heard=False)
    street.break_down(parts=frozenset(Part), lamps=one(("A1", "red"), ("A2", "red")), detectors=one("DL2"))
    street.run(30, heard=False)
    version = Sxl.named(sxl).version
    raised = {each.code for each in street.alarms}
    assert all(ALARMS[code].known_to(version) for code in raised)
    assert raised >= {"A0001", "A0002", "A0003", "A0005", "A0007", "A0009", "A0101", "A0202", "A0301", "A0302"}
    for each in street.alarms:
        known = {value.name for value in ALARMS[each.code].values if value.known_to(version)}
        assert {value.name for value in each.values or ()} == known, each.code


def test_the_file_of_faults_is_read_again_and_a_wrong_one_changes_nothing(dark: Street, tmp_path: Path) -> None:
    file = tmp_path / "faults"
    file.write_text("earthquake", encoding="utf-8")
    with pytest.raises(FaultFileError):
        FaultFile(file, dark.works)
    written_s = 1_000

    def write(text: str) -> None:
        nonlocal written_s
        written_s += 1
        file.write_text(text, encoding="utf-8")
        os.utime(file, (written_s, written_s))

    write("mains")
    watched = FaultFile(file, dark.works)
    for text, expected in (("door", {Part.DOOR}), ("earthquake", {Part.DOOR}), ("", set())):
        write(text)
        watched.look()
        assert dark.works.faults.parts == expected
    file.unlink()
    watched.look()
    assert dark.works.faults == Faults()
