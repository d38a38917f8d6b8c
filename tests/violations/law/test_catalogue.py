import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from violations.errors import LawError, LawFileError
from violations.law.catalogue import (
    Catalogue,
    fine,
    load_catalogue,
    place_named,
    shipped_catalogue,
    speeding_offence,
)
from violations.law.fine_range import FineRange, WhyNoFine

BEFORE = date(2026, 8, 14)
AFTER = date(2026, 8, 15)


@pytest.mark.parametrize(
    ("vehicle", "from_vnd", "to_vnd", "code"),
    [
        ("car", 18_000_000, 20_000_000, "16824.6.9.b"),
        ("bus", 18_000_000, 20_000_000, "16824.6.9.b"),
        ("truck", 18_000_000, 20_000_000, "16824.6.9.b"),
        ("motorbike", 4_000_000, 6_000_000, "16824.7.7.c"),
    ],
)
def test_a_red_light_costs_what_decree_168_of_2024_says(vehicle: str, from_vnd: int, to_vnd: int, code: str):
    found = fine("red_light", vehicle, BEFORE)
    assert isinstance(found, FineRange)
    assert (found.from_vnd, found.to_vnd, found.points, found.codes) == (from_vnd, to_vnd, 4, (code,))
    assert (found.certainty, found.note, found.since) == ("P", "", date(2025, 1, 1))
    assert "168/2024" in found.source


def test_after_the_amendment_the_amount_is_marked_as_not_confirmed():
    before, after = fine("red_light", "car", BEFORE), fine("red_light", "car", AFTER)
    assert isinstance(before, FineRange)
    assert isinstance(after, FineRange)
    assert (before.certainty, after.certainty) == ("P", "U")
    assert "238/2026" in after.note
    assert after.since == AFTER
    assert (before.version, after.version) == ("168/2024/NĐ-CP", "168/2024/NĐ-CP + 238/2026/NĐ-CP")
    assert (after.from_vnd, after.to_vnd) == (before.from_vnd, before.to_vnd)


@pytest.mark.parametrize(
    ("offence", "vehicle", "at", "why", "sentence"),
    [
        ("red_light", "pedestrian", BEFORE, WhyNoFine.NOT_FOR_THIS_VEHICLE, "not for a pedestrian"),
        ("red_light", "bicycle", BEFORE, WhyNoFine.NOT_FOR_THIS_VEHICLE, "not for a bicycle"),
        ("red_light", "spaceship", BEFORE, WhyNoFine.NOT_FOR_THIS_VEHICLE, "not for a spaceship"),
        ("flying", "car", BEFORE, WhyNoFine.OFFENCE_NOT_HELD, "no such offence"),
        ("red_light", "car", date(2024, 12, 31), WhyNoFine.NOT_ON_THIS_DAY, "not in force on 2024-12-31"),
        ("plate_anti_recognition", "car", BEFORE, WhyNoFine.NOT_ON_THIS_DAY, "not in force on 2026-08-14"),
    ],
)
def test_what_the_catalogue_does_not_know_is_a_reason_and_no_guess(
    offence: str, vehicle: str, at: date, why: WhyNoFine, sentence: str
):
    found = fine(offence, vehicle, at)
    assert not isinstance(found, FineRange)
    assert not found
    assert found.why is why
    assert sentence in found.sentence


