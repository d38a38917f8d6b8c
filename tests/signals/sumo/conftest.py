"""A small SUMO net written by hand: four arms, the northern one with a lane for turning left across the southern."""

from collections.abc import Callable
from pathlib import Path

import pytest

ARMS = {"N": (0.0, 100.0), "E": (100.0, 0.0), "S": (0.0, -100.0), "W": (-100.0, 0.0)}
OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E"}
# Links in the order of the junction: N straight, N left, E, S, W straight.
LINKS = (("N", 0, "S", "s"), ("N", 1, "E", "l"), ("E", 0, "W", "s"), ("S", 0, "N", "s"), ("W", 0, "E", "s"))
FOES = ("10100", "11100", "01011", "10110", "01111")
YIELDS = ("10100", "11100", "00000", "00100", "00010")
PROGRAM = (("30", "GgrGr"), ("3", "yyryr"), ("20", "rrGrG"), ("3", "rryry"))


def _lane(name: str, start: tuple[float, float], end: tuple[float, float], speed_mps: float = 13.89) -> str:
    shape = f"{start[0]:.2f},{start[1]:.2f} {end[0]:.2f},{end[1]:.2f}"
    return f'<lane id="{name}" index="0" speed="{speed_mps}" length="90.00" shape="{shape}"/>'


def net_text(program: tuple[tuple[str, str], ...] = PROGRAM, *, signals: bool = True) -> str:
    edges = []
    for arm, (x, y) in ARMS.items():
        near = (x / 10, y / 10)
        lanes = [_lane(f"{arm}in_{i}", (x, y), near) for i in range(2 if arm == "N" else 1)]
        edges.append(f'<edge id="{arm}in" from="{arm}" to="C">{"".join(lanes)}</edge>')
        edges.append(f'<edge id="{arm}out" from="C" to="{arm}">{_lane(f"{arm}out_0", near, (x, y))}</edge>')
    rows = []
    for number, (arm, lane, to, turn) in enumerate(LINKS):
        start, end = (ARMS[arm][0] / 10, ARMS[arm][1] / 10), (ARMS[to][0] / 10, ARMS[to][1] / 10)
        edges.append(f'<edge id=":C_{number}" function="internal">{_lane(f":C_{number}_0", start, end)}</edge>')
        lamp = f'tl="C" linkIndex="{number}"' if signals else ""
        rows.append(
            f'<connection from="{arm}in" to="{to}out" fromLane="{lane}" toLane="0" via=":C_{number}_0" '
            f'{lamp} dir="{turn}" state="O"/>'
        )
    requests = "".join(
        f'<request index="{i}" response="{YIELDS[i]}" foes="{FOES[i]}" cont="0"/>' for i in range(len(LINKS))
    )
    inside = " ".join(f":C_{i}_0" for i in range(len(LINKS)))
    junction = (
        f'<junction id="C" type="traffic_light" x="0" y="0" incLanes="Nin_0 Nin_1 Ein_0 Sin_0 Win_0" '
        f'intLanes="{inside}" shape="">{requests}</junction>'
    )
    phases = "".join(f'<phase duration="{seconds}" state="{state}"/>' for seconds, state in program)
    logic = f'<tlLogic id="C" type="static" programID="0" offset="5">{phases}</tlLogic>' if signals else ""
    return f"<net>{''.join(edges)}{logic}{junction}{''.join(rows)}</net>"


@pytest.fixture
def write_net(tmp_path: Path) -> Callable[..., Path]:
    def write(program: tuple[tuple[str, str], ...] = PROGRAM, *, signals: bool = True) -> Path:
        file = tmp_path / "small.net.xml"
        file.write_text(net_text(program, signals=signals), "utf-8")
        return file

    return write
