"""Every offence a rule may accuse of has an amount in the catalogue, or a plain answer that none is entered."""

from datetime import date

import pytest

from violations.law.catalogue import fine
from violations.law.fine_range import FineRange, NoFine, WhyNoFine

DAY = date(2026, 11, 21)
ENTERED = (
    ("wrong_lane", "motorbike"),
    ("wrong_lane", "car"),
    ("bus_lane", "motorbike"),
    ("bus_lane", "car"),
    ("no_entry", "truck"),
    ("no_entry", "motorbike"),
    ("pavement", "motorbike"),
    ("illegal_stop", "car"),
    ("illegal_stop", "motorbike"),
    ("illegal_parking", "car"),
    ("illegal_parking", "motorbike"),
    ("no_helmet", "motorbike"),
    ("no_helmet_passenger", "motorbike"),
    ("two_passengers", "motorbike"),
    ("three_passengers", "motorbike"),
    ("plate_covered", "motorbike"),
    ("plate_covered", "car"),
)


@pytest.mark.parametrize(("offence", "vehicle"), ENTERED)
def test_what_the_rules_of_places_and_riders_accuse_of_has_an_amount(offence: str, vehicle: str):
    assert isinstance(fine(offence, vehicle, DAY), FineRange)


@pytest.mark.parametrize(
    ("offence", "vehicle", "why"),
    [
        ("box_blocking", "car", WhyNoFine.OFFENCE_NOT_HELD),
        ("bus_lane", "bicycle", WhyNoFine.NOT_FOR_THIS_VEHICLE),
        ("wrong_lane", "bicycle", WhyNoFine.NOT_FOR_THIS_VEHICLE),
        ("no_entry", "bicycle", WhyNoFine.NOT_FOR_THIS_VEHICLE),
    ],
)
def test_where_no_amount_is_entered_the_answer_says_so_and_guesses_none(offence: str, vehicle: str, why: WhyNoFine):
    found = fine(offence, vehicle, DAY)
    assert isinstance(found, NoFine)
    assert found.why is why
    assert not found


def test_what_is_our_reading_is_marked_as_such():
    # Since the amendment nothing is better known than U; on the day before, a bus lane was inferred.
    found = fine("bus_lane", "car", date(2026, 8, 14))
    assert isinstance(found, FineRange)
    assert found.certainty == "I"
    assert "our reading" in found.remark
