"""The harness: what a folder of SUMO files means, what sensors tell, and the arithmetic of delays."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.closed_loop.signals.__main__ import main, seeds_of
from benchmarks.closed_loop.signals.maps import read_map
from benchmarks.closed_loop.signals.measures import (
    SeedFigures,
    as_document,
    delay_with_absent_s,
    mean_delay_s,
    read_trips,
    summarise,
)
from benchmarks.closed_loop.signals.rules import DEPLOYABLE, PAPERS
from benchmarks.closed_loop.signals.sensors import Sensor
from benchmarks.errors import BenchmarkError
from signals.sumo.stretches import Stretches

ROUTES = '<routes><flow id="f" begin="0" end="900" probability="0.1"/><vehicle id="v" depart="950.5"/></routes>'


def figures(seed: int, delay_s: float) -> SeedFigures:
    nothing = dict.fromkeys(SeedFigures.__dataclass_fields__, 0)
    return replace(SeedFigures(**nothing), seed=seed, delay_s=delay_s)


def test_delay_is_time_loss_and_the_wait_before_entering_of_all_who_entered(tmp_path: Path) -> None:
    file = tmp_path / "trips.xml"
    file.write_text(
        "<tripinfos>"
        '<tripinfo depart="1" departDelay="4" timeLoss="10" waitingTime="8" arrival="90"/>'
        '<tripinfo depart="2" departDelay="0" timeLoss="20" waitingTime="9" arrival="-1"/>'
        '<tripinfo depart="-1" departDelay="-1" timeLoss="0" arrival="-1"/>'
        "</tripinfos>",
        "utf-8",
    )
    trips = read_trips(file)
    assert mean_delay_s(trips) == 17.0
    assert [trip.arrived for trip in trips] == [True, False]
    assert delay_with_absent_s(trips, [86.0]) == 40.0
    assert mean_delay_s(()) == 0.0


def test_a_seed_above_twice_the_median_is_gridlocked() -> None:
    told = summarise([figures(i, delay) for i, delay in enumerate([10.0, 11.0, 12.0, 22.0, 22.1])])
    assert (told.median_delay_s, told.worst_delay_s, told.gridlocked) == (12.0, 22.1, 0)
    assert summarise([figures(i, delay) for i, delay in enumerate([10.0, 11.0, 24.0])]).gridlocked == 1
    with pytest.raises(ValueError, match="found none"):
        summarise([])


def test_the_document_holds_the_median_and_every_seed() -> None:
    told = as_document([figures(1, 10.0), figures(2, 20.0)], map="m")
    assert told["median_delay_s"] == 15.0
    assert [each["seed"] for each in told["seeds"]] == [1, 2]
    assert told["map"] == "m"


@pytest.mark.parametrize(("text", "seeds"), [("1..3", (1, 2, 3)), ("7", (7,)), ("1,5", (1, 5))])
def test_seeds_are_a_range_or_a_list(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_of(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "3..1", "-2"])
def test_other_seeds_are_named(text: str) -> None:
    with pytest.raises(BenchmarkError, match="--seeds: wanted"):
        seeds_of(text)


def test_a_configuration_says_files_and_time(tmp_path: Path) -> None:
    for name in ("a.net.xml", "b.rou.xml", "c.rou.xml"):
        (tmp_path / name).write_text(ROUTES, "utf-8")
    (tmp_path / "x.sumocfg").write_text(
        '<configuration><input><net-file value="a.net.xml"/><route-files value="b.rou.xml,c.rou.xml"/></input>'
        '<time><begin value="100"/><end value="700"/></time></configuration>',
        "utf-8",
    )
    chosen = read_map(tmp_path)
    assert [file.name for file in chosen.routes] == ["b.rou.xml", "c.rou.xml"]
    assert (chosen.begin_s, chosen.end_s, chosen.step_s) == (100.0, 700.0, 1.0)


def test_a_folder_without_one_is_read_by_its_names(tmp_path: Path) -> None:
    (tmp_path / "city.net.xml").write_text("<net/>", "utf-8")
    for name in ("city.rou.xml", "other.rou.xml", "city.routed.rou.xml"):
        (tmp_path / name).write_text(ROUTES, "utf-8")
    chosen = read_map(tmp_path)
    assert [file.name for file in chosen.routes] == ["city.rou.xml"]
    assert (chosen.begin_s, chosen.end_s) == (0.0, 950.5)
    (tmp_path / "city.rou.xml").write_text('<routes><vType id="m" vClass="motorcycle"/></routes>', "utf-8")
    assert read_map(tmp_path).step_s == 0.25, "motorbikes ride side by side, and need small steps for it"


def test_a_folder_that_is_no_map_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--map", str(tmp_path), "--seeds", "1"]) == 1
    assert "wanted a *.net.xml and a *.rou.xml" in capsys.readouterr().err
    assert main(["--map", str(tmp_path / "absent"), "--seeds", "1"]) == 1
    (tmp_path / "x.sumocfg").write_text('<configuration><net-file value="gone.net.xml"/></configuration>', "utf-8")
    assert main(["--map", str(tmp_path), "--seeds", "1"]) == 1
    assert "it is not there" in capsys.readouterr().err


STRETCHES = Stretches(("a_0",), np.array([500.0]), np.zeros(1), np.array([13.9]), np.ones((1, 1)), np.zeros((1, 1)))


def test_a_sensor_tells_places_up_to_its_reach() -> None:
    sensor = Sensor.on(STRETCHES, PAPERS, 1)
    sensor.look({"a_0": [("x", 490.0, 1.0), ("y", 310.0, 2.0), ("z", 290.0, 3.0)], "b_0": [("w", 1.0, 1.0)]}, 0.0)
    assert sensor.tell().to_line_m.tolist() == [10.0, 190.0]


def test_a_worse_sensor_misses_a_tenth_for_good_and_tells_late() -> None:
    sensor = Sensor.on(STRETCHES, DEPLOYABLE, 1)
    crowd = [(f"v{i}", 400.0, 1.0) for i in range(2000)]
    sensor.look({"a_0": crowd}, 0.0)
    first = len(sensor.tell().to_line_m)
    assert 0.87 * 2000 < first < 0.93 * 2000
    sensor.look({}, 1.0)
    sensor.look({"a_0": crowd}, 2.0)
    assert len(sensor.tell().to_line_m) == 0, "what it saw a second ago"
    sensor.look({"a_0": crowd}, 3.0)
    assert len(sensor.tell().to_line_m) == first, "the same ones are missed"


def test_a_sensor_counts_who_drives_over_the_line_and_not_who_changes_lanes() -> None:
    two = Stretches(("a_0", "a_1"), np.full(2, 500.0), np.zeros(2), np.full(2, 13.9), np.eye(2), np.zeros((2, 2)))
    sensor = Sensor.on(two, PAPERS, 1)
    sensor.look({"a_0": [("x", 490.0, 1.0), ("y", 480.0, 1.0)]}, 0.0)
    sensor.look({"a_0": [("y", 490.0, 1.0)], "a_1": [("z", 300.0, 9.0)]}, 1.0)
    sensor.look({"a_1": [("y", 495.0, 1.0), ("z", 310.0, 9.0)]}, 2.0)
    sensor.look({}, 3.0)
    sensor.look({}, 4.0)
    assert sensor.passed().tolist() == [1.0, 2.0]
    assert sensor.passed().tolist() == [0.0, 0.0]


def test_a_swarm_is_told_in_passenger_car_units() -> None:
    sensor = Sensor.on(STRETCHES, PAPERS, 1, {"m": 0.3})
    sensor.look({"a_0": [("m", 490.0, 1.0), ("c", 480.0, 1.0)]}, 0.0)
    units = sensor.tell().units
    assert units is not None
    assert units.tolist() == [0.3, 1.0]
