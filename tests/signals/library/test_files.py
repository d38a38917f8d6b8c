"""Files of plans and streets, and what is said of wrong ones."""

from datetime import datetime

import pytest

from signals.library.files import LibraryError, load_library, load_street


def test_a_library_as_written_runs_the_plan_of_each_moment(library_file):
    _, library = load_library(library_file)
    assert library.at(datetime.fromisoformat("2026-11-20 07:00"), ()) == "peak"
    assert library.plans["peak"].offset_s == 12
    assert library.plans["peak"].cycle_s == 80


def test_a_street_as_written_has_its_flows_in_one_unit_and_links_both_ways(street_file):
    _, street = load_street(street_file)
    first = street.stops[0]
    assert first.flow_h("back") == pytest.approx(2400 * 0.3 + 150)
    assert street.outbound == street.inbound
    assert street.outbound[0].fastest_mps == pytest.approx(40 / 3.6)


@pytest.mark.parametrize(
    ("change", "line", "sentence"),
    [
        (("peak: {greens_s: {main: 50, side: 20}", "peak: {greens_s: {main: 50}"), None, "a green to each stage"),
        (("greens_s: {main: 15", "greens_s: {main: 3"), None, "green for 3 s; the least is 7 s"),
        (('"06:30": peak', '"06:30": noon'), None, "names plan noon"),
        (("offset_s: 12", "offset: 12"), 10, "offset"),
        (("width_m: 7.0", "width_m: 0.7"), 4, "0.7"),
        (("version: 1", "version: 2"), 1, "2 is not allowed"),
    ],
)
def test_a_wrong_library_is_refused_with_the_place_that_is_wrong(library_file, change, line, sentence):
    library_file.write_text(library_file.read_text().replace(*change))
    with pytest.raises(LibraryError, match=sentence) as refused:
        load_library(library_file)
    assert str(library_file) in str(refused.value)
    assert line is None or f"line {line}" in str(refused.value)


def test_a_street_without_enough_links_or_with_a_stranger_is_refused(street_file):
    good = street_file.read_text()
    street_file.write_text(good.replace("outbound: out", "outbound: up"))
    with pytest.raises(LibraryError, match="names up as its outbound movement"):
        load_street(street_file)
    street_file.write_text(
        good.replace("  - {length_m", "  - {length_m: 100, slowest_kmh: 30, fastest_kmh: 40}\n  - {length_m")
    )
    with pytest.raises(LibraryError, match="wanted 1, found 2"):
        load_street(street_file)
