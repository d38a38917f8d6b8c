"""The command itself, and a tiny network that sees one car in every picture."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.cli import app

WIDTH_PX, HEIGHT_PX = 96, 64
CAR_XYXY = (10, 20, 50, 60)


@pytest.fixture
def ngatu(typed) -> Callable[..., Any]:
    """Run `ngatu models ARGUMENTS`."""
    return partial(typed, app, "models")


@pytest.fixture
def write_model(tmp_path) -> Callable[..., Path]:
    """An end-to-end network: whatever the picture, one box of class 1 that scores 0.9."""

    def write(
        name: str = "tiny.onnx",
        metadata: dict[str, str] | None = None,
        domain: str = "",
        sides: tuple[int | str, int | str] = (HEIGHT_PX, WIDTH_PX),
        external: bool = False,
    ) -> Path:
        answer = numpy_helper.from_array(np.array([[[*CAR_XYXY, 0.9, 1]]], np.float32), "answer")
        if external:
            answer.ClearField("raw_data")
            answer.data_location = TensorProto.EXTERNAL
            answer.external_data.add(key="location", value="../secret.bin")
        axes = numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes")
        zero, column = (
            numpy_helper.from_array(np.array(value, kind), key)
            for key, value, kind in (("zero", 0, np.float32), ("column", [-1, 1, 1], np.int64))
        )
        graph = helper.make_graph(
            [
                helper.make_node("ReduceMax", ["images", "axes"], ["brightest"], keepdims=0),
                helper.make_node("Reshape", ["brightest", "column"], ["bright"]),
                helper.make_node("Mul", ["bright", "zero"], ["nothing"]),
                helper.make_node("Add", ["nothing", "answer"], ["output"], domain=domain),
            ],
            "tiny",
            [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, *sides])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 1, 6])],
            [answer, axes, zero, column],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        helper.set_model_props(model, metadata or {})
        (tmp_path / name).write_bytes(model.SerializeToString())
        return tmp_path / name

    return write


@pytest.fixture
def take_in(ngatu, write_model) -> Callable[..., Any]:
    """Import a tiny model as one of the classes person and car; more arguments, or others instead, may be given."""

    def run(*more: object, file: Path | None = None) -> Any:
        return ngatu("import", file or write_model(), "--head", "yolo_end2end", "--classes", "person,car", *more)

    return run
