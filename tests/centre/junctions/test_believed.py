"""What cameras measured, as far as it may be believed, reaches the work-out page and the junction's page."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from centre.app import Settings, create_app
from centre.junctions.believed import discharge_of, doubts_of, failed, shares_of, told_doubts
from centre.junctions.flows import demands_for, lately_measured
from signals.errors import DemandError
from signals.library.files import load_library
from vision.events.bodies import Direction
from vision.events.facts import ApproachFacts, Figure, GreenFacts, GreenSlice, LineFacts, Turn, TurningFacts
from vision.events.stream import EventStream

UNKNOWN = Figure(why="not measured in this test")
HEAD = {"since_s": 0.0, "until_s": 900.0, "pcu_table": "tcvn_4054_2005", "pcu_unit": "pcu"}
LIBRARY = """\
version: 1
junction:
  name: Đại La
  movements: [{id: ahead, width_m: 7.0}, {id: left, width_m: 3.5}, {id: side, width_m: 5.0}, {id: out, width_m: 5.0}]
  stages: [{id: main, movements: [ahead, left]}, {id: cross, movements: [side, out]}]
plans:
  day: {greens_s: {main: 30, cross: 20}}
days:
  workday: {"00:00": day}
approaches:
  ahead: {camera: cam.n, stop_line: north, exits: [south]}
  left: {camera: cam.n, stop_line: north, exits: [east]}
  side: {camera: cam.e, stop_line: east}
  out: {camera: cam.w, stop_line: west}
