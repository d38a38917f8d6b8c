"""A network in whole numbers of eight bits (QDQ), which OpenVINO computes as such."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, quantize_static

from models.registry.advice import card_path
from models.registry.importing import write_card
from vision.arrays import F32
from vision.detect.card import ModelCard
from vision.detect.letterbox import letterbox
from vision.sources.open import open_source

PICTURES, EVERY = 16, 5
HEAD_SHARE = 0.3
"""Of the convolutions, counted from the end: the head's, whose boxes and scores eight bits would coarsen too much."""


def write_int8(file: Path, card: ModelCard, video: Path, out: Path) -> None:
    """Quantize `file` on pictures of `video`, and put a card beside `out` that differs in name and sha256 alone."""
    partial = out.with_suffix(".part")
    graph = onnx.load(str(file)).graph
    convolutions = [node.name for node in graph.node if node.op_type == "Conv"]
    quantize_static(
        str(file),
        str(partial),
        _Pictures(video, card, graph.input[0].name),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        nodes_to_quantize=convolutions[: round(len(convolutions) * (1 - HEAD_SHARE))],
        calibrate_method=CalibrationMethod.Percentile,
    )
    changed = {"name": f"{card.name}-int8", "sha256": sha256(partial.read_bytes()).hexdigest()}
    card_path(out).write_text(write_card(card.model_copy(update=changed)), "utf-8")
    partial.replace(out)


class _Pictures(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Every fifth picture of the video, as the network wants it."""

    def __init__(self, video: Path, card: ModelCard, port: str) -> None:
        self._batches = self._read(video, card)
        self._port = port

    def get_next(self) -> dict[str, Any] | None:
        batch = next(self._batches, None)
        return None if batch is None else {self._port: batch}

    @staticmethod
    def _read(video: Path, card: ModelCard) -> Iterator[F32]:
        with open_source(str(video)) as source:
            for frame in islice(source, 0, PICTURES * EVERY, EVERY):
                yield letterbox([frame.image], card.input)[0]
