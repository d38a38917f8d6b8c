from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from violations.errors import LawError
from violations.law.catalogue import Catalogue, fine, load_catalogue, shipped_catalogue

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
    assert found is not None
    assert (found.from_vnd, found.to_vnd, found.points, found.codes) == (from_vnd, to_vnd, 4, (code,))
    assert (found.certainty, found.note, found.since) == ("P", "", date(2025, 1, 1))
    assert "168/2024" in found.source


def test_after_the_amendment_the_amount_is_marked_as_not_confirmed():
    before, after = fine("red_light", "car", BEFORE), fine("red_light", "car", AFTER)
    assert before is not None
    assert after is not None
    assert (before.certainty, after.certainty) == ("P", "U")
    assert "238/2026" in after.note
    assert after.since == AFTER
    assert (after.from_vnd, after.to_vnd) == (before.from_vnd, before.to_vnd)


@pytest.mark.parametrize(
    ("offence", "vehicle", "at"),
    [
        ("red_light", "pedestrian", BEFORE),
        ("red_light", "bicycle", BEFORE),
        ("red_light", "spaceship", BEFORE),
        ("flying", "car", BEFORE),
        ("red_light", "car", date(2024, 12, 31)),
    ],
)
def test_what_the_catalogue_does_not_know_is_no_guess(offence: str, vehicle: str, at: date):
    assert fine(offence, vehicle, at) is None


def test_the_law_of_the_day_begins_at_midnight_in_vietnam():
    assert fine("red_light", "car", datetime(2024, 12, 31, 16, 59, tzinfo=UTC)) is None
    assert fine("red_light", "car", datetime(2024, 12, 31, 17, 0, tzinfo=UTC)) is not None


def test_a_moment_without_its_time_zone_is_refused():
    with pytest.raises(LawError, match="wanted a day or a moment with its time zone"):
        fine("red_light", "car", datetime(2026, 1, 1, 12))  # noqa: DTZ001 — the mistake under test


def test_a_place_without_amounts_of_its_own_has_the_countrys():
    assert fine("red_light", "car", BEFORE, "hanoi") == fine("red_light", "car", BEFORE)


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


def load(folder: Path, raw: dict[str, Any]) -> Catalogue:
    path = folder / "catalogue.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return load_catalogue(path)


def test_a_place_with_amounts_of_its_own_has_those(tmp_path: Path, raw: dict[str, Any]):
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


def test_a_row_entered_anew_after_an_amendment_is_as_certain_as_it_says(tmp_path: Path, raw: dict[str, Any]):
    raw["amendments"] = [{"decree": "238", "of": "168", "since": "2026-08-15", "certainty": "U", "note": "unsure"}]
    old = raw["rows"][0]
    raw["rows"] = [old | {"until": "2026-08-14"}, old | {"since": "2026-08-15", "from_vnd": 19}]
    catalogue = load(tmp_path, raw)
    found = fine("red_light", "car", AFTER, catalogue=catalogue)
    assert found is not None
    assert (found.from_vnd, found.certainty, found.note) == (19, "P", "")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"to_vnd": 17}, "to_vnd: wanted 18 or more, found 17"),
        ({"codes": ["6.9.b"]}, r"rows\.0\.codes\.0"),
        ({"codes": []}, r"rows\.0\.codes"),
        ({"vehicles": ["tank"]}, r"rows\.0\.vehicles\.0"),
        ({"points": 13}, r"rows\.0\.points"),
        ({"certainty": "sure"}, r"rows\.0\.certainty"),
        ({"decree": "999"}, "decree 999: wanted one of 168"),
        ({"colour": "red"}, r"rows\.0\.colour"),
    ],
)
def test_a_wrong_row_stops_the_whole_catalogue(
    tmp_path: Path, raw: dict[str, Any], change: dict[str, Any], problem: str
):
    raw["rows"][0] |= change
    with pytest.raises(LawError, match=problem):
        load(tmp_path, raw)


def test_two_rows_that_answer_the_same_question_are_refused(tmp_path: Path, raw: dict[str, Any]):
    raw["rows"].append(raw["rows"][0] | {"vehicles": ["bus", "car"], "from_vnd": 19})
    with pytest.raises(LawError, match="red_light: two rows for bus, car in the same days and place"):
        load(tmp_path, raw)


@pytest.mark.parametrize("text", ["", "- 1", "format: 2", "a: [", "\x00"])
def test_a_file_that_is_no_catalogue_is_one_sentence(tmp_path: Path, text: str):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(LawError, match=r"c\.yaml: "):
        load_catalogue(tmp_path / "c.yaml")
    with pytest.raises(LawError, match=r"none\.yaml"):
        load_catalogue(tmp_path / "none.yaml")


@given(
    offence=st.sampled_from(sorted({row.offence for row in shipped_catalogue().rows})),
    vehicle=st.sampled_from(["motorbike", "car", "bus", "truck", "bicycle", "pedestrian"]),
    at=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)
def test_every_answer_names_its_source_and_never_reaches_before_the_decree(offence: str, vehicle: str, at: date):
    found = fine(offence, vehicle, at)
    if found is None:
        return
    assert date(2025, 1, 1) <= found.since <= at
    assert found.source
    assert found.codes
    assert 0 < found.from_vnd <= found.to_vnd
    assert found.note or found.certainty != "U"
    assert vehicle in {"motorbike", "car", "bus", "truck"}
