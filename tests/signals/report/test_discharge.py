"""Greens laid over one another, slice by slice, and the picture of them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from signals.report.assemble import assemble
from signals.report.discharge_section import discharge_section
from signals.report.greens import Discharge, discharges
from signals.report.reading import Reading
from signals.report.sheets import line_sheets
from signals.report.words import Language, words
from vision.events.bodies import Health
from vision.events.envelope import Event
from vision.events.facts import Figure, GreenFacts, GreenSlice
from vision.pcu import pcu_table

Make = Callable[..., Any]


@pytest.fixture
def green() -> Callable[..., GreenFacts]:
    """A green with so many vehicles in each slice of 4 s, each ± 1 and worth half a unit; the last lasts `last_s`."""

    def make(since_s: float, vehicles: list[int], last_s: float = 4.0, **said: Any) -> GreenFacts:
        edges = [4.0 * place for place in range(len(vehicles))]
        slices = tuple(
            GreenSlice(
                since_s=edge, until_s=edge + (last_s if edge == edges[-1] else 4.0),
                vehicles=Figure(value=n, error=1.0), vehicles_pcu=Figure(value=n / 2, error=0.5),
            )
            for edge, n in zip(edges, vehicles, strict=True)
        )  # fmt: skip
        unknown = Figure(why="nobody asked")
        names = ("queue_pcu", "left_behind_veh", "arrivals_on_green", "green_occupancy", "red_occupancy")
        usual = {
            "until_s": since_s + edges[-1] + last_s, "coverage": 1.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu",
            "stop_line": "stop", "signal_group": "a", "whole": True, "slices": slices, "saturation_pcu_h": unknown,
            "queue_veh": Figure(value=sum(vehicles), error=2.0), **dict.fromkeys(names, unknown),
        }  # fmt: skip
        return GreenFacts(since_s=since_s, **{**usual, **said})

    return make


def only(events: list[Event]) -> Discharge:
    (one,) = discharges(events)
    return one


def test_greens_of_one_stop_line_are_laid_over_one_another(green: Make, wrap: Make) -> None:
    one = only(wrap([green(0, [4, 6, 2]), green(60, [2, 4], whole=False)]))
    assert (one.greens, one.whole) == (2, 1)
    assert [(part.greens, part.vehicles.value, part.vehicles.error) for part in one.slices] == [
        (2, 6, 2.0), (2, 10, 2.0), (1, 2, 1.0),
    ]  # fmt: skip
    assert [part.per_green.value for part in one.slices] == [3, 5, 2]
    # 5 units in 8 s of green.
    assert one.slices[1].flow_pcu_h.value == pytest.approx(5 / 8 * 3600)
    assert one.slices[1].flow_pcu_h.error == pytest.approx(1 / 8 * 3600)
    assert (one.queue_veh.value, one.queue_veh.n) == (9, 2)


def test_a_last_slice_that_the_end_of_green_cut_keeps_its_own_length(green: Make, wrap: Make) -> None:
    last = only(wrap([green(0, [4, 2], last_s=2.0)])).slices[-1]
    assert (last.since_s, last.until_s) == (4.0, 6.0)
    assert last.flow_pcu_h.value == pytest.approx(1 / 2 * 3600)


def test_the_saturation_flow_is_the_mean_of_the_greens_that_know_it(green: Make, wrap: Make) -> None:
    known = {"saturation_pcu_h": Figure(value=1800.0, error=200.0)}
    one = only(wrap([green(0, [4, 4], **known), green(60, [1, 0])]))
    assert (one.saturation_pcu_h.value, one.saturation_pcu_h.error, one.saturation_pcu_h.n) == (1800, 200, 1)
    section = discharge_section(one, words(Language.EN))
    assert "Saturation flow 1,800 ± 200 pcu/h" in " ".join(section.sentences)


@pytest.mark.parametrize("language", list(Language))
def test_the_picture_has_a_bar_and_a_whisker_for_each_slice_units_and_a_title(
    green: Make, wrap: Make, language: Language
) -> None:
    own = words(language)
    (figure,) = discharge_section(only(wrap([green(0, [4, 6, 2])])), own).figures
    drawn = figure.drawing.markup()
    assert drawn.count('class="second"') == 2 * 3
    assert len(re.findall('class="whisker"', drawn)) == 2 * 3
    for text in (own("discharge.seconds"), own("discharge.per_green"), "(pcu/"):
        assert text in drawn
    assert "stop" in figure.caption


def test_the_report_has_the_discharge_of_every_stop_line(green: Make, wrap: Make) -> None:
    events = wrap([green(0, [4, 6]), green(0, [1, 0], stop_line="left")])
    made = assemble(Reading("events", events), None, pcu_table())
    assert [one.stop_line for one in made.discharges] == ["left", "stop"]


def test_a_line_was_watched_to_the_end_of_the_recording_though_its_interval_was_not(
    line_facts: Make, wrap: Make
) -> None:
    events = wrap([line_facts(0, 9, coverage=0.5)])
    ended = wrap([Health(state="ended", frames=750)])[0]
    (before,) = line_sheets(events, 60)
    (after,) = line_sheets([*events, ended.model_copy(update={"time": ended.time + timedelta(seconds=30)})], 60)
    assert (before.coverage, before.told_s) == (0.5, 60)
    assert (after.coverage, after.told_s) == (1.0, 30)
