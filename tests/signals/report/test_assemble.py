from collections.abc import Callable
from typing import Any

import pytest

from signals.report.assemble import Report, assemble, choose_interval
from signals.report.errors import ReportError
from signals.report.number import Number
from signals.report.reading import Reading
from vision.events.bodies import Direction, Health
from vision.events.envelope import Event
from vision.events.facts import Figure
from vision.pcu import pcu_table

Make = Callable[..., Any]
BIKES = (Direction.RIGHT_TO_LEFT, "motorbike")


def report(events: list[Event], interval_s: int | None = None) -> Report:
    return assemble(Reading("events.jsonl", events, lines=len(events)), interval_s, pcu_table())


def keys(found: Report) -> list[str]:
    return [note.key for note in found.notes]


def test_counts_add_up_to_longer_intervals_with_their_coverage(counts: Make, wrap: Make) -> None:
    found = report(wrap([counts(0, {"motorbike": 4}), counts(15, {"motorbike": 2}, coverage=0.0)]), 60)
    (cell,) = found.lines[0].cells
    assert (cell.volume[BIKES].value, cell.coverage) == (6, 0.25)
    assert found.lines[0].coverage == 0.5
    assert found.lines[0].origin == "counts"


def test_facts_come_before_counts_because_they_have_errors(counts: Make, line_facts: Make, wrap: Make) -> None:
    found = report(wrap([counts(0, {"motorbike": 11}), line_facts(0, 12), line_facts(60, 8)]))
    assert found.interval_s == 60
    assert found.lines[0].origin == "facts"
    assert found.lines[0].total(BIKES) == Number(20.0, 8.0, 20)


def test_lanes_of_one_line_add_up(line_facts: Make, wrap: Make) -> None:
    found = report(wrap([line_facts(0, 12, lane="lane_1"), line_facts(0, 5, lane="lane_2")]))
    (cell,) = found.lines[0].cells
    assert cell.volume[BIKES].value == 17


def test_a_volume_that_one_lane_does_not_know_is_not_known(line_facts: Make, wrap: Make) -> None:
    unknown = {"motorbike": Figure(why="hidden")}
    found = report(wrap([line_facts(0, 12, lane="lane_1"), line_facts(0, 5, lane="lane_2", volume=unknown)]))
    assert found.lines[0].cells[0].volume[BIKES].value is None


def test_a_length_to_which_the_events_do_not_add_up_is_refused(counts: Make, wrap: Make) -> None:
    with pytest.raises(ReportError, match="wanted one of 15, 60, 300"):
        report(wrap([counts(0, {})]), 5)


def test_the_interval_grows_with_the_time_shown(counts: Make, wrap: Make) -> None:
    assert choose_interval(wrap([counts(15.0 * n, {}) for n in range(20)]), None) == 15
    assert choose_interval(wrap([counts(15.0 * n, {}) for n in range(2000)]), None) == 900


def test_speeds_have_the_chance_of_few_vehicles_and_the_calibration_in_their_error(
    crossing: Make, counts: Make, wrap: Make
) -> None:
    speeds = [crossing(1.0 + n, speed_mps=speed, speed_error_mps=0.5) for n, speed in enumerate((4.0, 6.0))]
    (cell,) = report(wrap([*speeds, counts(0, {"motorbike": 2})])).lines[0].cells
    number = cell.speed_mps[Direction.RIGHT_TO_LEFT]
    assert number.value == 5.0
    assert number.error == pytest.approx((0.5**2 + (2 * 2**0.5 / 2**0.5) ** 2) ** 0.5)


def test_what_a_reader_must_know_is_noted(crossing: Make, counts: Make, wrap: Make) -> None:
    events = wrap([crossing(1.0, foot_hidden=True), counts(0, {"motorbike": 2}, coverage=0.4, view_moved=True)])
    events += wrap([counts(0, {"motorbike": 1})], boot="b2")
    assert keys(report(events)) == ["coverage", "moved", "hidden", "disagree", "overlap", "unerring"]


def test_a_clean_source_has_nothing_to_note_but_its_missing_errors(crossing: Make, counts: Make, wrap: Make) -> None:
    assert keys(report(wrap([crossing(1.0), counts(0, {"motorbike": 1})]))) == ["unerring"]


def test_events_without_any_count_still_make_a_report(wrap: Make) -> None:
    found = report(wrap([Health(state="started", frames=0)]))
    assert (list(found.lines), found.cameras) == ([], ("north",))
