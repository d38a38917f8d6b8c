"""`python -m benchmarks.speed.cameras --json`: how many full-HD cameras of 25 frames/s the loop holds.

Held means: each camera gives 10 analysed frames a second, and 99 of 100 results are younger than 300 ms. The cameras
are one clip played at its own pace, so many times at once. Each trial is a process bound to the cores it may use. By
default the ways that matter most run, on one core; `--all` runs every way on one and on two, which takes minutes.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.speed import peers
from benchmarks.speed.camera_trial import RATE_FPS, Trial
from benchmarks.speed.material import DETECTOR, YOLO11N, clip, int8, substream, weights
from benchmarks.speed.spread import give_out
from benchmarks.speed.ways import Task
from benchmarks.speed.worker import Worker
from vision.sources.open import open_source

OLDEST_S = 0.3
ENOUGH = 0.95
"""Of the wanted rate: a camera that gives less is not held."""
MOST_CAMERAS = 64
PEER_FRAMES = 24
DECODED_FRAMES = 60


@dataclass(frozen=True, slots=True)
class Way:
    """What differs from looking at every frame that is taken, at full resolution, with the network as it is."""

    detect_every: int = 1
    gate: bool = False
    int8: bool = False
    substream: bool = False


WAYS = {
    "every": Way(),
    "gate": Way(gate=True),
    "predict_2nd": Way(detect_every=2),
    "int8": Way(int8=True),
    "gate_predict_int8": Way(gate=True, detect_every=2, int8=True),
    "substream": Way(substream=True),
    "substream_gate_predict": Way(substream=True, gate=True, detect_every=2),
}
EVERY = [(model, way) for model in (DETECTOR, YOLO11N) for way in WAYS]
USUAL = ((DETECTOR, "every"), (DETECTOR, "substream"), (YOLO11N, "every"))


def trial_of(model: str, way: Way, video: Path, cores: int, *, seconds: float, frames: int | None) -> Trial:
    """Raises BenchmarkError where the network cannot be made."""
    given = weights(model)
    file = int8(model, given.ours, video) if way.int8 else given.ours
    watched = substream(video) if way.substream else video
    openvino = find_spec("openvino") is not None
    return Trial(str(watched), str(file), 1, cores, seconds, way.detect_every, way.gate, openvino, frames)


def run(trial: Trial) -> dict[str, Any]:
    """The trial's own figures, from a process bound to its cores."""
    bound = partial(os.sched_setaffinity, 0, sorted(os.sched_getaffinity(0))[: trial.cores])
    ended = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "benchmarks.speed.camera_trial", json.dumps(asdict(trial))],
        capture_output=True, text=True, check=False, preexec_fn=bound,
    )  # fmt: skip
    if ended.returncode:
        words = ended.stderr.strip().splitlines()
        raise BenchmarkError(f"trial of {trial.cameras} cameras: {words[-1] if words else ended.returncode}")
    figures: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    return figures


def is_held(figures: dict[str, Any]) -> bool:
    return bool(figures["slowest_fps"] >= ENOUGH * RATE_FPS and figures["age_p99_s"] <= OLDEST_S)


def capacity(trial: Trial, tries: int) -> dict[str, Any]:
    """The most cameras held, sought from what one camera's processor time lets expect; at most `tries` trials.

    by_cpu is that expectation: cores ÷ processor share of one camera, without any room to spare.
    """
    alone = run(trial)
    by_cpu = trial.cores / max(alone["cpu_share"], 1e-3)
    most, trials = (1 if is_held(alone) else 0), [alone]
    number, refused = max(1, min(int(by_cpu), MOST_CAMERAS)), MOST_CAMERAS + 1
    while number > 0 and len(trials) < tries and most < number < refused:
        trials.append(run(replace(trial, cameras=number)))
        if is_held(trials[-1]):
            most, number = number, number + 1
        else:
            refused, number = number, number - 1
    return {"cameras_held": most, "cameras_by_cpu": round(by_cpu, 2), "trials": trials}


