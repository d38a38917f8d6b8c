"""Tiny networks that answer every picture with given numbers, and cards for them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from vision.detect.card import Colour, Head, InputSpec, ModelCard, Placement

SIDE_PX = 64


@pytest.fixture
def write_graph(tmp_path: Path) -> Callable[..., Path]:
    """Write an ONNX file whose output is `answer` + mean of the picture · `gain`; both (1, …) without the batch."""

    def write(
        answer: np.ndarray, gain: np.ndarray | None = None, batch: int | str = "n", name: str = "tiny.onnx"
    ) -> Path:
        gain = np.zeros_like(answer) if gain is None else gain
        nodes = [
            helper.make_node("ReduceMean", ["images", "axes"], ["mean4"], keepdims=0),
            helper.make_node("Reshape", ["mean4", "column"], ["mean"]),
            helper.make_node("Mul", ["mean", "gain"], ["moved"]),
            helper.make_node("Add", ["moved", "answer"], ["output"]),
        ]
        weights = {
            "axes": np.array([1, 2, 3], np.int64),
            "column": np.array([-1, 1, 1], np.int64),
            "gain": gain.astype(np.float32),
            "answer": answer.astype(np.float32),
        }
        graph = helper.make_graph(
            nodes,
            "tiny",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, SIDE_PX, SIDE_PX])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, [batch, *answer.shape[1:]])],
            [numpy_helper.from_array(value, key) for key, value in weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model)
        onnx.save(model, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def make_card() -> Callable[..., ModelCard]:
    """A card for a 64 x 64 network of the classes person, bicycle, motorcycle, car, truck and tree."""

    def make(head: Head = Head.YOLO, **changes: object) -> ModelCard:
        spec = InputSpec(
            width_px=SIDE_PX, height_px=SIDE_PX, colour=Colour.BGR, scale=1 / 255, placement=Placement.TOP_LEFT
        )
        fields = {
            "name": "tiny",
            "version": "1",
            "head": head,
            "input": spec,
            "classes": ("person", "bicycle", "motorcycle", "car", "truck", "tree"),
            "meanings": {"tree": "ignored"},
            "licence": "none",
            "source": "this test",
        }
        return ModelCard.model_validate(fields | changes)

    return make
