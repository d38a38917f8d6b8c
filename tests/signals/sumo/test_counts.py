"""Turning counts of a run as demand for fixed plans, and which signals feed which."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from signals.errors import DemandError
from signals.sumo.counts import count_turns, lane_demands
from signals.sumo.junctions import import_junctions
from signals.sumo.kinds import units_of
from signals.sumo.neighbours import roads_between
from signals.sumo.net import read_net


def write_ways(folder: Path, ways: list[tuple[str, float, str]]) -> Path:
    """(type, depart, roads) of each vehicle."""
    rows = "".join(
        f'<vehicle id="v{i}" type="{kind}" depart="{at}"><route edges="{roads}"/></vehicle>'
        for i, (kind, at, roads) in enumerate(ways)
    )
    file = folder / "ways.xml"
    file.write_text(f"<routes>{rows}</routes>", "utf-8")
    return file


def test_flows_are_counted_by_lane_and_period(write_net: Callable[..., Path], tmp_path: Path) -> None:
    file = write_net()
    ways = [("car", 10.0 * i, "Nin Sout") for i in range(60)] + [("car", 1000.0 + 20 * i, "Nin Eout") for i in range(9)]
    net = read_net(file)
    counted = count_turns([write_ways(tmp_path, ways)], net)
    (imported,) = import_junctions(file)
    (demand,), feeds = lane_demands(net, {"C": imported}, counted, 0.0, 1800.0)
    straight, left = imported.lanes.index("Nin_0"), imported.lanes.index("Nin_1")
    assert demand.flow_vps.shape == (2, 5)
    assert (demand.flow_vps[:, straight] * 900).tolist() == pytest.approx([60, 0])
    assert (demand.flow_vps[:, left] * 900).tolist() == pytest.approx([0, 9])
    assert demand.flow_vps.sum() * 900 == pytest.approx(69)
    assert not len(feeds.into), "one signal feeds nobody"


def test_motorbikes_leave_more_of_them_room(write_net: Callable[..., Path], tmp_path: Path) -> None:
    file, routes = write_net(), tmp_path / "types.rou.xml"
    routes.write_text('<routes><vType id="moto" vClass="motorcycle"/><vType id="car"/></routes>', "utf-8")
    net, (imported,) = read_net(file), import_junctions(file)
    cars, motorbikes = (
        lane_demands(
            net,
            {"C": imported},
            count_turns([write_ways(tmp_path, [(kind, 5.0, "Ein Wout")])], net, [routes]),
            0.0,
            900.0,
        )[0][0]
        for kind in ("car", "moto")
    )
    assert motorbikes.service.saturation[0] == pytest.approx(cars.service.saturation[0] / units_of("motorcycle"))
    assert cars.service.yields is not None and cars.service.yields.any()
    assert motorbikes.service.yields is None, "nobody drives across a swarm where another stage serves him"
    assert units_of("passenger") == units_of("taxi") == 1.0 < units_of("bus")


def test_a_run_in_which_nobody_passed_a_signal_is_named(write_net: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(DemandError, match="Wanted vehicles that pass a signal"):
        count_turns([write_ways(tmp_path, [("car", 1.0, "Nin")])], read_net(write_net()))


def test_signals_of_a_real_net_feed_their_neighbours(real_data: Path) -> None:
    file = real_data / "junctions" / "grid4x4" / "grid4x4.net.xml"
    if not file.exists():
        pytest.skip(f"no {file}")
    net = read_net(file)
    few = {each.name: each for each in import_junctions(file) if each.name in ("A0", "A1", "B1", "D3")}
    roads = roads_between(net, few)
    assert set(roads) == {("A0", "A1"), ("A1", "A0"), ("A1", "B1"), ("B1", "A1")}
    way = roads["A0", "A1"]
    assert (way.drive_s > 10).all() and (way.drive_s < 40).all()
    onward = np.bincount(way.out_of, way.share)
    assert (onward <= 1 + 1e-9).all(), "nobody is announced twice"
