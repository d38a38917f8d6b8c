"""OpenVINO behind our ports. Its package is optional and large, so it is imported where it is used."""

from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any

import numpy as np

from vision.arrays import F32, U8
from vision.detect.card import InputSpec
from vision.detect.letterbox import channel_scale
from vision.detect.model_file import ModelFile
from vision.detect.shapes import Shape, check_ports
from vision.errors import ModelError


class OpenVinoSession:
    """One stream for the lowest latency; reads ONNX as well as OpenVINO's own pair. One thread at a time."""

    def __init__(self, model: ModelFile, threads: int = 1) -> None:
        self._name = str(model.path)
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": str(threads)}
        openvino = _openvino()
        try:
            core, graph = _graph(openvino, model)
            self.input_shape: Shape = _shape(graph.inputs[0].partial_shape)
            self.output_shape: Shape = _shape(graph.outputs[0].partial_shape)
            self._compiled = core.compile_model(graph, "CPU", settings)
        except RuntimeError as error:
            raise ModelError(f"{self._name}: OpenVINO cannot load it: {_sentence(error)}") from error
        self._type = self._compiled.inputs[0].element_type.to_dtype()
        _check_type(self._name, self._type)

    def run(self, batch: F32) -> F32:
        try:
            output = self._compiled(batch.astype(self._type, copy=False))[0]
        except RuntimeError as error:
            raise ModelError(f"{self._name}: the network failed: {_sentence(error)}") from error
        return np.asarray(output, np.float32)


class OpenVinoBytes:
    """As many streams as asked for, a thread each, for as many callers at once. Bytes go in: scaling them is part of
    the compiled network, and so costs no pass of its own."""

    def __init__(self, model: ModelFile, spec: InputSpec, streams: int) -> None:
        self._name = str(model.path)
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": str(streams),
            "INFERENCE_NUM_THREADS": str(streams),
            "ENABLE_CPU_PINNING": False,  # decoders share the cores; a pinned stream would wait behind them
        }
        openvino = _openvino()
        try:
            core, graph = _graph(openvino, model)
            self.input_shape: Shape = _shape(graph.inputs[0].partial_shape)
            self.output_shape: Shape = _shape(graph.outputs[0].partial_shape)
            _check_type(self._name, graph.inputs[0].element_type.to_dtype())
            batch = (self.input_shape or (None,))[0] or 1
            graph.reshape([batch, 3, spec.height_px, spec.width_px])
            compiled = core.compile_model(_fed_with_bytes(openvino, graph, spec), "CPU", settings)
            self._idle: SimpleQueue[Any] = SimpleQueue()
            for _ in range(streams):
                self._idle.put(compiled.create_infer_request())
        except RuntimeError as error:
            raise ModelError(f"{self._name}: OpenVINO cannot load it: {_sentence(error)}") from error
        self._batch = batch

    def run(self, canvases: U8) -> F32:
        """Any number of pictures, the network's own batch at a time; the last one filled up with black."""
        request = self._idle.get()
        try:
            parts = [
                self._answer(request, canvases[at : at + self._batch]) for at in range(0, len(canvases), self._batch)
            ]
        except RuntimeError as error:
            raise ModelError(f"{self._name}: the network failed: {_sentence(error)}") from error
        finally:
            self._idle.put(request)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _answer(self, request: Any, canvases: U8) -> F32:
        count = len(canvases)
        if count < self._batch:
            canvases = np.concatenate([canvases, np.zeros((self._batch - count, *canvases.shape[1:]), np.uint8)])
        request.infer({0: canvases})
        # The request's own memory is filled anew by its next picture.
        return np.array(request.get_output_tensor(0).data[:count], np.float32)


def _openvino() -> Any:
    try:
        import openvino  # noqa: PLC0415 - an optional package of 100 MB, wanted only where it is used
    except ImportError as error:
        raise ModelError("OpenVINO is not installed: pip install 'ngatu[openvino]'") from error
    return openvino


def _graph(openvino: Any, model: ModelFile) -> tuple[Any, Any]:
    """The core and the network as the file has it, with one input and one output."""
    core = openvino.Core()
    if model.weights is None:
        graph = core.read_model(model.content)
    else:
        graph = core.read_model(model.content, openvino.Tensor(np.frombuffer(model.weights, np.uint8)))
    check_ports(str(model.path), len(graph.inputs), len(graph.outputs))
    return core, graph


def _fed_with_bytes(openvino: Any, graph: Any, spec: InputSpec) -> Any:
    """The network with the card's scaling in front of it: value = (byte - shift / factor) / (1 / factor)."""
    factor, shift = channel_scale(spec)
    steps = openvino.preprocess.PrePostProcessor(graph)
    port = steps.input()
    port.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NCHW"))
    port.model().set_layout(openvino.Layout("NCHW"))
    scaled = port.preprocess().convert_element_type(openvino.Type.f32)
    scaled.mean([float(value) for value in shift / factor]).scale([float(value) for value in 1 / factor])
    scaled.convert_element_type(graph.inputs[0].element_type)
    return steps.build()


def _check_type(name: str, found: Any) -> None:
    if found not in (np.float32, np.float16):
        raise ModelError(f"{name}: wanted an input of float numbers, found {found}")


def _shape(shape: Any) -> Shape:
    if shape.rank.is_dynamic:
        return ()
    return tuple(length.get_length() if length.is_static else None for length in shape)


def _sentence(error: Exception) -> str:
    """OpenVINO's own words without the places in its source, and no more than fits a few lines."""
    lines: Sequence[str] = [line.strip() for line in str(error).splitlines()]
    return "; ".join(line for line in lines if line and not line.startswith("Exception from"))[:300]
