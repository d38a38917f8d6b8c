"""From frames to crossings with a real network on a real road; `tests/edge/loop` has the drawn ones."""

import json
from itertools import islice

from edge.loop.look import look
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

FRAMES = 250


def test_on_a_real_road_the_cars_of_the_first_ten_seconds_are_counted(real_data):
    """YOLOX-nano on `cn_road_busstop`; the truth was counted by eye and gives the frame of each car to about 10."""
    folder = real_data / "videos" / "cn_road_busstop"
    truth = json.loads((folder / "counts.json").read_text("utf-8"))
    model = resolve_model(real_data / "weights" / "yolox_nano_416_coco" / "yolox_nano.onnx")
    line = Line("line", "counting", tuple(map(tuple, truth["line"])))
    detector = Detector.open(model.file, model.card, lanes=2)
    with open_source(str(folder / truth["video"])) as source:
        seen = look(source, detector, Tracker(), LineCounter((line,), source.size_px))
        crossings = [one for moment in islice(seen, FRAMES) for one in moment.crossings]
    first, _ = truth["window"]
    cars = [one.frame for one in crossings if one.vehicle == "car" and one.frame >= first]
    wanted = [frame for frame in truth["events_approx_frames"]["car_up"] if frame <= FRAMES]
    assert abs(len(cars) - len(wanted)) <= 1, (cars, wanted)
    # The line is drawn from left to right: "up" goes from its right hand to its left.
    assert {one.direction.value for one in crossings if one.vehicle == "car"} == {"right_to_left"}
    assert sum(min(abs(car - frame) for car in cars) <= 12 for frame in wanted) >= len(wanted) - 1