@pytest.mark.parametrize(
    ("offence", "car", "motorbike"),
    [
        ("sign_or_marking", (400_000, 600_000, 0, "6.1.a"), (200_000, 400_000, 0, "7.1.a")),
        ("stop_line", (400_000, 600_000, 0, "6.1.a"), (200_000, 400_000, 0, "7.1.a")),
        ("solid_line", (400_000, 600_000, 0, "6.1.a"), (200_000, 400_000, 0, "7.1.a")),
        ("wrong_lane", (4_000_000, 6_000_000, 2, "6.5.b"), (600_000, 800_000, 0, "7.3.d")),
        ("lane_change", (600_000, 800_000, 0, "6.2.a"), (200_000, 400_000, 0, "7.1.e")),
        ("wrong_way", (18_000_000, 20_000_000, 4, "6.9.d"), (4_000_000, 6_000_000, 2, "7.7.a")),
        ("no_entry", (4_000_000, 6_000_000, 2, "6.5.i"), (2_000_000, 3_000_000, 2, "7.6.b")),
        ("speeding_from_5", (800_000, 1_000_000, 0, "6.3.a"), (400_000, 600_000, 0, "7.2.b")),
        ("speeding_from_10", (4_000_000, 6_000_000, 2, "6.5.đ"), (800_000, 1_000_000, 0, "7.4.a")),
        ("speeding_over_20", (6_000_000, 8_000_000, 4, "6.6.a"), (6_000_000, 8_000_000, 4, "7.8.a")),
        ("speeding_over_35", (12_000_000, 14_000_000, 6, "6.7.a"), (6_000_000, 8_000_000, 4, "7.8.a")),
        ("no_helmet", None, (400_000, 600_000, 0, "7.2.h")),
        ("no_helmet_passenger", None, (400_000, 600_000, 0, "7.2.i")),
        ("two_passengers", None, (400_000, 600_000, 0, "7.2.g")),
        ("three_passengers", None, (600_000, 800_000, 2, "7.3.b")),
        ("phone_in_hand", (4_000_000, 6_000_000, 4, "6.5.h"), (800_000, 1_000_000, 4, "7.4.đ")),
        ("pavement", (6_000_000, 8_000_000, 4, "6.6.d"), (4_000_000, 6_000_000, 2, "7.7.a")),
        ("illegal_stop", (600_000, 800_000, 0, "6.2.đ"), (400_000, 600_000, 0, "7.2.d 7.2.e")),
        ("illegal_parking", (800_000, 1_000_000, 0, "6.3.đ 6.3.e"), (400_000, 600_000, 0, "")),
        ("bridge_parking", (2_000_000, 3_000_000, 2, "6.4.b"), (600_000, 800_000, 0, "7.3.c")),
        ("double_parking", (2_000_000, 3_000_000, 2, "6.4.b"), None),
        ("left_side_parking", (2_000_000, 3_000_000, 2, "6.4.b"), None),
        ("causing_jam", (4_000_000, 6_000_000, 2, "6.5.k"), None),
        ("forbidden_turn", (2_000_000, 3_000_000, 0, "6.4.k"), (400_000, 600_000, 0, "7.2.k")),
        ("forbidden_u_turn", (2_000_000, 3_000_000, 0, "6.4.k"), (400_000, 600_000, 0, "7.2.k")),
        ("pedestrian_priority", (4_000_000, 6_000_000, 0, "6.5.l"), (1_000_000, 2_000_000, 2, "7.5.b")),
        ("plate_covered", (20_000_000, 26_000_000, 0, "13.8.b"), (4_000_000, 6_000_000, 0, "14.3.b")),
    ],
)
def test_the_shipped_rows_say_what_the_decree_says(offence: str, car: tuple | None, motorbike: tuple | None):
    for vehicle, wanted in (("car", car), ("bus", car), ("truck", car), ("motorbike", motorbike)):
        found = fine(offence, vehicle, BEFORE)
        if wanted is None:
            assert not found
            continue
        from_vnd, to_vnd, points, places = wanted
        assert isinstance(found, FineRange)
        codes = tuple(f"16824.{place}" for place in places.split())
        assert (found.from_vnd, found.to_vnd, found.points, found.codes) == (from_vnd, to_vnd, points, codes)


def test_every_shipped_row_answers_on_its_first_day_and_not_the_day_before():
    catalogue = shipped_catalogue()
    for row in catalogue.rows:
        first = catalogue.since(row)
        for vehicle in row.vehicles:
            assert fine(row.offence, vehicle, first)
            assert not fine(row.offence, vehicle, first - timedelta(days=1))


