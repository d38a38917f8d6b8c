"""Figures that are published must be those of the textbooks."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations.cases.agreement import agreement, camera_errors, kappa_error, wilson
from violations.cases.states import CaseState, Verdict

YES, NO = Verdict.ACCEPT, Verdict.REJECT
S = CaseState


def pairs(both, first_only, second_only, neither):
    return [(YES, YES)] * both + [(YES, NO)] * first_only + [(NO, YES)] * second_only + [(NO, NO)] * neither


@pytest.mark.parametrize(
    ("table", "kappa"),
    [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593), ((10, 0, 0, 10), 1.0)],
)
def test_kappa_is_that_of_the_worked_examples(table, kappa):
    assert agreement(pairs(*table)).kappa == pytest.approx(kappa, abs=5e-5)


@settings(deadline=None)
@given(*[st.integers(0, 40)] * 4)
def test_kappa_equals_the_formula_for_two_by_two_tables(a, b, c, d):
    """2(ad - bc) / ((a+b)(b+d) + (a+c)(c+d)): the same in another shape, in whole numbers."""
    below = (a + b) * (b + d) + (a + c) * (c + d)
    found = agreement(pairs(a, b, c, d)).kappa
    if below == 0:
        assert found is None
    else:
        assert found == pytest.approx(float(Fraction(2 * (a * d - b * c), below)), abs=1e-12)


def test_without_pairs_nothing_is_claimed():
    assert agreement([]).kappa is None
    assert agreement(pairs(5, 0, 0, 0)) == agreement(pairs(0, 0, 0, 5))
    assert (agreement(pairs(5, 0, 0, 0)).observed, agreement(pairs(5, 0, 0, 0)).kappa) == (1.0, None)


def test_a_cameras_errors_are_what_people_let_go_of_what_they_decided():
    outcomes = [("b", S.ACCEPTED, 6), ("b", S.REJECTED, 3), ("b", S.WITHDRAWN, 1), ("b", S.DETECTED, 9)]
    outcomes += [("a", S.NEEDS_ANOTHER_LOOK, 1), ("a", S.EXPIRED, 1)]
    first, second = camera_errors(outcomes)
    assert (first.camera, first.decided, first.rate, first.low, first.high) == ("a", 0, None, 0.0, 1.0)
    assert (second.decided, second.wrong, second.rate) == (10, 4, 0.4)
    # Brown, Cai, DasGupta 2001, the same interval in its usual form.
    assert second.exceeds(0.16)
    assert not second.exceeds(0.17)
    assert (second.low, second.high) == (pytest.approx(0.1682, abs=1e-4), pytest.approx(0.6873, abs=1e-4))


def test_kappas_error_shrinks_with_the_number_of_pairs_and_is_unknown_without_a_kappa():
    few, many = (kappa_error(agreement(pairs(20 * n, 5 * n, 10 * n, 15 * n))) for n in (1, 4))
    # Cohen 1960: 1.96 times the root of observed 0.7, expected 0.5, over 50 pairs.
    assert few == pytest.approx(1.96 * (0.7 * 0.3 / (50 * 0.25)) ** 0.5, rel=1e-4)
    assert many == pytest.approx(few / 2)
    assert kappa_error(agreement([])) is None


@settings(deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_none_and_all(counted):
    hits, n = counted
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1
