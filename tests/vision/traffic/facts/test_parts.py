"""The small pure parts of the facts."""

import json
from datetime import UTC, datetime

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError

from vision.errors import SceneError
from vision.events.envelope import EVENT
from vision.events.fact_rows import rows_of
from vision.events.facts import Figure
from vision.events.lamps import Lamp
from vision.events.schema import event_schema
from vision.events.stream import EventStream
from vision.geometry.scene import Scene, load_scene
from vision.pcu import pcu_table
from vision.traffic.errors.shipped import shipped_error_model
from vision.traffic.facts.cells import Cells
from vision.traffic.facts.doubt import Doubt
from vision.traffic.facts.footprint import covered
from vision.traffic.facts.grades import grade, level_of_service
from vision.traffic.facts.lanes import edges_of, within
from vision.traffic.facts.layout import lay_out


@pytest.mark.parametrize(
    ("delay_s", "basis", "expected"),
    [
        (0.0, "hcm_signalised_delay", "A"),
        (10.0, "hcm_signalised_delay", "A"),
        (10.1, "hcm_signalised_delay", "B"),
        (35.0, "hcm_signalised_delay", "C"),
        (80.0, "hcm_signalised_delay", "E"),
        (80.1, "hcm_signalised_delay", "F"),
        (25.1, "hcm_unsignalised_delay", "D"),
        (6.8, "hcm_freeway_density", "A"),
        (28.1, "hcm_freeway_density", "F"),
    ],
)
def test_grades_change_at_the_manuals_thresholds(delay_s, basis, expected):
    assert grade(delay_s, basis) == expected


def test_a_grade_shows_how_far_its_error_reaches():
    service = level_of_service(Figure(value=30.0, error=12.0), "hcm_signalised_delay")
    assert (service.best, service.grade, service.worst) == ("B", "C", "D")
    assert level_of_service(Figure(why="no calibration"), "hcm_signalised_delay") is None


@pytest.mark.parametrize("fields", [{}, {"value": 1.0}, {"error": 1.0}, {"value": 1.0, "error": 1.0, "why": "unsure"}])
def test_a_figure_has_a_value_and_its_error_or_a_reason(fields):
    with pytest.raises(ValidationError, match="a value with its error, or a reason"):
        Figure(**fields)


def test_points_are_inside_polygons_as_shapely_says():
    from shapely import Polygon, contains_xy

    rings = [np.array([[0, 0], [8, 1], [9, 9], [4, 4], [1, 9]], float), np.array([[5, 5], [20, 5], [12, 15]], float)]
    points = np.random.default_rng(1).uniform(-1, 21, (500, 2))
    found = within(points, np.concatenate([edges_of(ring) for ring in rings]), np.array([0, 5]))
    for column, ring in zip(found.T, rings, strict=True):
        assert (column == contains_xy(Polygon(ring), points)).all()


def test_a_point_is_covered_by_any_footprint_and_by_none_of_none():
    points = np.array([[5.0, 5.0], [50.0, 5.0]])
    assert covered(np.array([[0.0, 0.0, 10.0, 10.0]]), points).tolist() == [True, False]
    assert covered(np.zeros((0, 4)), points).tolist() == [False, False]


def test_errors_grow_with_counts_and_never_vanish():
    doubt = Doubt(shipped_error_model(), pcu_table())
    none, car, cars = (doubt.units_of(np.array([0, 0, n, 0, 0, 0.0])) for n in (0, 1, 40))
    assert 0 < none.error <= car.error < cars.error
    assert (none.value, car.value, cars.value) == (0, 1, 40)


def test_a_late_crossing_goes_to_the_oldest_open_interval(make_street):
    cells = Cells(lay_out(make_street(), (1000, 1000), None), (15, 60), lambda cell: None)
    cells.begin(0.0)
    cells.at(3.0).passed[0, 0] += 1
    assert [(ripe.since_s, ripe.cell.passed.sum()) for ripe in cells.ripe(17.0)] == [(0, 1)]
    cells.at(3.5).passed[0, 0] += 1
    assert [(ripe.since_s, ripe.until_s, ripe.cell.passed.sum()) for ripe in cells.rest()] == [(15, 30, 1), (0, 60, 2)]


def test_rows_name_the_place_and_keep_reasons(on_street, make_driver):
    bodies = on_street([make_driver(1, 41.75, 92.0, 10.0, until_s=9.0)], 15.0)
    rows = [row for body in bodies for row in rows_of(body)]
    assert {row.measure for row in rows} >= {"vehicles", "volume", "density_veh_km", "control_delay_s", "headway_s"}
    assert all((row.value is None) == (row.why is not None) for row in rows)
    assert {row.place for row in rows} == {"upstream", "stop", "left", "right"}


def test_a_scene_without_movements_stays_as_it_was(make_street):
    scene = make_street()
    assert scene.movements == {}
    assert scene.counting_lines["upstream"].entering is None


def test_a_movement_over_a_line_that_is_not_there_is_refused_by_line(tmp_path):
    file = tmp_path / "scene.yaml"
    file.write_text(
        "version: 1\ncamera: c\ncounting_lines:\n  north: {line: [[0, 0], [1, 0]]}\n"
        "movements:\n  through: {entry: north, exit: souht}\n"
    )
    with pytest.raises(SceneError, match=r"6: no line is called 'souht'; lines in this scene: north"):
        load_scene(file)


def test_lines_that_end_at_their_lanes_end_belong_to_it(make_street):
    layout = lay_out(make_street(), (1000, 1000), None)
    stop = [station for station in layout.stations if layout.lines[station.line].name == "stop"]
    assert {station.lane for station in stop} == {0, 1, None}
    assert [layout.stations.index(station) for station in stop if station.lawful and station.lane == 0]


def test_a_scene_of_nothing_has_no_facts():
    layout = lay_out(Scene(version=1, camera="c"), (100, 100), None)
    assert (layout.stations, len(layout.lanes), layout.approaches) == ((), 0, ())


def test_every_body_survives_the_wire_and_fits_the_published_schema(on_street, make_driver):
    said = on_street([make_driver(1, 41.75, 92.0, 10.0, until_s=9.0)], 10.0, lamps=[(2.0, Lamp.RED), (4.0, Lamp.GREEN)])
    bodies = {type(body): body for body in said}
    assert len(bodies) == 4
    schema = event_schema()
    for body in bodies.values():
        event = EventStream("cam-1", "b1", datetime(2026, 11, 21, tzinfo=UTC)).wrap(body, body.since_s)
        wire = EVENT.dump_json(event, exclude_none=True)
        assert EVENT.validate_json(wire) == event
        jsonschema.validate(json.loads(wire), schema)