@pytest.mark.parametrize("offence", sorted({row.offence for row in shipped_catalogue().rows}))
def test_from_15_august_2026_no_amount_of_the_old_decree_is_called_confirmed(offence: str):
    for vehicle in ("car", "motorbike"):
        before, after = fine(offence, vehicle, BEFORE), fine(offence, vehicle, AFTER)
        if isinstance(before, FineRange):
            assert isinstance(after, FineRange)
            assert before.certainty in {"P", "I"}
            assert (after.certainty, after.since) == ("U", AFTER)
            assert (after.from_vnd, after.to_vnd, after.points) == (before.from_vnd, before.to_vnd, before.points)


def test_materials_against_recognition_are_an_offence_of_the_amending_decree():
    found = fine("plate_anti_recognition", "car", AFTER)
    assert isinstance(found, FineRange)
    assert (found.version, found.certainty, found.to_vnd) == ("238/2026/NĐ-CP", "I", 26_000_000)
    assert found.articles == ("article 13, clause 8, point b",)


@pytest.mark.parametrize(
    ("over_kmh", "offence"),
    [
        (-10, None),
        (0, None),
        (4.99, None),
        (float("nan"), None),
        (5, "speeding_from_5"),
        (9.99, "speeding_from_5"),
        (10, "speeding_from_10"),
        (20, "speeding_from_10"),
        (20.01, "speeding_over_20"),
        (35, "speeding_over_20"),
        (35.01, "speeding_over_35"),
        (float("inf"), "speeding_over_35"),
    ],
)
def test_a_band_of_speed_holds_the_edges_the_decree_gives_it(over_kmh: float, offence: str | None):
    assert speeding_offence(over_kmh) == offence


@given(
    over_kmh=st.tuples(st.floats(0, 120), st.floats(0, 120)).map(sorted),
    vehicle=st.sampled_from(["car", "motorbike"]),
    at=st.dates(date(2025, 1, 1), date(2030, 1, 1)),
)
def test_driving_faster_never_costs_less(over_kmh: list[float], vehicle: str, at: date):
    slower, faster = (speeding_offence(one) for one in over_kmh)
    if slower is None:
        return
    assert faster is not None
    less, more = fine(slower, vehicle, at), fine(faster, vehicle, at)
    assert isinstance(less, FineRange)
    assert isinstance(more, FineRange)
    assert (less.from_vnd, less.to_vnd, less.points) <= (more.from_vnd, more.to_vnd, more.points)


def test_the_law_of_the_day_begins_at_midnight_in_vietnam():
    assert not fine("red_light", "car", datetime(2024, 12, 31, 16, 59, tzinfo=UTC))
    assert fine("red_light", "car", datetime(2024, 12, 31, 17, 0, tzinfo=UTC))


def test_a_moment_without_its_time_zone_is_refused():
    with pytest.raises(LawError, match="wanted a day or a moment with its time zone"):
        fine("red_light", "car", datetime(2026, 1, 1, 12))  # noqa: DTZ001 — the mistake under test


def test_a_place_without_amounts_of_its_own_has_the_countrys():
    assert fine("red_light", "car", BEFORE, "hue") == fine("red_light", "car", BEFORE)


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_in_hanoi_the_countrys_amount_is_called_unconfirmed_because_nobody_knows_of_its_list(at: date):
    country, here = fine("red_light", "car", at), fine("red_light", "car", at, "hanoi")
    assert isinstance(country, FineRange)
    assert isinstance(here, FineRange)
    assert (here.from_vnd, here.to_vnd, here.points) == (country.from_vnd, country.to_vnd, country.points)
    assert here.certainty == "U"
    assert "up to twice" in here.place_note
    assert country.place_note == ""


@pytest.fixture
def raw() -> dict[str, Any]:
    row = {
        "offence": "red_light",
        "vehicles": ["car"],
        "from_vnd": 18,
        "to_vnd": 20,
        "points": 4,
        "codes": ["16824.6.9.b"],
        "decree": "168",
        "certainty": "P",
    }
    return {"format": 1, "decrees": {"168": {"since": "2025-01-01", "title": "Decree 168"}}, "rows": [row]}


