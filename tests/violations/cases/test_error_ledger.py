"""The public ledger tells enough of cameras and nothing of persons."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from violations.cases.error_ledger import FEWEST, TOGETHER, LedgerRow, error_ledger, total
from violations.cases.states import CaseState

S = CaseState
OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from(["2026-09", "2026-10"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["red_light", "wrong_way"]),
        st.sampled_from([S.ACCEPTED, S.PAID, S.REJECTED, S.WITHDRAWN, S.DETECTED]),
        st.integers(1, 9),
    ),
    max_size=30,
)


def test_accepted_rejected_and_overturned_are_counted_by_month_camera_and_offence():
    rows = error_ledger(
        [
            ("2026-10", "a", "red_light", S.ACCEPTED, 4),
            ("2026-10", "a", "red_light", S.PAID, 3),
            ("2026-10", "a", "red_light", S.REJECTED, 2),
            ("2026-10", "a", "red_light", S.WITHDRAWN, 1),
            ("2026-10", "a", "red_light", S.DETECTED, 50),
            ("2026-09", "b", "wrong_way", S.UPHELD, 5),
        ]
    )
    assert rows == (
        LedgerRow("2026-10", "a", "red_light", 7, 2, 1),
        LedgerRow("2026-09", "b", "wrong_way", 5, 0, 0),
    )


def test_small_rows_are_put_together_and_withheld_where_they_are_few_even_then():
    few = [("2026-10", "a", "red_light", S.ACCEPTED, 1), ("2026-10", "b", "red_light", S.REJECTED, 2)]
    assert error_ledger(few) == (LedgerRow("2026-10", TOGETHER, TOGETHER, None, None, None),)
    enough = [*few, ("2026-10", "c", "red_light", S.WITHDRAWN, 2)]
    assert error_ledger(enough) == (LedgerRow("2026-10", TOGETHER, TOGETHER, 1, 2, 2),)


@given(OUTCOMES)
def test_no_number_shown_and_no_sum_speaks_of_fewer_cases_than_the_limit(outcomes):
    rows = error_ledger(outcomes)
    assert all(row.decided is None or row.decided >= FEWEST for row in rows)
    by_month = Counter(month for month, _, _, state, n in outcomes if state is not S.DETECTED for _ in range(n))
    for month, decided in by_month.items():
        shown = total(row for row in rows if row.month == month).decided
        hidden = [row for row in rows if row.month == month and row.decided is None]
        assert len(hidden) <= 1
        assert (shown == decided) is not bool(hidden)
