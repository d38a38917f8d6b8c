from datetime import UTC, date, datetime

import pytest

from violations.web.clocks import Urgency, clocks


@pytest.mark.parametrize(
    ("today", "left", "urgency"),
    [(1, 10, Urgency.CALM), (8, 3, Urgency.SOON), (11, 0, Urgency.SOON), (12, -1, Urgency.PAST)],
)
def test_ten_days_to_notify_count_from_the_recording(today, left, urgency):
    notify = clocks(datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 11, today, 5, tzinfo=UTC)).notify
    assert (notify.last_day, notify.days_left, notify.urgency) == (date(2026, 11, 11), left, urgency)


def test_days_are_those_of_vietnam():
    late_evening_utc = datetime(2026, 11, 1, 18, tzinfo=UTC)  # already 2 November in Hanoi
    assert clocks(late_evening_utc, late_evening_utc).notify.last_day == date(2026, 11, 12)


@pytest.mark.parametrize(("recorded", "last"), [((2026, 11, 1), date(2027, 11, 1)), ((2028, 2, 29), date(2029, 2, 28))])
def test_the_record_has_force_for_one_year(recorded, last):
    moment = datetime(*recorded, 3, tzinfo=UTC)
    assert clocks(moment, moment).limitation.last_day == last
