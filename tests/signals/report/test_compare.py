from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from signals.report.compare import Comparison, compare
from signals.report.errors import ManualError, ReportError
from signals.report.manual import read_manual
from vision.events.bodies import Direction
from vision.events.envelope import Event

Make = Callable[..., Any]
HEAD = "since,until,line,direction,vehicle,n,camera\n"


@pytest.fixture
def against(tmp_path: Path) -> Callable[..., Comparison]:
    def run(rows: str, events: list[Event], **how: Any) -> Comparison:
        file = tmp_path / "counts.csv"
        file.write_text(HEAD + rows, "utf-8")
        return compare(file, read_manual(file), events, **how)

    return run


def test_crossings_are_counted_to_the_moment_whatever_the_engines_intervals(
    crossing: Make, counts: Make, wrap: Make, against: Make
) -> None:
    events = wrap([crossing(1.0), crossing(4.99), crossing(5.0), counts(0.0, {"motorbike": 3})])
    found = against("0,5,stop,all,motorbike,2,\n5,10,stop,all,motorbike,0,\n", events)
    assert [row.engine_n for row in found.rows] == [2, 1]
    assert (found.movements[0].manual_n, found.movements[0].engine_n) == (2, 3)


def test_clock_times_and_an_offset_find_the_same_vehicles(crossing: Make, wrap: Make, against: Make) -> None:
    events = wrap([crossing(61.0)])
    row = "2026-11-20 07:00:58,2026-11-20 07:01:00,stop,right_to_left,all,1,\n"
    assert [one.engine_n for one in against(row, events).rows] == [0]
    assert [one.engine_n for one in against(row, events, offset_s=2.5).rows] == [1]


def test_direction_and_kind_are_kept_apart_and_pedestrians_are_no_vehicles(
    crossing: Make, wrap: Make, against: Make
) -> None:
    events = wrap(
        [crossing(1.0, vehicle="car"), crossing(2.0, vehicle="pedestrian"), crossing(3.0, direction="left_to_right")]
    )
    found = against("0,5,stop,right_to_left,all,1,\n", events)
    assert [row.engine_n for row in found.rows] == [1]
    assert found.unlisted == {
        ("north", "stop", Direction.RIGHT_TO_LEFT, "pedestrian"): 1,
        ("north", "stop", Direction.LEFT_TO_RIGHT, "motorbike"): 1,
    }


def test_intervals_that_were_not_wholly_watched_are_marked_and_may_be_left_out(
    crossing: Make, counts: Make, wrap: Make, against: Make
) -> None:
    events = wrap([crossing(1.0), counts(0.0, {"motorbike": 1}), counts(15.0, {}, coverage=0.5)])
    rows = "0,15,stop,all,all,1,\n15,30,stop,all,all,4,\n30,40,stop,all,all,0,\n"
    assert [(row.coverage, row.whole) for row in against(rows, events).rows] == [(1.0, True), (0.5, False), (0, False)]
    whole = against(rows, events, only_whole=True)
    assert (len(whole.rows), len(whole.left_out), whole.good_share) == (1, 2, 1.0)


def test_without_crossings_the_engines_own_intervals_are_used_and_a_cut_one_is_marked(
    counts: Make, wrap: Make, against: Make
) -> None:
    events = wrap([counts(0.0, {"motorbike": 5}), counts(15.0, {"motorbike": 2})])
    found = against("0,15,stop,all,all,5,\n15,20,stop,all,all,2,\n", events)
    assert [(row.engine_n, row.cut, row.origin) for row in found.rows] == [(5, False, "counts"), (0, True, "counts")]


def test_geh_is_that_of_the_hour(crossing: Make, wrap: Make, against: Make) -> None:
    (row,) = against("0,36,stop,all,all,1,\n", wrap([crossing(1.0), crossing(2.0)])).rows
    assert row.geh == pytest.approx((2 * 100**2 / 300) ** 0.5)


def test_a_line_the_events_do_not_have_is_refused_with_those_they_have(
    crossing: Make, wrap: Make, against: Make
) -> None:
    with pytest.raises(ManualError, match=r"counts\.csv:2: line: the events have no exit; lines there: stop of north"):
        against("0,5,exit,all,all,1,\n", wrap([crossing(1.0)]))


def test_two_cameras_with_one_line_name_must_be_told_apart(crossing: Make, wrap: Make, against: Make) -> None:
    events = wrap([crossing(1.0)]) + wrap([crossing(1.0)], camera="south", boot="b1")
    row = "2026-11-20 07:00:00,2026-11-20 07:00:05,stop,all,all,1,"
    with pytest.raises(ManualError, match="camera: wanted one of north, south"):
        against(f"{row}\n", events)
    assert [one.camera for one in against(f"{row}south\n", events).rows] == ["south"]


def test_seconds_of_a_recording_need_a_single_boot(crossing: Make, wrap: Make, against: Make) -> None:
    events = wrap([crossing(1.0)]) + wrap([crossing(1.0)], boot="b2")
    with pytest.raises(ReportError, match="one boot"):
        against("0,5,stop,all,all,1,\n", events)


def test_a_recording_watched_an_hour_after_another_is_found_by_the_clock(
    crossing: Make, wrap: Make, against: Make
) -> None:
    first = wrap([crossing(1.0)])
    later = wrap([crossing(1.0)], boot="b2", start=first[0].time + timedelta(hours=1))
    found = against("2026-11-20 08:00:00,2026-11-20 08:00:05,stop,all,all,1,\n", first + later)
    assert [row.engine_n for row in found.rows] == [1]
