"""What `--runtime` may be told."""

from enum import StrEnum

import cv2

from models.registry.remembered import remembered
from models.registry.resolve import ResolvedModel
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime


class RuntimeChoice(StrEnum):
    AUTO = "auto"
    ONNXRUNTIME = Runtime.ONNXRUNTIME.value
    OPENVINO = Runtime.OPENVINO.value
    CUDA = Runtime.CUDA.value
    TENSORRT = Runtime.TENSORRT.value


def open_detector(model: ResolvedModel, choice: RuntimeChoice, lanes: int) -> Detector:
    """The model on `lanes` processor threads, a picture on each; to be closed. Raise ModelError when it cannot run."""
    cv2.setNumThreads(1)  # OpenCV's own threads would take the cores from the lanes, for pictures too small to share
    return Detector.open(model.file, model.card, _runtime(model, choice), lanes=lanes)


def _runtime(model: ResolvedModel, choice: RuntimeChoice) -> Runtime | None:
    """None where nothing was chosen and nothing is remembered: what fits the model's file."""
    if choice is RuntimeChoice.AUTO:
        return remembered(read_model_file(model.file).sha256)
    return Runtime(choice.value)
