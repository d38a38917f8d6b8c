import numpy as np
import pytest

from models.datasets.labels import ReadReport
from models.datasets.pseudo import look, moments, steady, tiles, write
from models.datasets.yolo import read_yolo
from vision.detections import Detections
from vision.sources.writer import VideoWriter
from vision.vehicles import VehicleKind


def boxes(*xyxy):
    count = len(xyxy)
    return Detections(
        np.array(xyxy, np.float32).reshape(-1, 4), np.full(count, 0.9, np.float32), np.full(count, 2, np.int8)
    )


class Teacher:
    """Stands at the narrow port `detect`: finds white rectangles as cars, each picture's own."""

    def detect(self, images):
        found = []
        for image in images:
            rows, columns = np.nonzero(image[..., 0] > 128)
            none = len(rows) == 0
            found.append(boxes() if none else boxes([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]))
        return found


def test_the_quarters_cover_the_frame_and_overlap():
    whole, *quarters = tiles(1000, 500)
    seen = np.zeros((500, 1000), int)
    for x1, y1, x2, y2 in quarters:
        seen[y1:y2, x1:x2] += 1
    assert whole == (0, 0, 1000, 500)
    assert seen.min() == 1
    assert seen.max() == 4


@pytest.mark.parametrize("place", [(10, 10), (480, 240), (900, 430)])
def test_a_vehicle_is_found_once_wherever_it_stands(place):
    image = np.zeros((500, 1000, 3), np.uint8)
    x, y = place
    image[y : y + 40, x : x + 60] = 255
    found = look(Teacher(), image)
    assert found.xyxy_px.tolist() == [[x, y, x + 60, y + 40]]


def test_what_flickers_is_dropped():
    middle = boxes([0, 0, 10, 10], [50, 50, 60, 60], [80, 80, 90, 90])
    kept = steady(middle, [boxes([1, 0, 11, 10]), boxes([49, 50, 60, 61])])
    assert kept.xyxy_px.tolist() == [[0, 0, 10, 10], [50, 50, 60, 60]]
    assert len(steady(middle, [boxes(), boxes()])) == 0


def test_moments_are_groups_of_neighbouring_frames(tmp_path):
    with VideoWriter(tmp_path / "v.mp4", (64, 48), 10.0) as video:
        for number in range(60):
            video.write(np.zeros((48, 64, 3), np.uint8), number / 10)
    groups = list(moments(tmp_path / "v.mp4", 2.0))
    assert [len(group) for group in groups] == [3, 3, 3]


def test_what_is_written_is_a_set_that_reads_back(tmp_path):
    for part in ("images/train", "labels/train"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "data.yaml").write_text("names: [motorbike, bicycle, car, bus, truck, pedestrian]", "utf-8")
    write(tmp_path, "a", np.zeros((100, 200, 3), np.uint8), boxes([20, 10, 60, 50]))
    names = {kind.label: kind for kind in VehicleKind}
    [image] = read_yolo(tmp_path, "train", names, ReadReport())
    np.testing.assert_allclose(image.xyxy_px, [[20, 10, 60, 50]], atol=0.01)
    assert image.kind.tolist() == [VehicleKind.CAR]
