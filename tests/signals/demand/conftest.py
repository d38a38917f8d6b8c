"""Facts of cameras as the demand reads them."""

import pytest

from vision.events.bodies import Direction
from vision.events.facts import Figure, GreenFacts, GreenSlice, LineFacts, Turn, TurningFacts

UNKNOWN = Figure(why="not measured in this test")
HEAD = {"coverage": 1.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu"}


def known(value, error=0.0):
    return Figure(value=float(value), error=float(error))


@pytest.fixture(scope="session")
def make_line():
    def make(since_s=0.0, length_s=60.0, vehicles=10, occupancy=0.2, line="north", lane=None, **more):
        figures = dict.fromkeys(
            ("vehicles_pcu", "flow_pcu_h", "spot_speed_mps", "space_mean_speed_mps", "headway_s", "gap_s"), UNKNOWN
        )
        return LineFacts(
            since_s=since_s,
            until_s=since_s + length_s,
            line=line,
            lane=lane,
            direction=Direction.LEFT_TO_RIGHT,
            volume={},
            vehicles=known(vehicles),
            flow_veh_h=known(vehicles * 3600 / length_s),
            occupancy=known(occupancy),
            **{**HEAD, **figures, **more},
        )

    return make


@pytest.fixture(scope="session")
def make_turning():
    """turns: {(entry, exit): vehicles}."""

    def make(turns, *, vanished=0, balanced=True, imbalance=0.0, **more):
        through = sum(turns.values())
        return TurningFacts(
            since_s=0.0,
            until_s=900.0,
            turns=tuple(
                Turn(entry=entry, exit=way_out, volume={}, vehicles=known(number), vehicles_pcu=UNKNOWN)
                for (entry, way_out), number in turns.items()
            ),
            entered=known(through + vanished),
            left=known(through),
            vanished=known(vanished),
            appeared=known(0),
            trembled=known(0),
            stored_change=known(0),
            imbalance=known(imbalance),
            balanced=balanced,
            **{**HEAD, **more},
        )

    return make


@pytest.fixture(scope="session")
def make_green():
    def make(saturation=1800.0, first=1.0, *, whole=True, stop_line="stop", **more):
        rate = known(saturation, 100.0) if saturation is not None else UNKNOWN
        figures = dict.fromkeys(
            ("queue_veh", "queue_pcu", "left_behind_veh", "arrivals_on_green", "green_occupancy", "red_occupancy"),
            UNKNOWN,
        )
        slices = (GreenSlice(since_s=0, until_s=4, vehicles=known(first), vehicles_pcu=known(first)),)
        return GreenFacts(
            since_s=0.0,
            until_s=30.0,
            stop_line=stop_line,
            signal_group="main",
            whole=whole,
            slices=slices,
            saturation_pcu_h=rate,
            **{**HEAD, **figures, **more},
        )

    return make
