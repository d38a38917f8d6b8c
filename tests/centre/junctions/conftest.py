"""A library of plans for the tests of junctions, with a hole for the green of its main stage."""

import pytest

LIBRARY = """\
version: 1
junction:
  name: Đại La
  movements: [{id: out, width_m: 7.0}, {id: side, width_m: 5.0}]
  stages: [{id: main, movements: [out]}, {id: side, movements: [side]}]
plans:
  day: {greens_s: {main: %d, side: 20}}
  night: {greens_s: {main: 15, side: 10}}
days:
  workday: {"00:00": night, "06:00": day}
"""


@pytest.fixture(scope="session")
def library():
    return LIBRARY
