import sys
from importlib.util import find_spec

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime, open_session, run_all
from vision.errors import ModelError

ANSWER = np.arange(1 * 10 * 4, dtype=np.float32).reshape(1, 10, 4)
GAIN = np.ones_like(ANSWER)
HAS_OPENVINO = pytest.mark.skipif(not find_spec("openvino"), reason="no OpenVINO")
RUNTIMES = [Runtime.ONNXRUNTIME, pytest.param(Runtime.OPENVINO, marks=HAS_OPENVINO)]


def pictures(count: int) -> np.ndarray:
    """Pictures of brightness 1, 2, 3, … so that each answer tells which picture it belongs to."""
    return np.repeat(np.arange(1, count + 1, dtype=np.float32), 3 * 64 * 64).reshape(count, 3, 64, 64)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("batch", ["n", 1, 2])
@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_pictures_runs_through_a_network_of_open_or_fixed_batch(write_graph, runtime, batch, count):
    session = open_session(read_model_file(write_graph(ANSWER, GAIN, batch)), runtime)
    assert session.input_shape == (None if batch == "n" else batch, 3, 64, 64)
    assert session.output_shape[1:] == (10, 4)
    output = run_all(session, pictures(count))
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, ANSWER + np.arange(1, count + 1).reshape(-1, 1, 1), rtol=1e-5)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_an_answer_is_not_overwritten_by_the_next(write_graph, runtime):
    session = open_session(read_model_file(write_graph(ANSWER, GAIN)), runtime)
    first = session.run(pictures(1))
    session.run(pictures(1) + 7)
    np.testing.assert_allclose(first, ANSWER + 1)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_picture_the_network_refuses_is_a_model_error(write_graph, runtime):
    session = open_session(read_model_file(write_graph(ANSWER)), runtime)
    with pytest.raises(ModelError, match=r"tiny.onnx: the network failed"):
        session.run(np.zeros((1, 3, 32, 32), np.float32))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_graph_the_runtime_cannot_load_is_a_model_error(tmp_path, runtime):
    save(tmp_path / "odd.onnx", [helper.make_node("NoSuchOperator", ["x"], ["y"])], ["y"])
    with pytest.raises(ModelError, match=r"odd.onnx: \w+ cannot load it: .*NoSuchOperator"):
        open_session(read_model_file(tmp_path / "odd.onnx"), runtime)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_network_with_two_answers_is_no_detector(tmp_path, runtime):
    save(
        tmp_path / "two.onnx",
        [helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Abs", ["x"], ["z"])],
        ["y", "z"],
    )
    with pytest.raises(ModelError, match="wanted a detector with one input and one output, found 1 and 2"):
        open_session(read_model_file(tmp_path / "two.onnx"), runtime)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_network_that_takes_whole_numbers_is_refused(tmp_path, runtime):
    save(tmp_path / "int.onnx", [helper.make_node("Abs", ["x"], ["y"])], ["y"], TensorProto.INT32)
    with pytest.raises(ModelError, match=r"wanted an input of float numbers, found .*int32"):
        open_session(read_model_file(tmp_path / "int.onnx"), runtime)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_network_of_half_precision_is_fed_and_read_as_float32(tmp_path, runtime):
    save(tmp_path / "half.onnx", [helper.make_node("Abs", ["x"], ["y"])], ["y"], TensorProto.FLOAT16)
    output = open_session(read_model_file(tmp_path / "half.onnx"), runtime).run(np.full((1, 3, 4, 4), -0.5, np.float32))
    assert output.dtype == np.float32
    assert (output == 0.5).all()


def test_without_openvino_the_user_is_told_how_to_get_it(write_graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match=r"OpenVINO is not installed: pip install 'ngatu\[openvino\]'"):
        open_session(read_model_file(write_graph(ANSWER)), Runtime.OPENVINO)


def test_an_openvino_pair_runs_in_openvino_without_asking_and_not_in_onnxruntime(write_graph, tmp_path):
    openvino = pytest.importorskip("openvino")
    openvino.save_model(openvino.Core().read_model(write_graph(ANSWER, GAIN)), tmp_path / "pair.xml")
    model = read_model_file(tmp_path / "pair.xml")
    np.testing.assert_allclose(open_session(model).run(pictures(1)), ANSWER + 1, rtol=1e-3)
    with pytest.raises(ModelError, match="wanted an ONNX file for onnxruntime, found OpenVINO's"):
        open_session(model, Runtime.ONNXRUNTIME)


def test_a_broken_openvino_pair_is_a_model_error(tmp_path):
    pytest.importorskip("openvino")
    (tmp_path / "a.xml").write_text("<net/>", encoding="utf-8")
    (tmp_path / "a.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"a.xml: OpenVINO cannot load it"):
        open_session(read_model_file(tmp_path / "a.xml"))


def save(file, nodes, outputs, kind=TensorProto.FLOAT):
    def value(name):
        return helper.make_tensor_value_info(name, kind, ["n", 3, 4, 4])

    graph = helper.make_graph(nodes, "g", [value("x")], [value(name) for name in outputs])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), file)
