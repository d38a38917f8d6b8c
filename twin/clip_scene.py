"""The scene file and the lamp file that belong to the drawn clip."""

import numpy as np
import yaml

from models.datasets.drawn.camera import Camera
from twin.clip_truth import INWARDS
from twin.junction import COUNTING_Y_M, LIGHT_A, STOP_Y_M, STREET
from vision.arrays import F64

STOP_LINE, COUNTING_LINE, GROUP = "stop", "beyond", "A"
# Places one could find on the road with a tape: both ends of the stop line, the kerb, ends of lane marks.
SURVEYED_M = ((0.3, 18.0), (10.8, 18.0), (0.3, 33.0), (10.8, 33.0), (10.8, 60.0), (-7.3, 52.0), (3.8, 27.0))


def line_px(camera: Camera, y_m: float) -> F64:
    """(2, 2) ends of a line across the watched half of the road, left to right in the picture."""
    ends = np.array([(STREET.median_m / 2, y_m, 0.0), (STREET.right_m, y_m, 0.0)])
    return np.asarray(camera.project(ends)[:, :2], np.float64)


def lines_px(camera: Camera) -> dict[str, F64]:
    return {STOP_LINE: line_px(camera, STOP_Y_M), COUNTING_LINE: line_px(camera, COUNTING_Y_M)}


def scene_yaml(camera: Camera) -> str:
    """A scene for `vision.geometry.load_scene`, its calibration exact to the rounding of eight places."""
    lanes = {f"lane_{lane + 1}": _lane(camera, lane) for lane in range(round(STREET.ahead_m / STREET.lane_m))}
    lines = {name: _fractions(camera, ends) for name, ends in lines_px(camera).items()}
    places = np.array([(x, y, 0.0) for x, y in SURVEYED_M])
    seen = _fractions(camera, camera.project(places)[:, :2])
    scene = {
        "version": 1,
        "camera": "drawn-junction",
        "note": "A drawn junction: nothing in it ever happened on a real road.",
        "lanes": lanes,
        "stop_lines": {
            STOP_LINE: {
                "line": lines[STOP_LINE], "entering": str(INWARDS), "signal_group": GROUP, "lanes": list(lanes),
            }
        },
        "counting_lines": {COUNTING_LINE: {"line": lines[COUNTING_LINE]}},
        "calibration": {
            "source": "Computed from the drawn camera itself: exact, as no survey is.",
            "points": [{"at": at, "metres": [float(x), float(y)]} for at, (x, y) in zip(seen, SURVEYED_M, strict=True)],
        },
    }  # fmt: skip
    return yaml.safe_dump(scene, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def lamps_yaml(seconds: float) -> str:
    """What the lamp showed, exact."""
    spans = [
        {"state": str(state), "since_s": since, "until_s": until, "error_s": 0.0}
        for state, since, until in LIGHT_A.spans(seconds)
    ]
    return yaml.safe_dump({GROUP: spans}, sort_keys=False, default_flow_style=None, width=110)


def _lane(camera: Camera, lane: int) -> dict[str, object]:
    left = STREET.median_m / 2 + lane * STREET.lane_m
    right, middle = left + STREET.lane_m, left + STREET.lane_m / 2
    near, far = 18.0, STOP_Y_M
    ring = np.array([(left, near, 0), (left, far, 0), (right, far, 0), (right, near, 0)], np.float64)
    arrow = np.array([(middle, near + 1, 0), (middle, far - 1, 0)], np.float64)
    return {
        "polygon": _fractions(camera, camera.project(ring)[:, :2]),
        "direction": _fractions(camera, camera.project(arrow)[:, :2]),
    }


def _fractions(camera: Camera, points_px: F64) -> list[list[float]]:
    return [[round(x, 8), round(y, 8)] for x, y in (points_px / np.array(camera.size_px)).tolist()]
