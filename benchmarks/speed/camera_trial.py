"""One trial of `cameras`, in a process of its own that may use only the cores it was given: `python -m … JSON`.

`held` plays the clip as so many cameras at their own pace; `counts` runs it once as fast as it goes.
"""

import json
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.ways import SCORE, counting_line
from edge.loop.look import look
from edge.loop.loop import FrameLoop
from edge.loop.settings import CameraSettings, GateSettings
from edge.loop.watched import Watched
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.detect.runtime import Runtime
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter

RATE_FPS = 10.0
WARM_UP_S = 1.5


@dataclass(frozen=True, slots=True)
class Trial:
    """cameras: how many play at once; 0 counts the clip once instead. detect_every, gate: as `CameraSettings`."""

    video: str
    model: str
    cameras: int
    cores: int
    seconds: float
    detect_every: int = 1
    gate: bool = False
    openvino: bool = True
    frames: int | None = None

    def settings(self) -> CameraSettings:
        return CameraSettings(
            rate_fps=RATE_FPS, gate=GateSettings() if self.gate else None, detect_every=self.detect_every
        )

    def detector(self) -> Detector:
        model = resolve_model(Path(self.model))
        runtime = Runtime.OPENVINO if self.openvino else Runtime.ONNXRUNTIME
        return Detector.open(model.file, model.card, runtime, score=SCORE, lanes=self.cores)


def held(trial: Trial) -> dict[str, Any]:
    """The slowest camera's analysed frames per second, the oldest camera's age (99th percentile), and the processor
    time used per second, all after a warm-up."""
    detector = trial.detector()
    ages_s: dict[str, list[float]] = {}
    with ExitStack() as stack:
        cameras = [_camera(stack, trial, number) for number in range(trial.cameras)]
        with FrameLoop(cameras, detector) as loop:
            end = threading.Timer(WARM_UP_S + trial.seconds, loop.stop)
            end.start()
            began_s, used_s = time.monotonic(), time.process_time()
            warm = False
            for name, _, freshness in loop:
                if not warm and time.monotonic() - began_s >= WARM_UP_S:
                    warm, began_s, used_s, ages_s = True, time.monotonic(), time.process_time(), {}
                ages_s.setdefault(name, []).append(freshness.age_s)
            lasted_s, used_s = time.monotonic() - began_s, time.process_time() - used_s
            end.cancel()
    detector.close()
    slowest = min((len(each) for each in ages_s.values()), default=0) if len(ages_s) == trial.cameras else 0
    return {
        "cameras": trial.cameras,
        "slowest_fps": round(slowest / lasted_s, 2),
        "age_p99_s": round(max((float(np.percentile(each, 99)) for each in ages_s.values()), default=float("inf")), 3),
        "cpu_share": round(used_s / lasted_s, 3),
    }


def _camera(stack: ExitStack, trial: Trial, number: int) -> Watched:
    source = stack.enter_context(open_source(trial.video, paced=True))
    counter = LineCounter((counting_line(source.size_px),), source.size_px)
    return Watched(f"camera-{number}", source, Tracker(), counter, trial.settings())


def counts(trial: Trial) -> dict[str, Any]:
    """How many vehicles of each kind the loop counts in the clip with these settings."""
    detector, found = trial.detector(), dict[str, int]()
    with open_source(trial.video) as source:
        counter = LineCounter((counting_line(source.size_px),), source.size_px)
        for ran, seen in enumerate(look(source, detector, Tracker(), counter, trial.settings())):
            for crossing in seen.crossings:
                found[crossing.vehicle] = found.get(crossing.vehicle, 0) + 1
            if trial.frames is not None and ran >= trial.frames:
                break
    detector.close()
    return {"counts": found}


def main() -> None:
    trial = Trial(**json.loads(sys.argv[1]))
    print(json.dumps(held(trial) if trial.cameras else counts(trial)))


if __name__ == "__main__":
    main()
