"""Every way through the clip that is timed: ours, the bare network, and the peers' loops, all on the same weights.

A way is made once and then runs laps: the first frames of the clip from the opening of the file to the last result,
so that no frame is prepared outside of the measured time.
"""

import importlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from benchmarks.speed import peers
from edge.loop.look import look
from edge.loop.settings import CameraSettings, GateSettings
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime, open_onnx
from vision.events.stream import EventStream
from vision.geometry.lines import Line
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.counts import IntervalCounts
from vision.traffic.crossings import LineCounter

SCORE = 0.1
"""From here up everybody keeps a box: the least score of our tracker and of ByteTrack."""
LINE_HEIGHT = 0.55
"""Of the picture: where the counting line lies."""
Lap = Callable[[int], tuple[int, int]]
"""From the frames wanted to those run and the vehicles counted."""


@dataclass(frozen=True, slots=True)
class Task:
    """One way on one network. ours, onnx, openvino: the forms of the network; see `material.Weights`."""

    way: str
    video: str
    ours: str
    onnx: str
    openvino: str | None


def cores() -> int:
    return len(os.sched_getaffinity(0))


def make(task: Task) -> Lap:
    return WAYS[task.way](task)


def _ours(task: Task, settings: CameraSettings) -> Lap:
    model = resolve_model(Path(task.ours))
    runtime = Runtime.OPENVINO if task.openvino else Runtime.ONNXRUNTIME
    detector = Detector.open(model.file, model.card, runtime, score=SCORE, lanes=cores())

    def lap(frames: int) -> tuple[int, int]:
        with open_source(task.video) as source:
            counter = LineCounter((counting_line(source.size_px),), source.size_px)
            counts, stream = IntervalCounts(15.0, ["line"]), EventStream("bench", "0", datetime(2026, 1, 1, tzinfo=UTC))
            ran, counted = 0, 0
            for seen in look(islice(source, frames), detector, Tracker(), counter, settings):
                now_s = seen.frame.media_s
                bodies = [*seen.crossings, *counts.update(seen.crossings, now_s)]
                for body in bodies:
                    stream.wrap(body, now_s).model_dump_json()
                ran, counted = ran + 1, counted + len(seen.crossings)
        return ran, counted

    return lap


def counting_line(size_px: tuple[int, int]) -> Line:
    width, height = size_px
    return Line("line", "counting", ((0.0, LINE_HEIGHT * height), (float(width), LINE_HEIGHT * height)))


def _bare_openvino(task: Task) -> Lap:
    openvino = importlib.import_module("openvino")
    settings = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(cores()), "INFERENCE_NUM_THREADS": str(cores())}
    compiled = openvino.Core().compile_model(task.onnx, "CPU", settings)
    queue = openvino.AsyncInferQueue(compiled, cores())
    picture = _noise(tuple(compiled.inputs[0].shape))

    def lap(frames: int) -> tuple[int, int]:
        for _ in range(frames):
            queue.start_async([picture])
        queue.wait_all()
        return frames, 0

    return lap


def _bare_onnxruntime(task: Task) -> Lap:
    model = read_model_file(Path(task.onnx))
    sessions = [open_onnx(model, 1, Runtime.ONNXRUNTIME) for _ in range(cores())]
    picture = _noise(tuple(length or 1 for length in sessions[0].input_shape))

    def lap(frames: int) -> tuple[int, int]:
        share = -(-frames // len(sessions))
        threads = [Thread(target=_repeat, args=(partial(one.run, picture), share)) for one in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return share * len(sessions), 0

    return lap


def _repeat(run: Callable[[], object], times: int) -> None:
    for _ in range(times):
        run()


def _noise(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(0).random(shape, np.float32)


def _track(task: Task, network: str, tracker: str | None) -> Lap:
    model = peers.ultralytics().YOLO(network, task="detect")
    chosen = {} if tracker is None else {"tracker": tracker}

    def lap(frames: int) -> tuple[int, int]:
        results = model.track(source=task.video, stream=True, conf=SCORE, verbose=False, **chosen)
        ran = sum(1 for _ in islice(results, frames))
        results.close()
        return ran, 0

    return lap


def _object_counter(task: Task) -> Lap:
    peers.ultralytics()
    solutions = importlib.import_module("ultralytics.solutions")

    def lap(frames: int) -> tuple[int, int]:
        ran, counter = 0, None
        for image in islice(_opencv(task.video), frames):
            if counter is None:
                height, width = image.shape[:2]
                region = [(0, round(LINE_HEIGHT * height)), (width, round(LINE_HEIGHT * height))]
                counter = solutions.ObjectCounter(model=task.onnx, region=region, conf=SCORE, show=False, verbose=False)
            counter(image)
            ran += 1
        return ran, (counter.in_count + counter.out_count) if counter else 0

    return lap


def _supervision(task: Task) -> Lap:
    model = peers.ultralytics().YOLO(task.onnx, task="detect")
    supervision = importlib.import_module("supervision")
    trackers = importlib.import_module("trackers")

    def lap(frames: int) -> tuple[int, int]:
        info = supervision.VideoInfo.from_video_path(task.video)
        height = round(LINE_HEIGHT * info.height)
        zone = supervision.LineZone(supervision.Point(0, height), supervision.Point(info.width, height))
        tracker, ran = trackers.ByteTrackTracker(), 0
        for image in islice(supervision.get_video_frames_generator(task.video), frames):
            [result] = model(image, conf=SCORE, verbose=False)
            zone.trigger(tracker.update(supervision.Detections.from_ultralytics(result)))
            ran += 1
        return ran, zone.in_count + zone.out_count

    return lap


def _opencv(video: str) -> Iterator[Any]:
    cv2 = importlib.import_module("cv2")
    capture = cv2.VideoCapture(video)
    try:
        while True:
            good, image = capture.read()
            if not good:
                return
            yield image
    finally:
        capture.release()


EVERY_K = 3
WAYS: dict[str, Callable[[Task], Lap]] = {
    "ours": lambda task: _ours(task, CameraSettings()),
    "ours_every_k": lambda task: _ours(task, CameraSettings(detect_every=EVERY_K, gate=GateSettings())),
    "bare_openvino": _bare_openvino,
    "bare_onnxruntime": _bare_onnxruntime,
    "track_onnx": lambda task: _track(task, task.onnx, "bytetrack.yaml"),
    "track_onnx_default": lambda task: _track(task, task.onnx, None),
    "track_openvino": lambda task: _track(task, task.openvino or "", "bytetrack.yaml"),
    "object_counter": _object_counter,
    "supervision": _supervision,
}
NEEDS: dict[str, tuple[str, ...]] = {
    "bare_openvino": ("openvino",),
    "track_onnx": ("ultralytics",),
    "track_onnx_default": ("ultralytics",),
    "track_openvino": ("ultralytics", "openvino"),
    "object_counter": ("ultralytics",),
    "supervision": ("ultralytics", "supervision", "trackers"),
}


def suppression_clock() -> Callable[[], float]:
    """Seconds spent so far in ultralytics' suppression; stays 0 where it is not loaded."""
    spent = [0.0]
    try:
        module: Any = importlib.import_module("ultralytics.utils.nms")
    except ImportError:
        return lambda: 0.0
    plain = module.non_max_suppression

    def timed(*given: Any, **named: Any) -> Any:
        began_s = time.perf_counter()
        try:
            return plain(*given, **named)
        finally:
            spent[0] += time.perf_counter() - began_s

    module.non_max_suppression = timed
    return lambda: spent[0]
