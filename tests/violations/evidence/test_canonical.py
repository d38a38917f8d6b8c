import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.evidence.canonical import canonical_json, read_json


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (333333333.3333332, "333333333.3333332"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (0.0000033333333333333333, "0.0000033333333333333333"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1e-27, "1e-27"),
        (13.0, "13"),
        (4.5, "4.5"),
    ],
)
def test_numbers_are_written_as_in_the_table_of_rfc_8785(number: float, wanted: str):
    assert float(wanted) == number
    assert canonical_json(number).decode() == wanted


def test_the_example_of_rfc_8785_comes_out_byte_for_byte():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    wanted = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_json(value).decode() == wanted


def test_keys_are_sorted_by_their_utf_16_units():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    wanted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys, 0)))) == wanted


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 2**53 + 1, {1: 2}, {"a": b"bytes"}, "\ud800", {"\ud800": 1}], ids=repr
)
def test_what_json_readers_disagree_about_is_refused(value: object):
    with pytest.raises(ValueError):
        canonical_json(value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=15,
)


@given(json_values)
def test_reading_it_back_and_writing_it_again_changes_nothing(value: object):
    written = canonical_json(value)
    assert read_json(written) == value
    assert canonical_json(read_json(written)) == written
