"""The one narrow port to whatever runs the network."""

from enum import StrEnum
from typing import Protocol

import numpy as np

from vision.arrays import F32
from vision.detect.model_file import ModelFile
from vision.detect.openvino_runtime import OpenVinoSession
from vision.detect.shapes import Shape
from vision.errors import ModelError


class Runtime(StrEnum):
    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    CUDA = "cuda"
    """onnxruntime on an NVIDIA card."""
    TENSORRT = "tensorrt"
    """onnxruntime with TensorRT, which builds its own engine at the first start: that takes minutes."""


CPU_RUNTIMES = (Runtime.ONNXRUNTIME, Runtime.OPENVINO)
PROVIDERS = {
    Runtime.ONNXRUNTIME: ["CPUExecutionProvider"],
    Runtime.CUDA: ["CUDAExecutionProvider"],
    Runtime.TENSORRT: ["TensorrtExecutionProvider", "CUDAExecutionProvider"],
}
"""onnxruntime's execution providers, the wanted one first."""


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


def open_session(model: ModelFile, runtime: Runtime | None = None, threads: int = 1) -> Session:
    """`runtime` None: onnxruntime for ONNX, OpenVINO for its own pair. Raise ModelError when it cannot run."""
    runtime = runtime_for(model, runtime)
    if runtime is Runtime.OPENVINO:
        return OpenVinoSession(model, threads)
    return open_onnx(model, threads, runtime)


def runtime_for(model: ModelFile, runtime: Runtime | None) -> Runtime:
    """The wanted runtime, or the one that fits the file. Raise ModelError where it cannot read such a file."""
    is_pair = model.weights is not None
    if runtime is None:
        return Runtime.OPENVINO if is_pair else Runtime.ONNXRUNTIME
    if is_pair and runtime is not Runtime.OPENVINO:
        raise ModelError(f"{model.path}: wanted an ONNX file for {runtime}, found OpenVINO's; choose openvino")
    return runtime


def open_onnx(model: ModelFile, threads: int, runtime: Runtime) -> Session:
    """An onnxruntime session on `threads` processor threads; several threads may run it at once."""
    from vision.detect.onnx_runtime import OnnxRuntimeSession  # noqa: PLC0415  18 MB that a box with OpenVINO can save

    return OnnxRuntimeSession(model, threads, PROVIDERS[runtime], str(runtime))


def has_provider(runtime: Runtime) -> bool:
    """Whether the installed onnxruntime was built for it; the card and its driver may still be missing."""
    from vision.detect.onnx_runtime import providers  # noqa: PLC0415  as above

    return runtime in PROVIDERS and PROVIDERS[runtime][0] in providers()


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
