import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.report.geh import geh, geh_of_counts

FLOWS = st.floats(0, 10_000, allow_nan=False)


@pytest.mark.parametrize(
    ("engine", "manual", "expected"),
    [(0, 0, 0.0), (100, 100, 0.0), (120, 100, 1.9069), (1100, 1000, 3.0861), (0, 50, 10.0), (50, 0, 10.0)],
)
def test_known_values(engine: float, manual: float, expected: float) -> None:
    assert geh(engine, manual) == pytest.approx(expected, abs=1e-4)


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(FLOWS, FLOWS)
def test_it_does_not_matter_whose_count_is_whose(engine: float, manual: float) -> None:
    assert geh(engine, manual) == pytest.approx(geh(manual, engine))


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(st.integers(0, 500), st.integers(0, 500), st.floats(1, 3600))
def test_a_short_count_is_judged_by_the_root_of_its_length(engine: int, manual: int, length_s: float) -> None:
    scaled = geh(engine, manual) * math.sqrt(3600 / length_s)
    assert geh_of_counts(engine, manual, length_s) == pytest.approx(scaled)
