from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from signals.report.clock import VIETNAM
from signals.report.number import Number
from signals.report.svg import NAMESPACE, Drawing
from signals.report.time_chart import Mark, Panel, TimeChart, draw_time_chart, gaps, round_up
from signals.report.turning_chart import Flow, draw_turning_chart
from signals.report.words import Language, words

START = datetime(2026, 11, 20, 7, 0, tzinfo=VIETNAM)
VI = words(Language.VI)


def minute(n: int) -> datetime:
    return START + timedelta(minutes=n)


def found(drawing: Drawing, look: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(drawing.markup()).iter() if look in one.get("class", "").split()]


def drawn(marks: Sequence[Mark], coverage: Sequence[tuple[datetime, datetime, float]]) -> Drawing:
    return draw_time_chart(TimeChart("Xe", [Panel("xe máy", marks, "bar")], coverage), VI)


def test_a_bar_is_as_high_as_its_number_on_a_scale_that_is_written_beside_it() -> None:
    drawing = drawn(
        [Mark(minute(0), minute(1), Number(10)), Mark(minute(1), minute(2), Number(5))],
        [(minute(0), minute(1), 1.0), (minute(1), minute(2), 1.0)],
    )
    high, low = (float(bar.get("height", "")) for bar in found(drawing, "first"))
    assert high == pytest.approx(2 * low)
    assert "10" in [text.text for text in found(drawing, "tick")]


def test_what_nobody_saw_is_hatched_and_not_a_zero() -> None:
    whole = [(minute(0), minute(1), 1.0), (minute(1), minute(2), 1.0)]
    assert found(drawn([], whole), "hatch") == []
    for coverage in ([whole[0], (minute(1), minute(2), 0.0)], [whole[0], (minute(2), minute(3), 1.0)]):
        assert len(found(drawn([], coverage), "hatch")) == 2  # the panel and the strip


def test_a_number_that_is_not_known_is_hatched_in_its_own_panel_only() -> None:
    drawing = drawn([Mark(minute(0), minute(1), Number(None))], [(minute(0), minute(1), 1.0)])
    assert (len(found(drawing, "hatch")), found(drawing, "first")) == (1, [])


def test_an_error_has_a_whisker_that_does_not_go_below_zero() -> None:
    drawing = drawn([Mark(minute(0), minute(1), Number(2, 5.0))], [(minute(0), minute(1), 1.0)])
    (axis, _) = found(drawing, "axis")[:2]
    stem = found(drawing, "whisker")[0].get("d", "")
    lowest = float(stem.split("L")[1].split()[1])
    assert lowest == pytest.approx(float(axis.get("d", "")[1:].split("L")[0].split()[1]))
    assert found(drawn([Mark(minute(0), minute(1), Number(2))], [(minute(0), minute(1), 1.0)]), "whisker") == []


def test_gaps_are_found_between_overlapping_and_missing_intervals() -> None:
    coverage = [(minute(0), minute(2), 1.0), (minute(1), minute(3), 0.5), (minute(5), minute(6), 0.0)]
    assert list(gaps(coverage)) == [(minute(3), minute(6))]


@pytest.mark.parametrize(
    ("most", "scale"), [(0, 1), (1, 1), (3, 3), (7, 8), (9, 10), (11, 12), (101, 120), (0.03, 0.03), (2300, 2400)]
)
def test_scales_end_at_numbers_people_read_at_a_glance(most: float, scale: float) -> None:
    assert round_up(most) == pytest.approx(scale)


@pytest.mark.parametrize("minutes", [1, 15, 90, 600, 3000, 20_000, 80_000])
def test_the_time_axis_has_few_ticks_however_long_it_is(minutes: int) -> None:
    drawing = drawn([], [(minute(0), minute(minutes), 1.0)])
    assert 1 <= sum(":" in (t.text or "") or "/" in (t.text or "") for t in found(drawing, "tick")) <= 9


def test_text_from_outside_cannot_become_markup() -> None:
    drawing = Drawing(10, 10, 'a" onload="x')
    drawing.text("name", 0, 0, "<script>alert(1)</script>")
    root = ET.fromstring(drawing.markup())
    assert [child.tag for child in root] == [f"{{{NAMESPACE}}}text"]
    assert root.get("onload") is None


def test_bands_are_as_wide_as_their_vehicles() -> None:
    flows = [
        Flow("n", "s", None, Number(30, 2.0)),
        Flow("n", "e", "left", Number(10, 1.0)),
        Flow("w", "e", None, Number(None)),
    ]
    drawing = draw_turning_chart(flows, "Rẽ", VI)
    wide, narrow = (float(band.get("d", "").split("v")[1].split("C")[0]) for band in found(drawing, "band"))
    assert wide == pytest.approx(3 * narrow)
    assert "40 ± 3" in [text.text for text in found(drawing, "tick")]


def test_an_interval_of_which_a_few_frames_were_looked_at_is_hatched_and_no_zero() -> None:
    drawing = drawn([], [(minute(0), minute(1), 1.0), (minute(1), minute(2), 0.01), (minute(2), minute(3), 1.0)])
    assert len(found(drawing, "hatch")) == 2
