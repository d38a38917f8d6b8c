from datetime import UTC, datetime, timedelta

import pytest

from violations.web.formats import age, local_time, measured, money, number, size
from violations.web.texts import TEXTS, Language, load_texts


def test_times_are_shown_in_vietnam_even_when_the_database_forgot_the_zone():
    assert local_time(datetime(2026, 11, 20, 17, 30, 5, tzinfo=UTC)) == "21/11/2026 00:30:05"
    assert local_time(datetime(2026, 11, 20, 17, 30, 5)) == "21/11/2026 00:30:05"  # noqa: DTZ001 — the case in question


def test_money_is_written_as_on_the_notice():
    assert money(18_000_000) == "18.000.000\N{NO-BREAK SPACE}₫"


@pytest.mark.parametrize(("language", "expected"), [(Language.VI, "−1.234,50"), (Language.EN, "−1,234.50")])
def test_numbers_follow_the_language(language, expected):
    assert number(-1234.5, 2, language) == expected


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (4.2, 0.04, "4.20 ± 0.04"),
        (3.2, 0.15, "3.20 ± 0.15"),
        (12.34, 1.21, "12.3 ± 1.3"),
        (123.4, 12, "123 ± 12"),
        (1.0, 0.0, "1.00 ± 0.00"),
        (3.0, 0.0042, "3.000 ± 0.005"),
    ],
)
def test_a_measured_value_has_the_digits_of_its_error_which_is_rounded_up(value, error, expected):
    assert measured(value, error, "s", Language.EN) == f"{expected}\N{NO-BREAK SPACE}s"


@pytest.mark.parametrize(("bytes_", "expected"), [(12, "12 B"), (2_400, "2.4 kB"), (3_140_000, "3.1 MB")])
def test_sizes_have_a_unit(bytes_, expected):
    assert size(bytes_, Language.EN).replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(minutes=-5), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_ages_use_the_coarsest_unit_that_says_enough(ago, expected):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert age(now - ago, now, load_texts([TEXTS])[Language.EN]) == expected
