"""What could harm is refused by every command that would run a model, whoever put it there."""

import pickle
from pathlib import Path

import onnx
import pytest

CARD = """\
name: tiny
version: '1'
head: yolo_end2end
input: {width_px: 96, height_px: 64, colour: rgb, scale: 1.0, placement: centre}
classes: [person, car]
licence: MIT
source: me
"""


class Evil:
    def __reduce__(self):
        return Path.touch, (Path("pwned"),)


def changed(file):
    """One empty metadata entry more: a sound model, but not the one of the card."""
    card = file.with_name("tiny.card.yaml")
    card.write_text(CARD + f"sha256: '{'0' * 64}'\n", "utf-8")


def weights_beside(file):
    model = onnx.load(file)
    onnx.save_model(model, file, save_as_external_data=True, location="side.bin", size_threshold=0)
    assert file.with_name("side.bin").stat().st_size > 0


def weights_anywhere(file):
    model = onnx.load(file)
    onnx.external_data_helper.convert_model_to_external_data(model, location="../../etc/passwd", size_threshold=0)
    file.write_bytes(model.SerializeToString())


def foreign_operator(file):
    model = onnx.load(file)
    model.graph.node[-1].domain = "evil"
    file.write_bytes(model.SerializeToString())


def pickled(file):
    file.write_bytes(pickle.dumps(Evil()))


@pytest.mark.parametrize("command", [("bench",), ("evaluate", "--coco", "any.json")], ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (changed, "not the file its card describes: wanted sha256 0000"),
        (weights_beside, "wanted an ONNX file complete in itself, found weights kept in other files"),
        (weights_anywhere, "wanted an ONNX file complete in itself, found weights kept in other files"),
        (foreign_operator, "wanted standard ONNX operators only, found operators of evil"),
        (pickled, "bytes of something else, or a file cut short"),
    ],
)
def test_a_model_that_is_not_safe_is_refused_before_it_runs(ngatu, write_model, command, spoil, sentence):
    file = write_model()
    file.with_name("tiny.card.yaml").write_text(CARD, "utf-8")
    spoil(file)
    answer = ngatu(*command, "--model", file)
    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert not Path("pwned").exists()
