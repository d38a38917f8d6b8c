"""What the benchmarks of speed run on: a full-HD clip and the two networks, in the forms that the peers read.

All of it is made once and kept in a cache folder outside of the repository. Nothing is downloaded.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from av.video.stream import VideoStream

from benchmarks.errors import BenchmarkError
from models.registry.advice import card_path
from models.registry.importing import write_card
from models.registry.resolve import resolve_model
from vision.detect.meanings import COCO_NAMES
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter

SIZE_PX = (1920, 1080)
FPS = 25
BITS_PER_S = 4_000_000
SEED, SECONDS, FIRST_FRAME = 7, 30.0, 130
CLIP_FRAMES = 200
"""Of the drawn junction: the queue waits, gets green and goes."""
INPUT_PX = (640, 384)
SUBSTREAM_PX = (704, 396)
DETECTOR, YOLO11N = "detector", "yolo11n"


@dataclass(frozen=True, slots=True)
class Weights:
    """One network for everybody. ours: as our loop takes it; onnx, openvino: with the names the peers want."""

    name: str
    ours: Path
    onnx: Path
    openvino: Path | None


def cache_folder() -> Path:
    """NGATU_BENCH_CACHE, or a folder in the user's cache."""
    folder = Path(os.environ.get("NGATU_BENCH_CACHE") or Path.home() / ".cache/ngatu-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def clip(given: Path | None) -> Path:
    """The video `given`, or the drawn junction at 1080p25 and 4 Mbit/s. BenchmarkError: a video that is not there."""
    if given is not None:
        if not given.is_file():
            raise BenchmarkError(f"{given}: wanted a video file, found none")
        return given
    file = cache_folder() / f"junction-{SIZE_PX[1]}p-{CLIP_FRAMES}.mp4"
    if not file.exists():
        _draw(file)
    return file


def weights(name: str) -> Weights:
    """BenchmarkError where the network cannot be made here: the message says what is missing."""
    folder = cache_folder()
    if name == DETECTOR:
        shipped = resolve_model(None)
        onnx = folder / f"detector-{(shipped.card.sha256 or '')[:12]}.onnx"
        if not onnx.exists():
            name_classes(shipped.file, onnx, shipped.card.classes)
        return Weights(name, shipped.file, onnx, _as_openvino(onnx, shipped.card.classes))
    onnx = folder / "yolo11n-untrained.onnx"
    if not onnx.exists():
        if find_spec("ultralytics") is None:
            raise BenchmarkError("yolo11n: wanted ultralytics to build its graph (make bench), found it not installed")
        plain = onnx.with_suffix(".plain.onnx")
        subprocess.run([sys.executable, "-m", "benchmarks.speed.yolo11n", str(plain)], check=True)  # noqa: S603  our own
        name_classes(plain, onnx, COCO_NAMES)
        plain.unlink()
    if not card_path(onnx).exists():  # else our loop would load the network twice, once to find out what it is
        card = resolve_model(onnx).card.model_copy(update={"sha256": sha256(onnx.read_bytes()).hexdigest()})
        card_path(onnx).write_text(write_card(card), "utf-8")
    return Weights(name, onnx, onnx, _as_openvino(onnx, COCO_NAMES))


def name_classes(file: Path, out: Path, classes: Sequence[str]) -> None:
    """A copy for one picture at a time that says of itself what ultralytics asks: task, size, stride, names."""
    try:
        import onnx  # noqa: PLC0415  only developers have it
    except ImportError:
        raise BenchmarkError("onnx: wanted it to name the classes for the peers, found it not installed") from None
    graph = onnx.load(str(file))
    graph.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    for key, value in _metadata(classes).items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, str(value)
    partial = out.with_suffix(".part")
    onnx.save(graph, str(partial))
    partial.replace(out)


def _metadata(classes: Sequence[str]) -> dict[str, Any]:
    width_px, height_px = INPUT_PX
    names = dict(enumerate(classes))
    return {"task": "detect", "stride": 32, "batch": 1, "imgsz": [height_px, width_px], "names": names, "channels": 3}


def _as_openvino(onnx: Path, classes: Sequence[str]) -> Path | None:
    """The folder of OpenVINO's pair with the metadata beside it; None without OpenVINO."""
    if find_spec("openvino") is None:
        return None
    import openvino  # noqa: PLC0415  an optional package

    folder = onnx.with_name(f"{onnx.stem}_openvino_model")
    if not (folder / "metadata.yaml").exists():
        folder.mkdir(exist_ok=True)
        graph = openvino.Core().read_model(str(onnx))
        openvino.save_model(graph, str(folder / f"{onnx.stem}.xml"), compress_to_fp16=False)
        (folder / "metadata.yaml").write_text(yaml.safe_dump(_metadata(classes)), "utf-8")
    return folder


class _CameraWriter(VideoWriter):
    """With the bit rate and keyframes of a network camera."""

    def _new_stream(self) -> VideoStream:
        stream = super()._new_stream()
        stream.codec_context.bit_rate = BITS_PER_S
        stream.codec_context.gop_size = 2 * FPS
        return stream


def _draw(file: Path) -> None:
    try:
        from twin.drawn_clip import pictures, stage_play  # noqa: PLC0415  needs panda3d, an optional package
    except ImportError as error:
        raise BenchmarkError(f"the drawn clip: wanted panda3d, found {error}; or give --video FILE") from error
    print(f"drawing {CLIP_FRAMES} frames once into {file}", file=sys.stderr)
    moments = stage_play(SEED, SECONDS)[0][FIRST_FRAME : FIRST_FRAME + CLIP_FRAMES]
    with _CameraWriter(file, SIZE_PX, FPS) as video:
        for image, moment in zip(pictures(SEED, moments), moments, strict=True):
            large = np.asarray(cv2.resize(image, SIZE_PX, interpolation=cv2.INTER_CUBIC), np.uint8)
            video.write(large, moment.media_s)


def substream(video: Path) -> Path:
    """The same clip as a camera's second stream: 704 × 396."""
    file = cache_folder() / f"{video.stem}-{SUBSTREAM_PX[1]}p.mp4"
    if not file.exists() or file.stat().st_mtime < video.stat().st_mtime:
        with open_source(str(video)) as source, _CameraWriter(file, SUBSTREAM_PX, source.fps) as small:
            for frame in source:
                image = np.asarray(cv2.resize(frame.image, SUBSTREAM_PX, interpolation=cv2.INTER_AREA), np.uint8)
                small.write(image, frame.media_s)
    return file


def int8(name: str, file: Path, video: Path) -> Path:
    """The network in whole numbers of eight bits, set to the clip's own pictures, with its card."""
    out = cache_folder() / f"{name}-int8-{file.stat().st_size}.onnx"
    if not (out.exists() and card_path(out).exists()):
        try:
            from benchmarks.speed.int8 import write_int8  # noqa: PLC0415  wants onnx, which only developers have
        except ImportError as error:
            raise BenchmarkError(f"int8: wanted onnx to make it, found {error}") from None
        write_int8(file, resolve_model(file).card, video, out)
    return out
