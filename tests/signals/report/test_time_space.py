"""The time-space diagram says what the plans show, and counts who came on green."""

from xml.etree import ElementTree as ET

import pytest

from signals.optimize.corridor.coordinate import coordinate
from signals.optimize.corridor.street import Link, Stop, Street
from signals.plan.junction import Junction, Limits, Movement, Stage
from signals.report.time_space import Arrival, draw_time_space, on_green, time_space_rows
from signals.report.words import Language, words


@pytest.fixture(scope="module")
def street(make_demands):
    def crossing(name):
        return Junction(
            name,
            tuple(Movement(one) for one in ("out", "back", "side")),
            (Stage("main", ("out", "back")), Stage("side", ("side",))),
            limits=Limits(min_cycle_s=60.0, max_cycle_s=60.0),
        )

    demands = make_demands({"out": (900.0, 3600.0), "back": (900.0, 3600.0), "side": (400.0, 1800.0)})
    stops = tuple(Stop(crossing(name), demands, "out", "back") for name in ("Đại La", "Bạch Mai", "Phố Huế"))
    links = (Link(300.0, 10.0, 10.0), Link(300.0, 10.0, 10.0))
    return Street("Phố <Huế>", stops, links, links)


@pytest.fixture(scope="module")
def found(street):
    return coordinate(street)


@pytest.mark.parametrize("language", list(Language))
def test_the_drawing_is_whole_svg_with_every_junction_and_a_dot_per_arrival_and_cycle(street, found, language):
    drawing = draw_time_space(street, found, [Arrival("Đại La", True, 61.0)], words(language))
    root = ET.fromstring(drawing.markup())
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Đại La", "Bạch Mai", "Phố Huế"} <= set(texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2
    assert any(one.get("class") == "band first" for one in root.iter("{http://www.w3.org/2000/svg}path"))


def test_a_band_passes_every_stop_line_within_a_green_of_the_table(street, found):
    rows = list(time_space_rows(street, found, []))[1:]
    bands = [row for row in rows if row[0] == "band"]
    assert len(bands) == 6
    for _, junction, way, _, since, until in bands:
        greens = [(float(row[4]), float(row[5])) for row in rows if row[0] == "green" and row[1:3] == (junction, way)]
        assert any(
            low - 0.02 <= float(since) + shift and float(until) + shift <= high + 0.02
            for low, high in greens
            for shift in (-60.0, 0.0, 60.0)
        )


def test_arrivals_are_judged_by_the_lamps_they_met(street, found):
    green = next(row for row in time_space_rows(street, found, []) if row[:3] == ("green", "Bạch Mai", "outbound"))
    since_s, until_s = float(green[4]), float(green[5])
    arrivals = [
        Arrival("Bạch Mai", True, at_s)
        for at_s in (since_s + 0.5, since_s + 600.5, until_s - 0.5, until_s + 0.5, since_s - 0.5)
    ]
    assert on_green(street, found, arrivals) == {("Bạch Mai", True): (3, 5)}