"""


def known(value, error=0.0):
    return Figure(value=float(value), error=float(error))


def line(name, vehicles, occupancy, coverage=1.0, direction=Direction.LEFT_TO_RIGHT):
    names = ("vehicles_pcu", "flow_pcu_h", "spot_speed_mps", "space_mean_speed_mps", "headway_s", "gap_s")
    figures = {"vehicles": known(vehicles), "flow_veh_h": known(4 * vehicles), "occupancy": known(occupancy)}
    told = dict.fromkeys(names, UNKNOWN) | figures
    return LineFacts(line=name, direction=direction, volume={}, coverage=coverage, **HEAD, **told)


def approach(name, units):
    names = ("control_delay_s", "stops", "arrivals_on_green", "split_failures", "time_in_queue_s", "saturation_pcu_h")
    told = {"vehicles": known(2 * units), "vehicles_pcu": known(units, 10), "greens": 9, "coverage": 1.0}
    return ApproachFacts(stop_line=name, **HEAD, **dict.fromkeys(names, UNKNOWN), **told)


def turning(turns):
    moved = [
        Turn(entry=entry, exit=way_out, volume={}, vehicles=known(number), vehicles_pcu=UNKNOWN)
        for (entry, way_out), number in turns.items()
    ]
    total = known(sum(turns.values()))
    rest = dict.fromkeys(("vanished", "appeared", "trembled", "stored_change", "imbalance"), known(0))
    return TurningFacts(turns=tuple(moved), entered=total, left=total, balanced=True, coverage=1.0, **HEAD, **rest)


def green(name, rate_h):
    slices = tuple(
        GreenSlice(since_s=4 * n, until_s=4 * n + 4, vehicles=known(3), vehicles_pcu=known(rate_h / 900 * share))
        for n, share in enumerate((0.5, 1, 1))
    )
    names = ("queue_veh", "queue_pcu", "left_behind_veh", "arrivals_on_green", "green_occupancy", "red_occupancy")
    told = {"saturation_pcu_h": known(rate_h, 100), "whole": True, "slices": slices, "signal_group": "g"}
    head = HEAD | {"until_s": 12.0}
    return GreenFacts(stop_line=name, coverage=1.0, **head, **dict.fromkeys(names, UNKNOWN), **told)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("believed")
    app = create_app(Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True))
    with TestClient(app, follow_redirects=False) as client:
        since = datetime.now(UTC) - timedelta(minutes=20)
        told = {
            "cam.n": [
                line("north", 300, 0.4),
                approach("north", 200),
                turning({("north", "south"): 90, ("north", "east"): 30}),
            ],
            "cam.e": [line("east", 0, 0.99), line("east", 0, 0.99), approach("east", 100)],
            "cam.w": [
                line("west", 80, 0.3, 0.7),
                line("west", 2, 0.3, 0.7, Direction.RIGHT_TO_LEFT),
                approach("west", 150),
            ],
        }
        told["cam.w"] += [green("west", rate_h) for rate_h in (3000, 3100, 3200, 3100, 3100)]
        for camera, bodies in told.items():
            events = []
            for n, body in enumerate(bodies):
                event = EventStream(camera, f"b{n}", since + timedelta(seconds=n)).wrap(body, 0.0)
                events.append(event.model_dump(mode="json"))
            answer = client.post("/api/events", json={"events": events}).json()
            assert len(answer["acknowledged"]) == len(bodies), answer
        body = {"library": LIBRARY, "reason": "first", "base": 0}
        assert client.post("/api/signals/junctions/dai_la/plans", json=body).status_code == 201
        decision = {"approve": True, "reason": "checked"}
        assert client.post("/api/signals/junctions/dai_la/plans/1/decision", json=decision).status_code == 200
        yield client


@pytest.fixture
def engine(centre):
    return centre.app.state.door.engine


@pytest.fixture
def read(tmp_path):
    file = tmp_path / "library.yaml"
    file.write_text(LIBRARY)
    return load_library(file)


def test_a_line_that_is_covered_while_nobody_passes_has_failed_and_a_half_blind_one_is_in_doubt(engine, read):
    described, _ = read
    doubts = doubts_of(engine, described.approaches, datetime.now(UTC))
    assert set(doubts) == {"cam.e", "cam.w"}
    assert failed(doubts, described.approaches["side"])
    assert not failed(doubts, described.approaches["out"]), "its numbers are kept, marked"
    told = {one.camera: one for one in told_doubts(doubts, "vi")}
    assert "không ai đi qua" in told["cam.e"].why
    assert told["cam.w"].trust == "doubtful"


def test_movements_of_one_stop_line_get_their_share_of_those_who_turn(engine, read):
    described, library = read
    found = lately_measured(engine, library.junction, described.approaches, datetime.now(UTC))
    assert found["ahead"].units_h == pytest.approx(0.75 * 800)
    assert found["left"].units_h == pytest.approx(0.25 * 800)
    assert found["left"].error_h > 0.25 * 80
    assert [one.exit for one in shares_of(engine, described.approaches["left"], datetime.now(UTC))] == ["east"]


def test_a_shared_stop_line_without_exits_counts_nobody_twice(engine, read):
    described, library = read
    bare = {name: at.model_copy(update={"exits": ()}) for name, at in described.approaches.items()}
    found = lately_measured(engine, library.junction, bare, datetime.now(UTC))
    assert (found["ahead"].units_h, found["ahead"].why) == (None, "shared_line")
    assert (found["side"].units_h, found["side"].why) == (None, "sensor_failed")
    with pytest.raises(DemandError, match="shares its stop line") as refused:
        demands_for(described, library.junction, {}, found)
    assert "stop line cannot be used now" in str(refused.value)


def test_what_a_queue_discharged_goes_before_the_estimate_from_the_width(engine, read):
    described, library = read
    now = datetime.now(UTC)
    assert discharge_of(engine, described.approaches["out"], now).units_h == pytest.approx(3100)
    found = lately_measured(engine, library.junction, described.approaches, now)
    demands = {one.movement: one for one in demands_for(described, library.junction, {"side": 200.0}, found)}
    assert demands["out"].saturation.units_h == pytest.approx(3100)
    assert not demands["out"].saturation.assumed
    assert demands["ahead"].saturation.assumed


def test_the_pages_say_so_in_both_languages(centre):
    page = centre.get("/signals/dai_la?lang=en").text
    assert "Line east of camera cam.e cannot be used:" in page
    assert "nobody passed" in page
    work_out = centre.get("/signals/dai_la/work-out?lang=en").text
    assert "Saturation flow measured 3,100" in work_out
    assert "This stop line cannot be used" in work_out
    page = centre.get("/signals/dai_la?lang=vi").text
    assert "Vạch west của camera cam.w đáng ngờ:" in page
