"""Bands against what is known: alternating offsets, one-way streets, and a search through every whole second."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.optimize.corridor.green_wave import Order, Window, speeds_mps, widest_wave

CYCLE_S = 60.0


def band_s(starts, length_s, times_s):
    """The widest band through greens that start at `starts` and are passed times_s after the first."""
    shifted = [(start - at) % CYCLE_S for start, at in zip(starts, times_s, strict=True)]
    return max(
        max(0.0, min(length_s - (first - other) % CYCLE_S for other in shifted)) if shifted else length_s
        for first in shifted
    )


def best_by_search(lengths_m, mps, length_s, step_s):
    times_s = [0.0]
    for length_m in lengths_m:
        times_s.append(times_s[-1] + length_m / mps)
    back_s = [times_s[-1] - at for at in times_s]
    whole = [float(one) for one in range(0, int(CYCLE_S), step_s)]
    return max(
        band_s((0.0, *offsets), length_s, times_s) + band_s((0.0, *offsets), length_s, back_s)
        for offsets in product(whole, repeat=len(lengths_m))
    )


def test_junctions_half_a_cycle_apart_alternate_and_all_of_the_green_is_band(make_street):
    street = make_street([300.0, 300.0, 300.0])
    order = [[Order(Window(0, 30), Window(0, 30))]] * 4
    wave = widest_wave(street, order, CYCLE_S, (0.5, 0.5))
    assert (wave.outbound_s, wave.inbound_s) == (pytest.approx(30), pytest.approx(30))
    assert [round(one) % 60 for one in wave.offsets_s] == [0, 30, 0, 30]


def test_a_one_way_street_is_a_wave_at_driving_speed(make_street):
    street = make_street([170.0, 410.0])
    order = [[Order(Window(5, 25), Window(5, 25))]] * 3
    wave = widest_wave(street, order, CYCLE_S, (1.0, 0.0))
    assert wave.outbound_s == pytest.approx(25)
    assert [round(one, 3) for one in wave.offsets_s] == [0.0, 17.0, pytest.approx(58.0)]


def test_the_better_order_of_stages_is_chosen_with_the_offsets(make_street):
    # A quarter of a cycle apart: with both greens at once half of each is lost, with the inbound one later none is.
    street = make_street([150.0])
    together, lagging = Order(Window(0, 30), Window(0, 30)), Order(Window(0, 30), Window(30, 30))
    assert widest_wave(street, [[together]] * 2, CYCLE_S, (0.5, 0.5)).outbound_s < 30
    wave = widest_wave(street, [[together], [together, lagging]], CYCLE_S, (0.5, 0.5))
    assert wave.orders == (0, 1)
    assert (wave.outbound_s, wave.inbound_s) == (pytest.approx(30), pytest.approx(30))


def test_a_band_may_drive_slower_where_that_widens_it(make_street):
    street = make_street([300.0, 240.0], mps=12.0, slowest_mps=7.0)
    order = [[Order(Window(0, 30), Window(0, 30))]] * 3
    wave = widest_wave(street, order, CYCLE_S, (0.5, 0.5))
    assert wave.outbound_s + wave.inbound_s == pytest.approx(60)
    out, back = speeds_mps(street, wave)
    assert all(7.0 - 1e-6 <= speed <= 12.0 + 1e-6 for speed in (*out, *back))


def test_offsets_that_are_there_already_are_measured_not_changed(make_street):
    street = make_street([300.0])
    order = [[Order(Window(0, 30), Window(0, 30))]] * 2
    wave = widest_wave(street, order, CYCLE_S, (0.5, 0.5), ((0, 0), (0.0, 0.0)))
    assert wave.offsets_s == (0.0, 0.0)
    assert (wave.outbound_s, wave.inbound_s) == (pytest.approx(0), pytest.approx(0))


@settings(max_examples=15, deadline=None)
@given(
    lengths_m=st.lists(st.integers(5, 60).map(lambda n: 10.0 * n), min_size=1, max_size=2),
    length_s=st.integers(8, 40),
)
def test_no_whole_second_offset_has_wider_bands(make_street, lengths_m, length_s):
    street = make_street(lengths_m)
    order = [[Order(Window(0, length_s), Window(0, length_s))]] * (len(lengths_m) + 1)
    wave = widest_wave(street, order, CYCLE_S, (0.5, 0.5))
    # The evenness of the two directions may cost a little of their sum.
    searched = best_by_search(lengths_m, 10.0, length_s, 1)
    assert wave.outbound_s + wave.inbound_s >= searched * (1 - 0.1) - 1e-3
    assert wave.outbound_s + wave.inbound_s <= searched + 2.0
