"""`python -m benchmarks.speed.tracker --json`: what tracking costs per frame, ours and the peers', and how well.

All trackers follow the same boxes and take turns frame by frame, so that a busy moment of the machine burdens all
alike. Times are processor time of one frame in this process; a busy machine stretches the clock on the wall, which is
given beside them.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.tracking import FPS, SCENES, Faults, Quality, detected, judge, read_mot
from benchmarks.errors import BenchmarkError
from benchmarks.speed import peers
from benchmarks.speed.spread import give_out, spread
from benchmarks.speed.swarm import swarm
from benchmarks.speed.tracker_peers import OURS, contenders

OBJECTS = (20, 50, 100, 200, 400)
WARM_UP_FRAMES = 5
TOO_SLOW_MS = 500.0
"""A peer slower than this per frame is not asked to follow larger swarms."""
FAULTS = {
    "clean": Faults(),
    "shaken": Faults(dropped=0.15, jitter=0.04),
    "false boxes": Faults(dropped=0.1, jitter=0.03, false=1.0),
}
SEEDS = range(4)


def cost(objects: int, frames: int, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By tracker: processor and wall time per frame, and how many tracks it held at the end of the warm-up."""
    made = contenders()
    field = {name: made[name]() for name in names}
    cpu_ms: dict[str, list[float]] = {name: [] for name in names}
    wall_ms: dict[str, list[float]] = {name: [] for name in names}
    for number, boxes in enumerate(swarm(objects, frames + WARM_UP_FRAMES)):
        for name, one in field.items():
            given = one.prepare(boxes, number)
            began_s, used_s = time.perf_counter(), time.process_time()
            one.update(given)
            used_s, took_s = time.process_time() - used_s, time.perf_counter() - began_s
            if number >= WARM_UP_FRAMES:
                cpu_ms[name].append(used_s * 1000)
                wall_ms[name].append(took_s * 1000)
    return {name: {"cpu_ms": spread(cpu_ms[name]), "wall_ms": spread(wall_ms[name])} for name in names}


def costs(frames: int) -> tuple[dict[str, Any], dict[str, str]]:
    """`objects` of the result, and which peers were left out where."""
    names, found, left_out = list(contenders()), {}, dict(peers.missing())
    for objects in OBJECTS:
        each = cost(objects, frames, names)
        ours = each.pop(OURS)
        fastest = min((one["cpu_ms"].median for one in each.values()), default=None)
        found[str(objects)] = {
            "ours_ms": ours["cpu_ms"],
            "ours_wall_ms": ours["wall_ms"],
            "peers_ms": {name: one["cpu_ms"] for name, one in each.items()},
            "ratio_to_fastest_peer": None if fastest is None else round(fastest / ours["cpu_ms"].median, 2),
        }
        for name in [name for name, one in each.items() if one["cpu_ms"].median > TOO_SLOW_MS]:
            names.remove(name)
            left_out[f"{name} above {objects} objects"] = f"slower than {TOO_SLOW_MS:g} ms a frame"
    return found, left_out


def growth(objects: dict[str, Any]) -> float:
    """Exponent of our cost from 100 to 400 objects: 1 grows as the objects do, 2 as their square."""
    few, many = objects["100"]["ours_ms"].median, objects["400"]["ours_ms"].median
    return round(float(np.log(many / few) / np.log(4)), 2)


def quality(data: Path) -> dict[str, Any]:
    """By scene and faults: HOTA, MOTA, IDF1 of ours and of ultralytics' ByteTrack, mean over the seeds."""
    found: dict[str, Any] = {}
    wanted = [name for name in (OURS, "ultralytics ByteTrack") if name in contenders()]
    for scene in SCENES:
        truth = read_mot(data / "mot/tud" / scene / "gt.txt")
        for fault, faults in FAULTS.items():
            seeds = SEEDS if faults.dropped else SEEDS[:1]
            runs = [detected(truth, seed, faults) for seed in seeds]
            found[f"{scene}, {fault}"] = {
                name: _mean([judge(truth, _follow(name, run)) for run in runs]) for name in wanted
            }
    return found


def _follow(name: str, frames: Sequence[Any]) -> list[Any]:
    one = contenders(FPS)[name]()
    assert one.read is not None
    return [one.read(one.update(one.prepare(boxes, number))) for number, boxes in enumerate(frames)]


def _mean(reached: Sequence[Quality]) -> dict[str, float]:
    return {
        measure: round(float(np.mean([getattr(one, measure) for one in reached])), 4)
        for measure in ("hota", "mota", "idf1")
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=40, help="frames measured per size of swarm")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    objects, left_out = costs(given.frames)
    figures: dict[str, Any] = {"objects": objects, "growth_exponent_100_to_400": growth(objects)}
    folder = os.environ.get("NGATU_TEST_DATA")
    if folder and Path(folder, "mot/tud").is_dir():
        figures["quality"] = quality(Path(folder))
    else:
        left_out["quality"] = "NGATU_TEST_DATA names no folder with mot/tud"
    figures |= {"versions": peers.versions(), "left_out": left_out}
    rows = [
        [
            number,
            one["ours_ms"],
            *(f"{name} {ms}" for name, ms in one["peers_ms"].items()),
            one["ratio_to_fastest_peer"],
        ]
        for number, one in objects.items()
    ]
    width = max(len(row) for row in rows)
    rows = [[*row[:-1], *[""] * (width - len(row)), row[-1]] for row in rows]
    head = ["objects", "ours, ms", *["peer, ms"] * (width - 3), "× fastest peer"]
    give_out(figures, rows, head, as_json=given.json)
    if not given.json:
        for name, each in figures.get("quality", {}).items():
            print(name, each)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
