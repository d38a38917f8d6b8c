from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.report.errors import ReportError, WiringError
from signals.report.hires import Code, HiresLog, hires_log
from signals.report.wiring import TEMPLATE, Detector, Phase, Wiring, load_wiring, wire
from vision.events.bodies import Crossing, Direction
from vision.events.lamps import Lamp, LampSpan, LampTimeline
from vision.events.stream import EventStream

Make = Callable[..., Any]
DETECTOR = Detector(
    channel=5, camera="north", line="stop", direction=Direction.RIGHT_TO_LEFT, phase=2, function="Count"
)
WIRING = Wiring(signal=7, phases=(Phase(group="A", phase=2, red_clearance_s=2.0),), detectors=(DETECTOR,))


def timeline(*spans: tuple[str, float, float]) -> dict[str, LampTimeline]:
    return {
        "A": LampTimeline(group="A", spans=tuple(LampSpan(state=Lamp(s), since_s=a, until_s=b) for s, a, b in spans))
    }


def phases(log: HiresLog) -> list[tuple[str, int]]:
    return [(str(stamp)[17:], int(code)) for _, stamp, code, _ in log.log.rows if code < Code.DETECTOR_OFF]


def test_a_crossing_is_a_pulse_of_a_tenth_in_local_time(crossing: Make, wrap: Make) -> None:
    log = hires_log(wrap([crossing(1.26)]), WIRING, {})
    assert list(log.log.rows) == [(7, "2026-11-20 07:00:01.3", 82, 5), (7, "2026-11-20 07:00:01.4", 81, 5)]


def test_two_vehicles_abreast_stay_two_pulses_and_the_wait_is_told(crossing: Make, wrap: Make) -> None:
    log = hires_log(wrap([crossing(1.0, track=1), crossing(1.01, track=2), crossing(1.02, track=3)]), WIRING, {})
    assert len(set(log.log.rows)) == 6
    assert (log.waited, log.longest_wait_s) == (2, 0.2)


def test_a_whole_cycle_in_the_enumerated_codes(crossing: Make, wrap: Make) -> None:
    lamps = timeline(("red", 0, 7), ("green", 7, 17), ("yellow", 17, 20), ("red", 20, 33))
    log = hires_log(wrap([crossing(1.0)]), WIRING, lamps)
    assert phases(log) == [("07.0", 1), ("17.0", 7), ("17.0", 8), ("20.0", 9), ("20.0", 10), ("22.0", 11)]


def test_the_end_of_red_clearance_is_written_only_where_somebody_said_how_long_it_is(
    crossing: Make, wrap: Make
) -> None:
    unsaid = WIRING.model_copy(update={"phases": (Phase(group="A", phase=2),)})
    log = hires_log(wrap([crossing(1.0)]), unsaid, timeline(("green", 0, 5), ("yellow", 5, 8), ("red", 8, 20)))
    assert [code for _, code in phases(log)] == [7, 8, 9, 10]


@pytest.mark.parametrize(
    "spans",
    [
        [("green", 0.0, 5.0), ("red", 6.0, 9.0)],
        [("unknown", 0.0, 5.0), ("green", 5.0, 9.0)],
        [("off", 0.0, 1.0), ("yellow", 1.0, 2.0), ("off", 2.0, 3.0), ("yellow", 3.0, 4.0), ("red", 4.0, 5.0)],
    ],
)
def test_a_change_nobody_saw_is_not_written(crossing: Make, wrap: Make, spans: list[tuple[str, float, float]]) -> None:
    assert phases(hires_log(wrap([crossing(1.0)]), WIRING, timeline(*spans))) == []


def test_lamps_need_events_of_a_single_boot(crossing: Make, wrap: Make) -> None:
    events = wrap([crossing(1.0)]) + wrap([crossing(1.0)], boot="b2")
    with pytest.raises(ReportError, match="one boot"):
        hires_log(events, WIRING, timeline(("red", 0, 1)))


def test_a_group_without_a_phase_is_named(crossing: Make, wrap: Make) -> None:
    with pytest.raises(ReportError, match="signal group A; found none"):
        hires_log(wrap([crossing(1.0)]), WIRING.model_copy(update={"phases": ()}), timeline(("red", 0, 1)))


def test_crossings_of_no_channel_are_counted(crossing: Make, wrap: Make) -> None:
    log = hires_log(wrap([crossing(1.0, line="other"), crossing(2.0, vehicle="pedestrian")]), WIRING, {})
    assert (log.unwired, list(log.log.rows)) == (2, [])


def test_a_detector_may_take_only_some_kinds(crossing: Make, wrap: Make) -> None:
    cars = WIRING.model_copy(update={"detectors": (DETECTOR.model_copy(update={"vehicles": ("car",)}),)})
    log = hires_log(wrap([crossing(1.0), crossing(2.0, vehicle="car")]), cars, {})
    assert Counter(code for _, _, code, _ in log.log.rows) == {82: 1, 81: 1}


def test_without_a_wiring_channels_are_numbered_by_name(crossing: Make, wrap: Make) -> None:
    found = wire(wrap([crossing(1.0, line="b"), crossing(2.0, line="a")]), ["A"])
    assert [(one.line, one.channel, one.phase) for one in found.detectors] == [("a", 1, 1), ("b", 2, 1)]


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(st.lists(st.integers(0, 300), max_size=30))
def test_pulses_of_a_channel_never_overlap_and_none_is_lost(hundredths: list[int]) -> None:
    stream = EventStream("north", "b1", datetime(2026, 1, 1, tzinfo=UTC))
    bodies = [
        Crossing(
            line="stop", role="stop", track=n, vehicle="car", direction=Direction.RIGHT_TO_LEFT, frame=0, at_s=at_s,
            at_error_s=0, x=0, y=0,
        )
        for n, at_s in enumerate((one / 100 for one in hundredths), start=1)
    ]  # fmt: skip
    rows = hires_log([stream.wrap(body, body.at_s) for body in bodies], WIRING, {}).log.rows
    codes = [code for _, _, code, _ in rows]
    assert codes == [82, 81] * len(hundredths)
    assert len(set(rows)) == len(rows)


def test_the_printed_example_of_a_wiring_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "wiring.yaml"
    file.write_text(TEMPLATE, "utf-8")
    assert load_wiring(file).signal == 1136


@pytest.mark.parametrize(
    ("was", "becomes", "where"),
    [
        ("channel: 21", "channel: none", ":12: wanted a whole number, found 'none'"),
        ("channel: 22", "channel: 21", ": .*every channel once, found again: 21"),
        ("signal: 1136", "signl: 1136", "the key 'signal' is missing"),
        ("right_to_left", "north", ":12: input should be 'left_to_right' or 'right_to_left', found 'north'"),
        ("version: 1", "version: [", "wiring.yaml:"),
    ],
)
def test_a_wrong_wiring_is_refused_with_its_line(tmp_path: Path, was: str, becomes: str, where: str) -> None:
    file = tmp_path / "wiring.yaml"
    file.write_text(TEMPLATE.replace(was, becomes, 1), "utf-8")
    with pytest.raises(WiringError, match=where):
        load_wiring(file)
