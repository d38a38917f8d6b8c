"""A tiny network with a real finder's shapes: it finds plates where white rectangles of one size stand on black."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard

SIDE_PX, STRIDE_PX = 64, 4
HALF_WIDTH_PX, HALF_HEIGHT_PX = 12.0, 8.0
CARD = {
    "name": "white",
    "version": "1",
    "licence": "none",
    "source": "this test",
    "input": {
        "width_px": SIDE_PX,
        "height_px": SIDE_PX,
        "colour": "rgb",
        "scale": 1 / 255,
        "placement": "centre",
        "pad_value": 0,
    },
    "stride_px": STRIDE_PX,
    "thresholds": {"sure": 0.7, "doubtful": 0.3, "iou": 0.3},
}
CORNERS_PX = [(-1, -1), (1, -1), (1, 1), (-1, 1)]


@pytest.fixture(scope="session")
def write_network(tmp_path_factory) -> Callable[..., Path]:
    """A cell scores how white the 24 × 16 px around it are; its corners are always those of one plate."""

    def write(outputs: int = 13, side_px: int = SIDE_PX, gain: float = 1.0) -> Path:
        # The last four maps stay empty: no corner is seen, so all stay where the middle says they are.
        corners = [v for x, y in CORNERS_PX for v in (x * HALF_WIDTH_PX, y * HALF_HEIGHT_PX)] + [0.0] * 4
        planes = np.array(corners[: outputs - 1], np.float32).reshape(1, -1, 1, 1)
        window = np.full((1, 3, 16, 24), gain / (3 * 16 * 24), np.float32)
        nodes = [
            helper.make_node("Conv", ["images", "window"], ["score"], strides=[4, 4], pads=[6, 10, 6, 10]),
            helper.make_node("Mul", ["score", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "planes"], ["corners"]),
            helper.make_node("Concat", ["score", "corners"], ["output"], axis=1),
        ]
        values = {"window": window, "zero": np.array(0, np.float32), "planes": planes}
        cells = side_px // STRIDE_PX
        graph = helper.make_graph(
            nodes,
            "white",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, side_px, side_px])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", outputs, cells, cells])],
            [numpy_helper.from_array(value, name) for name, value in values.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        file = tmp_path_factory.mktemp("finder") / "white.onnx"
        file.write_bytes(model.SerializeToString())
        return file

    return write


@pytest.fixture(scope="session")
def card() -> FinderCard:
    return FinderCard.model_validate(CARD)


@pytest.fixture(scope="session")
def finder(write_network, card) -> PlateFinder:
    return PlateFinder.open(write_network(), card)


@pytest.fixture(scope="session")
def black_with() -> Callable[..., np.ndarray]:
    """A black picture with rectangles x1, y1, x2, y2 of a given brightness."""

    def draw(size_px: tuple[int, int], *boxes: tuple[int, int, int, int], level: int = 255) -> np.ndarray:
        image = np.zeros((size_px[1], size_px[0], 3), np.uint8)
        for x1, y1, x2, y2 in boxes:
            cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), (level, level, level), -1)
        return image

    return draw
