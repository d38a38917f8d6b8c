"""`python -m benchmarks.speed.frame_loop --json`: decode, detect, track, count and tell, ours and the peers' way.

All ways run the same network over the same clip on the same cores. Each has a process of its own; the processes take
turns lap by lap while the others wait, so that a busy moment of the machine burdens all alike. Laps are whole: from
opening the file to the last result.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.speed import peers
from benchmarks.speed.material import DETECTOR, YOLO11N, clip, weights
from benchmarks.speed.overhead import OBJECTS, overhead
from benchmarks.speed.spread import Spread, give_out, ratio, spread
from benchmarks.speed.ways import EVERY_K, NEEDS, WAYS, Task
from benchmarks.speed.worker import Lap, Worker

BARE = ("bare_openvino", "bare_onnxruntime")
PEERS = ("track_openvino", "track_onnx", "track_onnx_default", "object_counter", "supervision")
RATIOS = {
    "ratio_to_track_openvino": "track_openvino",
    "ratio_to_track_onnx": "track_onnx",
    "ratio_to_track_onnx_default": "track_onnx_default",
    "ratio_to_object_counter": "object_counter",
    "ratio_to_supervision": "supervision",
}


def measure(tasks: Sequence[Task], frames: int, seconds: float) -> tuple[dict[str, list[Lap]], dict[str, str]]:
    """Laps of every way, in turns until `seconds` are over but at least one each; and the ways that failed, and why."""
    laps: dict[str, list[Lap]] = {}
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        workers = {task.way: stack.enter_context(Worker(task)) for task in tasks}
        for way, worker in list(workers.items()):
            try:
                worker.wait_ready()
            except BenchmarkError as error:
                failed[way] = str(error)
                del workers[way]
        until_s = monotonic() + seconds
        round_s = 0.0
        while not laps or monotonic() + round_s / 2 < until_s:
            began_s = monotonic()
            for way, worker in workers.items():
                laps.setdefault(way, []).append(worker.lap(frames))
            round_s = monotonic() - began_s
            if not workers:
                break
    return laps, failed


def judged(laps: dict[str, list[Lap]]) -> dict[str, Any]:
    """The ratios and the parts they are made of. Ratios are taken round by round, then their median."""
    fps = {way: [lap.frames / lap.wall_s for lap in each] for way, each in laps.items()}
    best_bare = max((way for way in BARE if way in fps), key=lambda way: float(np.median(fps[way])), default=None)
    found: dict[str, Any] = {
        "best_bare": best_bare,
        "ratio_to_bare": _median_ratio(fps, "ours", best_bare),
        **{name: _median_ratio(fps, "ours", way) for name, way in RATIOS.items()},
        "every_k": _every_k(laps, fps, best_bare),
        "ways": {way: _way(each) for way, each in laps.items()},
    }
    found["peak_rss_mb"] = {way: one["peak_rss_mb"] for way, one in found["ways"].items()}
    found["ratio_rss_to_track_openvino"] = ratio(*(found["peak_rss_mb"].get(way) for way in ("ours", "track_openvino")))
    net = {way: [lap.frames / (lap.wall_s - lap.suppression_s) for lap in each] for way, each in laps.items()}
    if peers.handicapped():
        found["net_of_suppression"] = {name: _median_ratio(net, "ours", way) for name, way in RATIOS.items()}
    return found


def _median_ratio(fps: dict[str, list[float]], ours: str, theirs: str | None) -> float | None:
    if theirs is None or ours not in fps or theirs not in fps:
        return None
    return round(float(np.median([a / b for a, b in zip(fps[ours], fps[theirs], strict=True)])), 3)


def _every_k(laps: dict[str, list[Lap]], fps: dict[str, list[float]], best_bare: str | None) -> dict[str, Any]:
    """Detecting every k-th frame, with prediction and gate."""
    if "ours_every_k" not in laps:
        return {}
    difference = laps["ours_every_k"][0].counted - laps["ours"][0].counted
    ratio_to_bare = _median_ratio(fps, "ours_every_k", best_bare)
    return {"k": EVERY_K, "ratio_to_bare": ratio_to_bare, "counts_difference": difference}


def _way(laps: Sequence[Lap]) -> dict[str, Any]:
    return {
        "fps": spread([lap.frames / lap.wall_s for lap in laps]),
        "cpu_ms": spread([lap.cpu_s / lap.frames * 1000 for lap in laps]),
        "suppression_ms": round(float(np.median([lap.suppression_s / lap.frames * 1000 for lap in laps])), 3),
        "peak_rss_mb": max(lap.peak_rss_mb for lap in laps),
        "counted": laps[0].counted,
    }


def tasks_for(name: str, video: Path, left_out: dict[str, str]) -> list[Task]:
    """One task per way whose packages are here; the others join `left_out`."""
    given = weights(name)
    found = []
    for way in WAYS:
        lacking = peers.missing(NEEDS.get(way, ()))
        if lacking:
            left_out[way] = f"{', '.join(lacking)} not installed: make bench"
            continue
        openvino = None if given.openvino is None else str(given.openvino)
        found.append(Task(way, str(video), str(given.ours), str(given.onnx), openvino))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parse(arguments)
    video, left_out = clip(given.video), dict[str, str]()
    found: dict[str, Any] = {}
    for name in given.model or [YOLO11N, DETECTOR]:
        try:
            tasks = tasks_for(name, video, left_out)
        except BenchmarkError as error:
            left_out[name] = str(error)
            continue
        laps, failed = measure(tasks, given.frames, given.seconds / (1 if given.model else 2))
        left_out |= {f"{name}: {way}": why for way, why in failed.items()}
        found[name] = judged(laps)
    if not found:
        raise BenchmarkError("; ".join(left_out.values()))
    stages = overhead(min(given.frames * 4, 100))
    first = next(iter(found))
    figures = {
        "model": first,
        **{key: value for key, value in found[first].items() if key != "ways"},
        "overhead_cpu_ms": stages["all"].median,
        "overhead_objects": OBJECTS,
        "overhead_stages_cpu_ms": stages,
        "models": found,
        "clip": {"file": video.name, "frames_per_lap": given.frames},
        "handicapped": {"ultralytics": peers.HANDICAP} if peers.handicapped() else {},
        "versions": peers.versions(),
        "left_out": left_out,
    }
    rows = [_row(name, way, one, found[name]) for name in found for way, one in found[name]["ways"].items()]
    give_out(figures, rows, ["network", "way", "frames/s", "CPU ms/frame", "RSS MB", "ours ÷ it"], as_json=given.json)
    if not given.json:
        print(f"besides decoding and network, {OBJECTS} objects: {stages['all']} ms of CPU per frame")


def _row(name: str, way: str, one: dict[str, Any], found: dict[str, Any]) -> list[object]:
    fps: Spread = one["fps"]
    ours: Spread = found["ways"]["ours"]["fps"] if "ours" in found["ways"] else fps
    return [name, way, fps, one["cpu_ms"], one["peak_rss_mb"], ratio(ours.median, fps.median)]


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, help="default: a drawn junction, 1080p25, 4 Mbit/s")
    parser.add_argument("--model", action="append", choices=[YOLO11N, DETECTOR], help="default: both")
    parser.add_argument("--frames", type=int, default=32, help="frames of the clip per lap")
    parser.add_argument("--seconds", type=float, default=50.0, help="time for all laps together")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