HANOI = {"title": "Hà Nội", "up_to_times": 2, "certainty": "U", "note": "perhaps more", "since": "2025-03-01"}


def load(folder: Path, raw: dict[str, Any]) -> Catalogue:
    path = folder / "catalogue.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return load_catalogue(path)


def test_a_place_with_amounts_of_its_own_has_those(tmp_path: Path, raw: dict[str, Any]):
    raw["localities"] = {"hanoi": HANOI}
    raw["rows"].append(raw["rows"][0] | {"place": "hanoi", "from_vnd": 36, "to_vnd": 40, "since": "2026-01-01"})
    catalogue = load(tmp_path, raw)
    amounts = {
        (place, at): getattr(fine("red_light", "car", at, place, catalogue), "from_vnd", None)
        for place in ("hanoi", "hue", None)
        for at in (date(2025, 6, 1), date(2026, 6, 1))
    }
    assert amounts == {
        ("hanoi", date(2025, 6, 1)): 18,
        ("hanoi", date(2026, 6, 1)): 36,
        ("hue", date(2025, 6, 1)): 18,
        ("hue", date(2026, 6, 1)): 18,
        (None, date(2025, 6, 1)): 18,
        (None, date(2026, 6, 1)): 18,
    }


def test_a_row_of_the_place_itself_is_as_certain_as_it_says(tmp_path: Path, raw: dict[str, Any]):
    raw["localities"] = {"hanoi": HANOI}
    raw["rows"].append(raw["rows"][0] | {"place": "hanoi", "since": "2026-01-01", "certainty": "S"})
    catalogue = load(tmp_path, raw)
    found = {
        day: fine("red_light", "car", day, "hanoi", catalogue)
        for day in (date(2025, 2, 28), date(2025, 3, 1), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert [(one.certainty, one.place, one.place_note) for one in found.values()] == [  # type: ignore[union-attr]
        ("P", None, ""),
        ("U", None, "perhaps more"),
        ("U", None, "perhaps more"),
        ("S", "hanoi", ""),
    ]


def test_a_row_entered_anew_after_an_amendment_is_as_certain_as_it_says(tmp_path: Path, raw: dict[str, Any]):
    raw["amendments"] = [{"decree": "238", "of": "168", "since": "2026-08-15", "certainty": "U", "note": "unsure"}]
    old = raw["rows"][0]
    raw["rows"] = [old | {"until": "2026-08-14"}, old | {"since": "2026-08-15", "from_vnd": 19}]
    catalogue = load(tmp_path, raw)
    found = fine("red_light", "car", AFTER, catalogue=catalogue)
    assert isinstance(found, FineRange)
    assert (found.from_vnd, found.certainty, found.note) == (19, "P", "")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"to_vnd": 17}, "to_vnd: wanted 18 or more, found 17"),
        ({"codes": ["6.9.b"]}, "wanted decree and year, article, clause, point such as 16824.6.9.b, found '6.9.b'"),
        ({"vehicles": ["tank"]}, "rows.0.vehicles.0: 'tank' is not allowed here"),
        ({"vehicles": []}, "rows.0.vehicles"),
        ({"points": 13}, "rows.0.points"),
        ({"certainty": "sure"}, "rows.0.certainty: 'sure' is not allowed here; allowed: 'P', 'S', 'R', 'I', 'U'"),
        ({"decree": "999"}, "decree 999: wanted one of 168"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"place": "hanoi"}, "place hanoi: wanted one of no places"),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "until: wanted 2026-01-02 or later, found 2026-01-01"),
        ({"since": "2026-02-30"}, "rows.0.since"),
    ],
)
def test_a_wrong_row_stops_the_whole_catalogue_with_file_and_line(
    tmp_path: Path, raw: dict[str, Any], change: dict[str, Any], problem: str
):
    raw["rows"][0] |= change
    with pytest.raises(LawFileError) as caught:
        load(tmp_path, raw)
    lines = (tmp_path / "catalogue.yaml").read_text().splitlines()
    row_begins = next(number for number, line in enumerate(lines, 1) if line.startswith("rows:"))
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'catalogue.yaml'}:{caught.value.line}: ")
    assert caught.value.line > row_begins


