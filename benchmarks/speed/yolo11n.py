"""`python -m benchmarks.speed.yolo11n FILE`: the graph of YOLO11n with random weights, for its cost alone."""

import sys
from pathlib import Path

import torch

from benchmarks.speed.material import INPUT_PX
from benchmarks.speed.peers import ultralytics


def main(file: Path) -> None:
    torch.manual_seed(0)
    network = ultralytics().YOLO("yolo11n.yaml").model
    from models.train.detector_onnx import write_detector  # noqa: PLC0415  after ultralytics has been made ready

    write_detector(network, *INPUT_PX, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
