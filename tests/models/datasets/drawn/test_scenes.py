"""Drawn scenes: the same for the same seed, their boxes true to their pixels, their sets readable."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.crowd import populate
from models.datasets.drawn.garage import MODELS, footprint_m, model
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.render import LEAST_SIDE_PX, LEAST_VISIBLE, draw_scene, place
from models.datasets.drawn.room import boxes_apart
from models.datasets.drawn.sight import seen
from models.datasets.drawn.stage import build_stage
from models.datasets.drawn.truth_file import read_truth, truth_of
from models.datasets.drawn.upload import Placed
from models.datasets.drawn.yolo import write_set
from models.datasets.labels import ReadReport
from models.datasets.yolo import read_yolo
from models.errors import DatasetError
from vision.vehicles import KIND_NAMES, VehicleKind

SIZE_PX = (320, 192)


def test_same_seed_gives_the_same_picture_and_boxes(studio):
    first, second, other = (draw_scene(studio, random_scene((5, number), SIZE_PX)) for number in (3, 3, 4))
    assert np.array_equal(first.image, second.image)
    assert np.array_equal(first.xyxy_px, second.xyxy_px)
    assert truth_of(first, "a.jpg") == truth_of(second, "a.jpg")
    assert not np.array_equal(first.image, other.image)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_boxes_enclose_exactly_the_pixels_of_their_object(studio, number):
    scene = random_scene((11, number), SIZE_PX)
    stage = build_stage(scene)
    studio.set_stage(stage.flat, stage.solid, stage.light)
    placed = place(populate(scene))
    _, ids = studio.draw_with_ids(scene.camera, placed)
    sights = seen(scene.camera, placed, ids)
    assert sights
    for one in sights:
        rows, columns = np.nonzero(ids == one.number)
        extent = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert one.xyxy_px == pytest.approx(extent)
        assert 0 < one.visible_share <= 1


@pytest.mark.parametrize("kind", list(VehicleKind))
def test_projection_of_the_mesh_agrees_with_the_drawn_pixels(studio, kind):
    camera = Camera((0.0, 0.0, 5.0), 0.1, 0.25, 0.02, 260.0, SIZE_PX)
    scene = random_scene((1, 1), SIZE_PX)
    studio.set_stage([], [], build_stage(scene).light)
    one = Placed(model(kind, 1), turned(0.5, 16.0, 2.0), 7)
    _, ids = studio.draw_with_ids(camera, [one])
    rows, columns = np.nonzero(ids == 7)
    points = camera.project(one.mesh.moved(one.matrix).vertex)[:, :2]
    # A pixel is drawn when its middle is inside: an edge may lie a pixel further out, and so may a thin mirror.
    assert [columns.min(), rows.min()] == pytest.approx(points.min(axis=0), abs=2)
    assert [columns.max() + 1, rows.max() + 1] == pytest.approx(points.max(axis=0), abs=2)


def test_a_bent_lens_shows_a_place_where_it_says(studio):
    camera = Camera((0.0, 0.0, 5.0), 0.0, 0.3, 0.0, 160.0, SIZE_PX, -0.14)
    studio.set_stage([], [], build_stage(random_scene((1, 1), SIZE_PX)).light)
    one = Placed(model(VehicleKind.CAR, 3), turned(6.0, 13.0, 0.6), 7)
    _, ids = studio.draw_with_ids(camera, [one])
    rows, columns = np.nonzero(ids == 7)
    points = camera.project(one.mesh.moved(one.matrix).vertex)[:, :2]
    assert [columns.min(), rows.min()] == pytest.approx(points.min(axis=0), abs=2)
    assert [columns.max() + 1, rows.max() + 1] == pytest.approx(points.max(axis=0), abs=2)
    straight = replace(camera, bend=0.0).project(one.mesh.moved(one.matrix).vertex)[:, :2]
    assert np.abs(points - straight).max() > 5


@given(st.floats(0, 320), st.floats(110, 192), st.floats(-0.16, 0.02))
def test_ground_under_a_pixel_is_seen_in_that_pixel(x_px, y_px, bend):
    camera = Camera((1.0, 0.0, 5.0), 0.2, 0.4, 0.02, 180.0, SIZE_PX, bend)
    place = camera.ground_at(x_px, y_px)
    assert place is not None
    assert camera.project(np.array([[*place, 0.0]]))[0, :2] == pytest.approx([x_px, y_px], abs=0.05)


def test_a_hidden_vehicle_is_not_told_and_an_open_one_is(studio):
    camera = Camera((0.0, 0.0, 3.0), 0.0, 0.1, 0.0, 260.0, SIZE_PX)
    studio.set_stage([], [], build_stage(random_scene((1, 1), SIZE_PX)).light)
    bus = Placed(model(VehicleKind.BUS, 1), turned(0.0, 16.0, np.pi / 2), 1)
    behind = Placed(model(VehicleKind.CAR, 1), turned(0.0, 24.0, 0.0), 2)
    alone = seen(camera, [behind], studio.draw_with_ids(camera, [behind])[1])
    both = {one.number: one for one in seen(camera, [bus, behind], studio.draw_with_ids(camera, [bus, behind])[1])}
    assert alone[0].visible_share > 0.9
    assert both[1].visible_share > 0.9
    assert 2 not in both or both[2].visible_share < LEAST_VISIBLE


def test_told_boxes_lie_in_the_picture_and_are_large_enough(studio):
    frame = draw_scene(studio, random_scene((5, 3), SIZE_PX))
    x1, y1, x2, y2 = frame.xyxy_px.T
    assert len(frame.kind) > 0
    assert (x1 >= 0).all() and (y1 >= 0).all() and (x2 <= SIZE_PX[0]).all() and (y2 <= SIZE_PX[1]).all()
    assert (np.minimum(x2 - x1, y2 - y1) >= LEAST_SIDE_PX).all()


@pytest.mark.parametrize("number", range(4))
def test_nobody_stands_in_anothers_place(number):
    assert boxes_apart(populate(random_scene((21, number), SIZE_PX)))


def test_motorbikes_dominate_where_they_should():
    scenes = [random_scene((8, number), SIZE_PX) for number in range(60)]
    dense = next(scene for scene in scenes if scene.crowd.motorbikes > 0.6 and scene.crowd.vehicles > 60)
    kinds = Counter(one.kind for one in populate(dense) if one.kind is not VehicleKind.PEDESTRIAN)
    assert kinds[VehicleKind.MOTORBIKE] / sum(kinds.values()) > 0.5


def test_over_many_scenes_no_kind_is_rare_and_motorbikes_are_not_most_of_all():
    wanted = np.zeros(len(VehicleKind))
    for number in range(400):
        crowd = random_scene((8, number), SIZE_PX).crowd
        rest = crowd.vehicles * (1 - crowd.motorbikes)
        wanted[VehicleKind.MOTORBIKE] += crowd.vehicles * crowd.motorbikes
        wanted[VehicleKind.PEDESTRIAN] += crowd.walkers
        wanted[[VehicleKind.CAR, VehicleKind.BUS, VehicleKind.TRUCK, VehicleKind.BICYCLE]] += rest * np.array(
            crowd.others
        )
    shares = wanted / wanted.sum()
    assert 0.3 < shares[VehicleKind.MOTORBIKE] < 0.55
    assert shares.min() > 0.05


def test_cameras_hang_low_and_high_look_along_across_and_down_and_some_lenses_bend():
    cameras = [random_scene((8, number), SIZE_PX).camera for number in range(200)]
    heights, pitches = np.array([one.at_m[2] for one in cameras]), np.degrees([one.pitch_rad for one in cameras])
    assert heights.min() < 3 and heights.max() > 20
    assert pitches.min() < 5 and pitches.max() > 60
    assert sum(abs(one.heading_rad) > 1 for one in cameras) > 10
    assert 0.2 < np.mean([one.bend != 0 for one in cameras]) < 0.6


@pytest.mark.parametrize(
    ("kind", "length_m", "width_m", "height_m"),
    [
        (VehicleKind.MOTORBIKE, (1.7, 2.2), (0.6, 1.1), (1.0, 2.0)),
        (VehicleKind.BICYCLE, (1.6, 2.1), (0.45, 1.6), (1.3, 2.2)),
        (VehicleKind.CAR, (3.3, 5.2), (1.5, 2.4), (1.35, 2.4)),
        (VehicleKind.BUS, (5.4, 12.5), (2.0, 3.2), (2.2, 4.0)),
        (VehicleKind.TRUCK, (3.6, 12.4), (1.5, 3.1), (1.7, 4.6)),
        (VehicleKind.PEDESTRIAN, (0.2, 2.0), (0.35, 1.5), (0.9, 2.2)),
    ],
)
def test_models_have_real_dimensions(kind, length_m, width_m, height_m):
    for number in range(0, MODELS[kind], 12):
        length, width = footprint_m(kind, number)
        height = float(model(kind, number).vertex[:, 2].max())
        for value, (low, high) in ((length, length_m), (width, width_m), (height, height_m)):
            assert low <= value <= high, (kind, number)


def test_a_written_set_is_read_back_and_a_cut_run_goes_on(tmp_path):
    write_set(tmp_path, 2, 3, SIZE_PX)
    before = {file.name: file.read_bytes() for file in tmp_path.rglob("*.jpg")}
    told: list[int] = []
    write_set(tmp_path, 3, 3, SIZE_PX, done=told.append)
    after = {file.name: file.read_bytes() for file in tmp_path.rglob("*.jpg")}
    assert len(after) == 3 and before.items() <= after.items()
    report = ReadReport()
    images = read_yolo(tmp_path, "train", {kind.label: kind for kind in VehicleKind}, report)
    assert len(images) == 3
    assert sum(told) == report.boxes == sum(len(image.kind) for image in images)
    assert not report.left_aside
    assert len(KIND_NAMES) == 6
    truths = [read_truth(file) for file in sorted((tmp_path / "truth").glob("*.json"))]
    assert [one.picture for one in truths] == sorted(after)
    assert sum(len(one.vehicles) for one in truths) == report.boxes


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    file = tmp_path / "taken"
    file.write_text("")
    with pytest.raises(DatasetError, match="taken"):
        write_set(file, 1, 1, SIZE_PX)