def test_every_mistake_of_a_file_is_said_in_order_of_line(tmp_path: Path):
    path = tmp_path / "c.yaml"
    path.write_text("format: 1\ndecrees: {}\ndecrees: {}\nrows:\n  - {points: 4}\nmore: 1\n")
    with pytest.raises(LawFileError) as caught:
        load_catalogue(path)
    lines = [line for line, _ in caught.value.problems]
    assert lines == sorted(lines)
    assert {3, 5, 6} <= set(lines)


def test_two_rows_that_answer_the_same_question_are_refused(tmp_path: Path, raw: dict[str, Any]):
    raw["rows"].append(raw["rows"][0] | {"vehicles": ["bus", "car"], "from_vnd": 19})
    with pytest.raises(LawFileError, match="red_light: two rows for bus, car in the same days and place"):
        load(tmp_path, raw)


def test_a_place_may_not_exceed_what_the_law_allows_it(tmp_path: Path, raw: dict[str, Any]):
    raw["localities"] = {"hanoi": HANOI}
    raw["rows"].append(raw["rows"][0] | {"place": "hanoi", "from_vnd": 36, "to_vnd": 41})
    with pytest.raises(LawFileError, match="red_light in hanoi: wanted at most 40, found 41"):
        load(tmp_path, raw)


def test_bands_of_speed_that_do_not_rise_are_refused(tmp_path: Path, raw: dict[str, Any]):
    band = {"offence": "fast", "from_kmh": 10, "included": True}
    raw["speeding"] = [band, band | {"offence": "faster"}]
    with pytest.raises(LawFileError, match="wanted a speed above 10 km/h, found 10"):
        load(tmp_path, raw)


@pytest.mark.parametrize("text", ["", "- 1", "format: 2", "a: [", "\x00", "\t a: 1", "format: 1\nformat: 1"])
def test_a_file_that_is_no_catalogue_is_one_error_with_the_file(tmp_path: Path, text: str):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(LawFileError, match=r"c\.yaml:\d+: "):
        load_catalogue(tmp_path / "c.yaml")


@pytest.mark.parametrize(("name", "found"), [("none.yaml", "No such file"), (".", "directory")])
def test_a_catalogue_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, found: str):
    with pytest.raises(LawFileError, match=found):
        load_catalogue(tmp_path / name)


@given(
    offence=st.sampled_from(sorted({row.offence for row in shipped_catalogue().rows})),
    vehicle=st.sampled_from(["motorbike", "car", "bus", "truck", "bicycle", "pedestrian"]),
    at=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)
def test_every_answer_names_its_source_and_never_reaches_before_the_decree(offence: str, vehicle: str, at: date):
    found = fine(offence, vehicle, at)
    if not isinstance(found, FineRange):
        assert found.sentence
        return
    assert date(2025, 1, 1) <= found.since <= at
    assert found.source
    assert found.codes or found.remark
    assert len(found.articles) == len(found.codes)
    assert 0 < found.from_vnd <= found.to_vnd
    assert found.note or found.certainty != "U"
    assert vehicle in {"motorbike", "car", "bus", "truck"}


@pytest.mark.parametrize(
    ("district", "place"),
    [
        ("Cầu Giấy, Hà Nội", "hanoi"),
        ("hanoi", "hanoi"),
        ("HÀ NỘI ", "hanoi"),
        (unicodedata.normalize("NFD", "Hà Nội"), "hanoi"),
        ("Hà Nội, Huế", None),
        ("Huế", None),
        ("", None),
        ("-", None),
    ],
)
def test_a_district_says_in_which_locality_it_lies(district: str, place: str | None):
    assert place_named(district) == place
