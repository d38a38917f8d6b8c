from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from signals.report.compare import compare
from signals.report.compare_sections import compare_sections
from signals.report.comparison import Comparison
from signals.report.errors import ManualError, ReportError
from signals.report.manual import OverLine, Way, read_manual
from signals.report.words import Language, words
from vision.events.bodies import Direction, Health
from vision.events.envelope import Event

Make = Callable[..., Any]
HEAD = "since,until,line,direction,vehicle,n,camera\n"
TURN_HEAD = "since,until,entry,exit,vehicle,n,camera\n"
AROUND = {("north", "south"): {"car": 3, "motorbike": 9}, ("north", "east"): {"motorbike": 2}}


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
        ("north", OverLine("stop", Direction.RIGHT_TO_LEFT), "pedestrian"): 1,
        ("north", OverLine("stop", Direction.LEFT_TO_RIGHT), "motorbike"): 1,
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


@pytest.fixture
def turns_against(tmp_path: Path) -> Callable[..., Comparison]:
    def run(rows: str, events: list[Event], **how: Any) -> Comparison:
        file = tmp_path / "turns.csv"
        file.write_text(TURN_HEAD + rows, "utf-8")
        return compare(file, read_manual(file), events, **how)

    return run


def test_turning_movements_are_compared_by_kind_with_the_engines_own_error(
    turning_facts: Make, wrap: Make, turns_against: Make
) -> None:
    events = wrap([turning_facts(0, AROUND), turning_facts(15, AROUND)])
    rows = "0,30,north,south,motorbike,20,\n0,30,north,east,all,4,\n0,30,north,south,car,9,\n"
    found = turns_against(rows, events)
    assert [(one.engine_n, one.engine.error, one.within_error) for one in found.movements] == [
        (18, 4.0, True),
        (4, 4.0, True),
        (6, 4.0, True),
    ]
    assert found.movements[0].movement == "north_south"
    assert found.movements[0].geh == pytest.approx((2 * 240**2 / (18 * 120 + 20 * 120)) ** 0.5)
    assert not found.unlisted


def test_a_turn_that_nobody_drove_is_a_zero_and_one_that_no_row_speaks_of_is_named(
    turning_facts: Make, wrap: Make, turns_against: Make
) -> None:
    events = wrap([turning_facts(0, {**AROUND, ("south", "east"): {}})])
    found = turns_against("0,15,south,east,all,0,\n0,15,east,south,all,2,\n", events)
    assert [row.engine_n for row in found.rows] == [0, 0]
    assert found.unlisted == {
        ("north", Way("north", "south"), "car"): 3,
        ("north", Way("north", "south"), "motorbike"): 9,
        ("north", Way("north", "east"), "motorbike"): 2,
    }


def test_the_longest_intervals_that_fit_are_taken_for_their_errors_are_smaller(
    turning_facts: Make, wrap: Make, turns_against: Make
) -> None:
    quarters = [turning_facts(since_s, AROUND) for since_s in range(0, 75, 15)]
    minute = turning_facts(0, {("north", "south"): {"car": 12, "motorbike": 36}}, length_s=60)
    found = turns_against("0,75,north,south,all,60,\n", wrap([*quarters, minute]))
    assert [(row.engine_n, row.engine.error, row.cut) for row in found.rows] == [(60, 4.0, False)]


def test_lost_vehicles_are_told_once_for_each_interval(turning_facts: Make, wrap: Make, turns_against: Make) -> None:
    events = wrap([turning_facts(0, AROUND, lost=5)])
    found = turns_against("0,15,north,south,car,3,\n0,15,north,east,motorbike,2,\n", events)
    (section,) = compare_sections(found, words(Language.EN))
    assert "5.0 ± 2.0 entered but were not seen to leave" in " ".join(section.sentences)


def test_a_recording_that_ended_inside_an_interval_was_watched_to_its_end(
    turning_facts: Make, wrap: Make, turns_against: Make
) -> None:
    events = wrap([turning_facts(0, AROUND, coverage=0.6)])
    (stream,) = {event.boot for event in events}
    ended = Health(state="ended", frames=225)
    events += [one.model_copy(update={"time": one.time + timedelta(seconds=9)}) for one in wrap([ended], boot=stream)]
    (row,) = turns_against("0,9,north,south,car,3,\n", events).rows
    assert (row.engine_n, row.coverage, row.cut, row.whole) == (3, 1.0, False, True)
    (row,) = turns_against("0,7,north,south,car,3,\n", events).rows
    assert row.cut


@pytest.mark.parametrize("row", ["0,15,north,west,all,1,", "0,15,north,south,all,1,elsewhere"])
def test_a_turn_between_lines_that_no_camera_has_is_refused(
    turning_facts: Make, wrap: Make, turns_against: Make, row: str
) -> None:
    with pytest.raises(ManualError, match=r"turns\.csv:2: entry, exit: the events have no turning movement"):
        turns_against(f"{row}\n", wrap([turning_facts(0, AROUND)]))


def test_lines_and_turns_may_stand_in_one_file(crossing: Make, turning_facts: Make, wrap: Make, tmp_path: Path) -> None:
    file = tmp_path / "both.csv"
    file.write_text("since,until,line,entry,exit,vehicle,n\n0,15,stop,,,all,1\n0,15,,north,south,car,3\n", "utf-8")
    found = compare(file, read_manual(file), wrap([crossing(1.0), turning_facts(0, AROUND)]))
    assert [(row.engine_n, row.origin) for row in found.rows] == [(1, "crossings"), (3, "facts")]
    assert [section.name for section in compare_sections(found, words(Language.VI))] == ["lines", "turns"]
