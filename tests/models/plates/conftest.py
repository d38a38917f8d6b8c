"""The command itself, the finder that ships, and a tiny reader that says the same of every plate."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Ink, Layout, PlateText
from models.plates_cli import app
from vision.plates.text import ALPHABET, GROUNDS, Ground

COLUMNS = 6
ROWS = ("59G1", "96577")
READER_CARD = {
    "task": "read_plate",
    "name": "parrot",
    "version": "1",
    "licence": "none",
    "source": "this test",
    "input": {"width_px": 64, "height_px": 32, "colour": "bgr"},
    "alphabet": ALPHABET,
    "columns": COLUMNS,
    "grounds": [str(ground) for ground in GROUNDS],
}


@pytest.fixture
def ngatu(typed) -> Callable[..., Any]:
    """Run `ngatu plates ARGUMENTS`."""
    return partial(typed, app, "plates")


def spoken() -> np.ndarray:
    """The reader's output for 59G1 over 96577 on white: 20 where a character is meant, 0 elsewhere."""
    rows = np.zeros((2, COLUMNS, 1 + len(ALPHABET)), np.float32)
    rows[:, :, 0] = 20
    for row, text in enumerate(ROWS):
        for column, character in enumerate(text):
            rows[row, column, 0], rows[row, column, 1 + ALPHABET.index(character)] = 0, 20
    # Two equal neighbours would be one character: 7 and 7 stand apart by a blank.
    rows[1, 4], rows[1, 5] = rows[1, 5].copy(), rows[1, 4].copy()
    return np.concatenate([rows.ravel(), [0, 20, 20, *[0] * (len(GROUNDS) - 1)]]).astype(np.float32)[None]


@pytest.fixture(scope="session")
def reader(tmp_path_factory) -> Path:
    """A network of a real reader's shapes that gives 59G196577 for every picture."""
    axes, zero, column = np.array([1, 2, 3]), np.array(0, np.float32), np.array([-1, 1])
    values = {"axes": axes, "zero": zero, "column": column, "answer": spoken()}
    nodes = [
        helper.make_node("ReduceMax", ["images", "axes"], ["brightest"], keepdims=0),
        helper.make_node("Reshape", ["brightest", "column"], ["bright"]),
        helper.make_node("Mul", ["bright", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "answer"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "parrot",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, 32, 64])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", spoken().shape[1]])],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    file = tmp_path_factory.mktemp("reader") / "parrot.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    file.write_bytes(model.SerializeToString())
    file.with_suffix(".card.yaml").write_text(yaml.safe_dump(READER_CARD), "utf-8")
    return file


@pytest.fixture(scope="session")
def plate() -> np.ndarray:
    rng = np.random.default_rng(5)
    return draw_plate(PlateText(Layout.MOTORBIKE, ("59-G1", "965.77"), Ground.WHITE, Ink.BLACK), rng)


@pytest.fixture
def photo(tmp_path, plate) -> Path:
    """A plate of 120 px on something dark."""
    rng = np.random.default_rng(6)
    image = cv2.GaussianBlur(rng.integers(20, 80, (360, 480, 3), dtype=np.uint8), (0, 0), 3)
    cv2.rectangle(image, (150, 90), (330, 330), (35, 30, 30), -1)
    small = cv2.resize(plate, (120, 88), interpolation=cv2.INTER_AREA)
    image[180:268, 180:300] = small
    file = tmp_path / "photo.jpg"
    assert cv2.imwrite(str(file), image)
    return file


@pytest.fixture
def crop(tmp_path, plate) -> Path:
    file = tmp_path / "crop.png"
    assert cv2.imwrite(str(file), plate)
    return file
