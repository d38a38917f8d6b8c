"""Several pictures at once through every runtime there is, and clear words where there is none."""

import threading
from importlib.util import find_spec

import numpy as np
import pytest

from vision.detect.card import Colour, InputSpec, Placement
from vision.detect.lanes import Lanes, open_lanes
from vision.detect.letterbox import normalised
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime, has_provider, open_session, run_all
from vision.errors import ModelError

ANSWER = np.arange(1 * 10 * 4, dtype=np.float32).reshape(1, 10, 4)
GAIN = np.ones_like(ANSWER)
SPEC = InputSpec(
    width_px=64, height_px=64, colour=Colour.BGR, scale=1 / 255, placement=Placement.CENTRE,
    mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3),
)  # fmt: skip
HAS_OPENVINO = pytest.mark.skipif(not find_spec("openvino"), reason="no OpenVINO")
RUNTIMES = [Runtime.ONNXRUNTIME, pytest.param(Runtime.OPENVINO, marks=HAS_OPENVINO)]


def pictures(count):
    return np.random.default_rng(count).integers(0, 256, (count, 3, 64, 64), dtype=np.uint8)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("batch", ["n", 1, 2])
def test_lanes_answer_as_a_plain_session_does_and_each_picture_its_own(write_graph, runtime, batch):
    model = read_model_file(write_graph(ANSWER, GAIN, batch))
    lanes = open_lanes(model, SPEC, runtime, 2)
    canvases = [pictures(count) for count in (1, 3, 2, 1, 1, 4)]
    running = [lanes.start(each) for each in canvases]
    for each, future in zip(canvases, running, strict=True):
        wanted = run_all(open_session(model), normalised(each, SPEC))
        np.testing.assert_allclose(future.result(30), wanted, atol=1e-4)
    assert (lanes.count, lanes.most_batch) == (2, 1)
    lanes.close()
    lanes.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_picture_the_network_refuses_is_a_model_error_in_its_future(write_graph, runtime):
    lanes = open_lanes(read_model_file(write_graph(ANSWER)), SPEC, runtime, 1)
    with pytest.raises(ModelError, match=r"tiny.onnx: the network failed"):
        lanes.start(np.zeros((1, 3, 32, 32), np.uint8)).result(30)
    np.testing.assert_allclose(lanes.start(pictures(1)).result(30), ANSWER)
    lanes.close()


def test_lanes_work_side_by_side_and_closing_waits_for_what_runs():
    both, answers = threading.Barrier(2), []

    class Meeting:
        input_shape, output_shape = (None, 3, 64, 64), (None, 1)

        def run(self, canvases):
            both.wait(30)  # broken unless two runs are under way at once
            answers.append(len(canvases))
            return np.zeros((1, 1), np.float32)

    lanes = Lanes(Meeting(), 2)
    running = [lanes.start(pictures(1)) for _ in range(2)]
    lanes.close()
    assert answers == [1, 1]
    assert all(future.done() for future in running)


def test_without_lanes_the_answer_is_there_when_start_returns(write_graph):
    lanes = Lanes(open_lanes(read_model_file(write_graph(ANSWER)), SPEC, None, 1).session, 0)
    future = lanes.start(pictures(2))
    assert future.done()
    assert future.result().shape == (2, 10, 4)
    assert isinstance(lanes.start(np.zeros((1, 3, 32, 32), np.uint8)).exception(), ModelError)


@pytest.mark.parametrize("runtime", [Runtime.CUDA, Runtime.TENSORRT])
def test_without_the_graphics_cards_runtime_the_user_is_told_what_there_is(write_graph, runtime):
    if has_provider(runtime):
        pytest.skip(f"this onnxruntime has {runtime}")
    with pytest.raises(ModelError, match=rf"--runtime {runtime}: wanted onnxruntime with its \w+, found .*CPUExec"):
        open_lanes(read_model_file(write_graph(ANSWER)), SPEC, runtime, 2)


@HAS_OPENVINO
@pytest.mark.parametrize("runtime", [Runtime.ONNXRUNTIME, Runtime.CUDA])
def test_a_pair_of_openvinos_own_runs_nowhere_else(write_graph, tmp_path, runtime):
    import openvino

    openvino.save_model(openvino.Core().read_model(write_graph(ANSWER, GAIN)), tmp_path / "pair.xml")
    with pytest.raises(ModelError, match=f"wanted an ONNX file for {runtime}, found OpenVINO's"):
        open_lanes(read_model_file(tmp_path / "pair.xml"), SPEC, runtime, 1)
