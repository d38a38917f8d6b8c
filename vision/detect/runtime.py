"""The one narrow port to whatever runs the network."""

from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from vision.arrays import F32
from vision.detect.model_file import ModelFile
from vision.detect.shapes import Shape
from vision.errors import ModelError

NUMPY_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
ORT_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


class Runtime(StrEnum):
    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"


class Session(Protocol):
    """A loaded network with one picture batch in and one array out."""

    @property
    def input_shape(self) -> Shape:
        """(batch, 3, height, width)."""

    @property
    def output_shape(self) -> Shape:
        """(batch, …) as the head has it."""

    def run(self, batch: F32) -> F32:
        """`batch` must fit `input_shape`. Raise ModelError when the network refuses it."""


class OnnxRuntimeSession:
    """CPU session. One thread and no spinning by default: waiting threads would take the decoder's cores."""

    def __init__(self, model: ModelFile, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # faults come back as exceptions; the rest is noise on the user's screen
        self._name = str(model.path)
        try:
            self._session = onnxruntime.InferenceSession(model.content, options, providers=["CPUExecutionProvider"])
        except ORT_ERRORS as error:
            raise ModelError(f"{self._name}: onnxruntime cannot load it: {_first_line(error)}") from error
        _check_ports(self._name, len(self._session.get_inputs()), len(self._session.get_outputs()))
        port = self._session.get_inputs()[0]
        if port.type not in NUMPY_TYPES:
            raise ModelError(f"{self._name}: wanted an input of float numbers, found {port.type}")
        self._port, self._type = port.name, NUMPY_TYPES[port.type]
        self.input_shape: Shape = _shape(port.shape)
        self.output_shape: Shape = _shape(self._session.get_outputs()[0].shape)

    def run(self, batch: F32) -> F32:
        try:
            output = self._session.run(None, {self._port: batch.astype(self._type, copy=False)})[0]
        except ORT_ERRORS as error:
            raise ModelError(f"{self._name}: the network failed: {_first_line(error)}") from error
        return np.asarray(output, np.float32)


class OpenVinoSession:
    """One stream for the lowest latency; reads ONNX as well as OpenVINO's own pair."""

    def __init__(self, model: ModelFile, threads: int = 1) -> None:
        try:
            import openvino  # noqa: PLC0415 - an optional package of 100 MB, wanted only where it is used
        except ImportError as error:
            raise ModelError("OpenVINO is not installed: pip install 'ngatu[openvino]'") from error
        self._name = str(model.path)
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads)}
        core = openvino.Core()
        try:
            if model.weights is None:
                graph = core.read_model(model.content)
            else:
                graph = core.read_model(model.content, openvino.Tensor(np.frombuffer(model.weights, np.uint8)))
            _check_ports(self._name, len(graph.inputs), len(graph.outputs))
            self.input_shape: Shape = _openvino_shape(graph.inputs[0].partial_shape)
            self.output_shape: Shape = _openvino_shape(graph.outputs[0].partial_shape)
            self._compiled = core.compile_model(graph, "CPU", settings)
        except RuntimeError as error:
            raise ModelError(f"{self._name}: OpenVINO cannot load it: {_openvino_sentence(error)}") from error
        self._type = self._compiled.inputs[0].element_type.to_dtype()
        if self._type not in (np.float32, np.float16):
            raise ModelError(f"{self._name}: wanted an input of float numbers, found {self._type}")

    def run(self, batch: F32) -> F32:
        try:
            output = self._compiled(batch.astype(self._type, copy=False))[0]
        except RuntimeError as error:
            raise ModelError(f"{self._name}: the network failed: {_openvino_sentence(error)}") from error
        return np.asarray(output, np.float32)


def open_session(model: ModelFile, runtime: Runtime | None = None, threads: int = 1) -> Session:
    """`runtime` None: onnxruntime for ONNX, OpenVINO for its own pair. Raise ModelError when it cannot run."""
    is_openvino = model.weights is not None
    if runtime is None:
        runtime = Runtime.OPENVINO if is_openvino else Runtime.ONNXRUNTIME
    if runtime is Runtime.OPENVINO:
        return OpenVinoSession(model, threads)
    if is_openvino:
        raise ModelError(f"{model.path}: wanted an ONNX file for onnxruntime, found OpenVINO's; choose openvino")
    return OnnxRuntimeSession(model, threads)


def run_all(session: Session, batch: F32) -> F32:
    """Run any number of pictures through a network of open or fixed batch; the last part is filled up with zeros."""
    fixed = session.input_shape[0]
    if fixed is None or fixed == len(batch):
        return session.run(batch)
    outputs = []
    for start in range(0, len(batch), fixed):
        part = batch[start : start + fixed]
        filler = np.zeros((fixed - len(part), *batch.shape[1:]), np.float32)
        outputs.append(session.run(np.concatenate([part, filler]) if len(filler) else part)[: len(part)])
    return np.concatenate(outputs)


def _check_ports(name: str, inputs: int, outputs: int) -> None:
    if (inputs, outputs) != (1, 1):
        raise ModelError(f"{name}: wanted a detector with one input and one output, found {inputs} and {outputs}")


def _shape(lengths: list[Any]) -> Shape:
    return tuple(length if isinstance(length, int) and length > 0 else None for length in lengths)


def _openvino_shape(shape: Any) -> Shape:
    if shape.rank.is_dynamic:
        return ()
    return tuple(length.get_length() if length.is_static else None for length in shape)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _openvino_sentence(error: Exception) -> str:
    """OpenVINO's own words without the places in its source, and no more than fits a few lines."""
    lines = [line.strip() for line in str(error).splitlines()]
    return "; ".join(line for line in lines if line and not line.startswith("Exception from"))[:300]