def counted(trial: Trial) -> dict[str, int]:
    found: dict[str, int] = run(replace(trial, cameras=0))["counts"]
    return found


def decode_alone(video: Path) -> float:
    """Cameras whose pictures one core can decode at their own rate, doing nothing else."""
    used_s = time.process_time()
    with open_source(str(video)) as source:
        rate = source.fps or 25.0
        frames = sum(1 for _, _ in zip(range(DECODED_FRAMES), source, strict=False))
    return round(frames / (time.process_time() - used_s) / rate, 2)


def peer_cameras(model: str, video: Path) -> dict[str, float]:
    """What ultralytics' `.track` on OpenVINO holds on one core, if every frame it can do went to a camera."""
    given = weights(model)
    if peers.missing(("ultralytics", "openvino")) or given.openvino is None:
        return {}
    task = Task("track_openvino", str(video), str(given.ours), str(given.onnx), str(given.openvino))
    with Worker(task, cores=1) as worker:
        worker.wait_ready()
        lap = worker.lap(PEER_FRAMES)
    return {"track_openvino": round(lap.frames / lap.wall_s / RATE_FPS, 2)}


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parse(arguments)
    video = clip(given.video)
    plan = EVERY if given.all else given.way or list(USUAL)
    cores = [1, 2] if given.all else [1]
    found, left_out = dict[str, Any](), dict[str, str]()
    for model, name in plan:
        for many in cores:
            try:
                trial = trial_of(model, WAYS[name], video, many, seconds=given.seconds, frames=given.frames)
                found[f"{model}, {name}, {many} core{'s' * (many > 1)}"] = capacity(trial, given.tries)
            except BenchmarkError as error:
                left_out[f"{model}, {name}"] = str(error)
    figures = {
        "cameras": found,
        "counts": _counts(video, [name for model, name in plan if model == DETECTOR], given.frames),
        "decode_alone_per_core": decode_alone(video),
        "peers_per_core": _peers(video, left_out, skip=given.frames is not None),
        "held_means": {"analysed_fps": RATE_FPS, "age_p99_below_s": OLDEST_S},
        "left_out": left_out | peers.missing(("ultralytics",)),
    }
    rows = [
        [name, one["cameras_held"], one["cameras_by_cpu"], one["trials"][-1]["age_p99_s"]]
        for name, one in found.items()
    ]
    give_out(figures, rows, ["network, way, cores", "held", "by CPU", "last p99 age, s"], as_json=given.json)
    if not given.json:
        print({name: figures[name] for name in ("decode_alone_per_core", "peers_per_core", "counts")})


def _counts(video: Path, names: Sequence[str], frames: int | None) -> dict[str, dict[str, int]]:
    """What each way counts in the clip, our own detector looking; the untrained network sees nothing."""
    return {name: counted(trial_of(DETECTOR, WAYS[name], video, 1, seconds=0, frames=frames)) for name in names}


def _peers(video: Path, left_out: dict[str, str], *, skip: bool) -> dict[str, dict[str, float]]:
    found = {}
    for model in () if skip else (YOLO11N, DETECTOR):
        try:
            found[model] = peer_cameras(model, video)
        except BenchmarkError as error:
            left_out[f"{model}: peers"] = str(error)
    return found


def _way(text: str) -> tuple[str, str]:
    model, _, way = text.partition(",")
    if (model, way) not in EVERY:
        wanted = ", ".join(f"{DETECTOR} or {YOLO11N},{one}" for one in WAYS)
        raise argparse.ArgumentTypeError(f"wanted one of {wanted}, found {text}")
    return model, way


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, help="default: a drawn junction, 1080p25, 4 Mbit/s")
    parser.add_argument("--seconds", type=float, default=4.0, help="measured in each trial, after a warm-up")
    parser.add_argument("--tries", type=int, default=3, help="trials per way at most")
    parser.add_argument("--frames", type=int, help="frames of the clip that are counted; also leaves the peers out")
    parser.add_argument("--way", action="append", type=_way, help="network,way: only this; may be given again")
    parser.add_argument("--all", action="store_true", help="every way, on one core and on two")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
