"""Tiny networks with chosen input and output sizes and the metadata an exporter would write."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper


@pytest.fixture
def write_model(tmp_path: Path) -> Callable[..., Path]:
    """Write an ONNX file that answers every picture with zeros of shape (batch, *answer)."""

    def write(
        answer: tuple[int, ...],
        sides: tuple[int | str, int | str] = (64, 96),
        metadata: dict[str, str] | None = None,
        channels: int = 3,
        name: str = "tiny.onnx",
    ) -> Path:
        zeros = numpy_helper.from_array(np.zeros((1, *answer), np.float32), "zeros")
        axes = numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes")
        column = numpy_helper.from_array(np.array([-1, *[1] * len(answer)], np.int64), "column")
        graph = helper.make_graph(
            [
                helper.make_node("ReduceMax", ["images", "axes"], ["brightest"], keepdims=0),
                helper.make_node("Reshape", ["brightest", "column"], ["bright"]),
                helper.make_node("Mul", ["bright", "zeros"], ["output"]),
            ],
            "tiny",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, channels, *sides])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
            [zeros, axes, column],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        helper.set_model_props(model, metadata or {})
        onnx.save(model, tmp_path / name)
        return tmp_path / name

    return write
