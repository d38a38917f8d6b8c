"""A street and a library as somebody writes them."""

import pytest

STOP = """
  - junction:
      name: {name}
      movements:
        - {{id: out, saturation_flow_pcu_h: 3600}}
        - {{id: back, saturation_flow_pcu_h: 3600}}
        - {{id: side, width_m: 3.5}}
      stages:
        - {{id: main, movements: [out, back]}}
        - {{id: side, movements: [side]}}
      limits: {{min_cycle_s: 56, max_cycle_s: 64}}
    flows:
      out: {{pcu_h: 900}}
      back: {{veh_h_by_kind: {{motorbike: 2400, car: 150}}}}
      side: {{pcu_h: 400}}
    outbound: out
    inbound: back
    outbound_line: {{camera: cam_{place}, line: stop, direction: right_to_left}}
"""
STREET = """\
version: 1
name: Phố Huế
stops:{stops}
links:
  - {{length_m: 290, slowest_kmh: 30, fastest_kmh: 40}}
"""
LIBRARY = """\
version: 1
junction:
  name: Đại La
  movements: [{id: out, width_m: 7.0}, {id: side, width_m: 5.0}]
  stages:
    - {id: main, movements: [out]}
    - {id: side, movements: [side]}
plans:
  night: {greens_s: {main: 15, side: 10}}
  peak: {greens_s: {main: 50, side: 20}, offset_s: 12}
days:
  workday: {"00:00": night, "06:30": peak, "22:00": night}
  sunday: {"00:00": night}
dates:
  2026-11-29: {"00:00": peak}
"""


@pytest.fixture
def street_file(tmp_path):
    stops = "".join(STOP.format(name=name, place=place) for place, name in enumerate(("Đại La", "Bạch Mai")))
    file = tmp_path / "street.yaml"
    file.write_text(STREET.format(stops=stops))
    return file


@pytest.fixture
def library_file(tmp_path):
    file = tmp_path / "library.yaml"
    file.write_text(LIBRARY)
    return file
