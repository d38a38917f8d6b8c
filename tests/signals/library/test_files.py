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
        (
            ("peak: {greens_s: {main: 50, side: 20}", "peak: {greens_s: {main: 50}"),
            None,
            "a green to each stage that runs",
        ),
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


SKIPPING = (
    (
        "peak: {greens_s: {main: 50, side: 20}, offset_s: 12}",
        "peak: {greens_s: {side: 20, both: 50}, order: [both, side]}",
    ),
    ("- {id: side, movements: [side]}", "- {id: side, movements: [side]}\n    - {id: both, movements: [out]}"),
    ("night: {greens_s: {main: 15, side: 10}}", "night: {greens_s: {main: 15, side: 10, both: 9}}"),
)


def changed(text, *pairs):
    for was, becomes in pairs:
        assert was in text
        text = text.replace(was, becomes)
    return text


def test_a_plan_may_skip_stages_and_run_them_in_another_order(library_file):
    library_file.write_text(changed(library_file.read_text(), *SKIPPING))
    _, library = load_library(library_file)
    assert [stage.stage for stage in library.plans["peak"].stages] == ["both", "side"]
    assert [stage.stage for stage in library.plans["night"].stages] == ["main", "side", "both"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("order: [both, side]", "order: [both, side, both]"), "may run each stage of Đại La"),
        (("order: [both, side]", "order: [both, left]"), "found the order both, left"),
        (("order: [both, side]", "order: [both, side, main]"), "give a green to each stage that runs at Đại La"),
        (
            ("{side: 20, both: 50}, order: [both, side]", "{main: 20, both: 50}, order: [both, main]"),
            "Movement side never",
        ),
    ],
)
def test_an_order_that_cannot_run_or_leaves_somebody_out_is_refused(library_file, change, sentence):
    library_file.write_text(changed(library_file.read_text(), *SKIPPING, change))
    with pytest.raises(LibraryError, match=sentence):
        load_library(library_file)


def test_a_wrong_file_is_told_in_vietnamese_down_to_its_keys_and_values(library_file):
    text = changed(library_file.read_text(), ("width_m: 7.0", "width_m: wide"), ("offset_s: 12", "offset: 12"))
    library_file.write_text(text)
    with pytest.raises(LibraryError) as refused:
        load_library(library_file)
    told = refused.value.told("vi")
    assert "dòng 4: cần một số, nhận được 'wide'" in told
    assert "không có khóa 'offset'" in told
    library_file.write_text(
        changed(text, ("width_m: wide", "width_m: 7.0"), ("offset: 12", "offset_s: 12"), ("main: 15", "main: 3"))
    )
    with pytest.raises(LibraryError) as refused:
        load_library(library_file)
    assert "Kế hoạch night: Pha main xanh 3 giây; ít nhất phải là 7 giây." in refused.value.told("vi")
