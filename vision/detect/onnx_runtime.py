"""onnxruntime behind our port, on the processor or an NVIDIA card."""

from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from vision.arrays import F32
from vision.detect.model_file import ModelFile
from vision.detect.shapes import Shape, check_ports
from vision.errors import ModelError

NUMPY_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
ORT_ERRORS = (
    ort_errors.EPFail,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


class OnnxRuntimeSession:
    """One thread and no spinning by default: waiting threads would take the decoder's cores. Several threads may run
    it at once, each on a core of its own."""

    def __init__(self, model: ModelFile, threads: int, wanted: list[str], choice: str) -> None:
        """wanted: execution providers, the first of which must be there. choice: what the user calls it."""
        self._name = str(model.path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # faults come back as exceptions; the rest is noise on the user's screen
        _check_provider(wanted[0], choice, providers())
        try:
            self._session = onnxruntime.InferenceSession(model.content, options, providers=wanted)
        except ORT_ERRORS as error:
            raise ModelError(f"{self._name}: onnxruntime cannot load it: {_first_line(error)}") from error
        # Where the driver or a library is missing, onnxruntime goes on on the processor without a word.
        _check_provider(wanted[0], choice, self._session.get_providers())
        check_ports(self._name, len(self._session.get_inputs()), len(self._session.get_outputs()))
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


def providers() -> list[str]:
    """What the installed onnxruntime was built for."""
    return list(onnxruntime.get_available_providers())


def _check_provider(wanted: str, choice: str, found: list[str]) -> None:
    if wanted not in found:
        raise ModelError(
            f"--runtime {choice}: wanted onnxruntime with its {wanted}, found {', '.join(found)}; it comes with "
            "`pip install onnxruntime-gpu` in place of onnxruntime, and needs NVIDIA's driver and libraries"
        )


def _shape(lengths: list[Any]) -> Shape:
    return tuple(length if isinstance(length, int) and length > 0 else None for length in lengths)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
