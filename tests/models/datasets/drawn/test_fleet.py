"""Lorries and buses drawn for the detector: long vehicles, each of a build of its own, some filling the picture."""

import numpy as np

from models.datasets.drawn.fleet import FIRST_FRESH, fleet_scene, freshly, write
from models.datasets.drawn.garage import MODELS
from models.datasets.labels import ReadReport
from models.datasets.yolo import read_yolo
from vision.vehicles import VehicleKind

K = VehicleKind
SIZE_PX = (320, 192)


def test_written_pictures_are_a_set_with_lorries_that_is_not_written_twice(tmp_path):
    write(tmp_path, 2, 3, SIZE_PX)
    images = read_yolo(tmp_path, "train", {kind.label: kind for kind in K}, ReadReport())
    assert len(images) == 2
    assert np.isin(np.concatenate([one.kind for one in images]), (K.TRUCK, K.BUS)).any()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")}
    write(tmp_path, 2, 3, SIZE_PX)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")} == before


def test_the_same_seed_shows_the_same_traffic_of_builds_the_garage_never_shows():
    first, again = (freshly(fleet_scene((5, 1, 20), SIZE_PX)) for _ in range(2))
    assert first == again
    assert len(first) > 1
    long = [one for one in first if one.kind in (K.TRUCK, K.BUS)]
    assert all(one.model >= FIRST_FRESH > max(MODELS.values()) for one in long)


def test_most_of_the_traffic_is_lorries_and_buses_and_the_cameras_differ():
    scenes = [fleet_scene((7, number, 20), SIZE_PX) for number in range(60)]
    traffic = [one.kind for scene in scenes for one in freshly(scene)]
    heavy = sum(kind in (K.TRUCK, K.BUS) for kind in traffic)
    assert heavy > 0.4 * sum(kind not in (K.PEDESTRIAN, K.BICYCLE) for kind in traffic)
    heights = [scene.camera.at_m[2] for scene in scenes]
    assert min(heights) < 3
    assert max(heights) > 8
