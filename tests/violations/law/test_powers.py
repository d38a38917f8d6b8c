from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from violations.errors import LawError, LawFileError
from violations.law.catalogue import fine, shipped_catalogue
from violations.law.fine_range import FineRange
from violations.law.powers import Power, load_powers, shipped_powers, who_may_fine

BEFORE = date(2026, 8, 14)
SINCE = date(2026, 8, 15)


def costing(offence: str, vehicle: str) -> FineRange:
    found = fine(offence, vehicle, SINCE)
    assert isinstance(found, FineRange)
    return found


@pytest.mark.parametrize(
    ("offence", "vehicle", "office"),
    [
        ("no_helmet", "motorbike", "officer"),
        ("red_light", "motorbike", "officer"),
        ("speeding_over_20", "car", "station_head"),
        ("red_light", "car", "station_head"),
        ("plate_covered", "car", "commune_chief"),
    ],
)
def test_the_lowest_office_that_reaches_the_upper_end_gets_the_case(offence: str, vehicle: str, office: str):
    found = who_may_fine(costing(offence, vehicle), SINCE)
    assert isinstance(found, Power)
    assert found.office == office


@pytest.mark.parametrize(
    ("to_vnd", "office"),
    [
        (7_500_000, "officer"),
        (7_500_001, "station_head"),
        (22_500_000, "station_head"),
        (22_500_001, "commune_chief"),
        (37_500_000, "commune_chief"),
        (37_500_001, "division_head"),
        (60_000_000, "division_head"),
        (60_000_001, "director"),
        (75_000_000, "director"),
    ],
)
def test_a_limit_reaches_its_own_amount(to_vnd: int, office: str):
    found = who_may_fine(costing("red_light", "car").model_copy(update={"to_vnd": to_vnd}), SINCE)
    assert isinstance(found, Power)
    assert (found.office, found.certainty) == (office, "P")


def test_beyond_every_limit_nobody_is_named():
    found = who_may_fine(costing("red_light", "car").model_copy(update={"to_vnd": 75_000_001}), SINCE)
    assert not found
    assert "wanted at most 75000000 (director of provincial police)" in found.sentence


def test_before_the_decree_that_sets_them_no_powers_are_held():
    red = costing("red_light", "car")
    before = who_may_fine(red, BEFORE)
    assert not isinstance(before, Power)
    assert "2026-08-14" in before.sentence
    assert who_may_fine(red, SINCE)
    assert not who_may_fine(red, datetime(2026, 8, 14, 16, 59, tzinfo=UTC))
    assert who_may_fine(red, datetime(2026, 8, 14, 17, 0, tzinfo=UTC)), "it is already the 15th in Vietnam"
    with pytest.raises(LawError, match="time zone"):
        who_may_fine(red, datetime(2026, 8, 15))  # noqa: DTZ001 — the mistake under test


def test_every_shipped_fine_has_somebody_who_may_decide_it():
    for row in shipped_catalogue().rows:
        for vehicle in row.vehicles:
            assert who_may_fine(costing(row.offence, vehicle), SINCE)


@given(amounts=st.tuples(st.integers(1, 80_000_000), st.integers(1, 80_000_000)).map(sorted))
def test_a_higher_fine_never_goes_to_a_lower_office(amounts: list[int]):
    limits = {power.office: power.up_to_vnd for power in shipped_powers().on(SINCE)}
    red = costing("red_light", "car")
    lower, higher = (who_may_fine(red.model_copy(update={"to_vnd": one}), SINCE) for one in amounts)
    if isinstance(higher, Power):
        assert isinstance(lower, Power)
        assert limits[lower.office] <= limits[higher.office]


def test_an_office_with_two_limits_on_one_day_is_refused_with_its_line(tmp_path: Path):
    power = shipped_powers().powers[0].model_dump(mode="json")
    path = tmp_path / "powers.yaml"
    path.write_text(yaml.safe_dump({"format": 1, "powers": [power, power]}))
    with pytest.raises(LawFileError, match=r"powers\.yaml:\d+: officer: two limits in the same days"):
        load_powers(path)
    earlier = power | {"since": "2025-01-01", "until": "2026-08-14", "up_to_vnd": 1}
    path.write_text(yaml.safe_dump({"format": 1, "powers": [power, earlier]}))
    assert [one.up_to_vnd for one in load_powers(path).on(BEFORE)] == [1]
