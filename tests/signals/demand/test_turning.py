import pytest

from signals.demand.turning import turning_shares


def test_shares_of_an_entry_add_up_to_one_and_are_what_was_driven(make_turning):
    shares, unknown = turning_shares([make_turning({("n", "s"): 60, ("n", "e"): 20, ("w", "e"): 50})])
    assert {(one.entry, one.exit): one.share for one in shares} == {("n", "s"): 0.75, ("n", "e"): 0.25, ("w", "e"): 1.0}
    assert unknown == ()


def test_the_error_is_that_of_a_share_counted_in_so_many_and_grows_with_those_who_vanished(make_turning):
    [straight, _], _ = turning_shares([make_turning({("n", "s"): 50, ("n", "e"): 50})])
    assert straight.error == pytest.approx(0.05)
    [doubted, _], _ = turning_shares([make_turning({("n", "s"): 50, ("n", "e"): 50}, vanished=25)])
    assert doubted.error > 0.1
    assert doubted.share == straight.share


def test_too_few_and_intervals_that_lie_are_unknown_with_a_reason(make_turning):
    shares, unknown = turning_shares(
        [make_turning({("n", "s"): 10}), make_turning({("n", "s"): 500}, balanced=False, imbalance=90)]
    )
    assert shares == ()
    assert "only 10 vehicles" in unknown[0].why
    assert "1 intervals were left out" in unknown[0].why


def test_no_facts_no_shares():
    assert turning_shares([]) == ((), ())
