"""`python -m benchmarks.speed.memory --json`: whether the loop's memory grows with the frames it has seen.

The traffic of an hour goes through tracker, lines, counts and events as fast as it can, with new vehicles all the
time, and the network looks at one frame in `--detect-each`, so that its buffers are in the figure too. The slope is
taken over the second half, when caches are full.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.speed.spread import give_out
from benchmarks.speed.swarm import FPS, SIZE_PX, swarm
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.events.stream import EventStream
from vision.geometry.lines import Line
from vision.track.tracker import Tracker
from vision.traffic.counts import IntervalCounts
from vision.traffic.crossings import LineCounter

HOUR_FRAMES = int(3600 * FPS)
OBJECTS = 30
SCENE_FRAMES = 250
SAMPLES = 60


def measure(frames: int, seconds: float, detect_each: int) -> dict[str, Any]:
    """Memory against frames; ends early after `seconds`, and says how many frames it saw."""
    scenes = [swarm(OBJECTS, min(SCENE_FRAMES, frames), seed) for seed in range(4)]
    model = resolve_model(None)
    detector = Detector.open(model.file, model.card)
    picture = np.random.default_rng(0).integers(0, 256, (SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
    ends = ((0.0, SIZE_PX[1] / 2), (float(SIZE_PX[0]), SIZE_PX[1] / 2))
    tracker, counter = Tracker(), LineCounter((Line("line", "counting", ends),), SIZE_PX)
    counts, stream = IntervalCounts(15.0, ["line"]), EventStream("bench", "0", datetime(2026, 1, 1, tzinfo=UTC))
    every, seen, rss_mb = max(1, frames // SAMPLES), [], []
    until_s = time.monotonic() + seconds
    for frame in range(frames):
        now_s = frame / FPS
        # Between scenes all vehicles change at once, which gives the tracker names to forget.
        scene = scenes[frame // len(scenes[0]) % len(scenes)]
        tracks = tracker.update(scene[frame % len(scene)], now_s)
        crossings = counter.update(tracks, frame, now_s)
        for body in [*crossings, *counts.update(crossings, now_s)]:
            stream.wrap(body, now_s).model_dump_json()
        if frame % detect_each == 0:
            detector.detect([picture])
        if frame % every == 0:
            seen.append(frame)
            rss_mb.append(_rss_mb())
            if time.monotonic() > until_s:
                break
    return _slope(np.array(seen), np.array(rss_mb))


def _slope(frames: np.ndarray, rss_mb: np.ndarray) -> dict[str, Any]:
    half = len(frames) // 2
    late, held = frames[half:], rss_mb[half:]
    per_frame = float(np.polyfit(late, held, 1)[0]) if len(late) > 2 else 0.0
    return {
        "slope_mb_per_hour": round(per_frame * HOUR_FRAMES, 3),
        "grown_in_second_half_mb": round(float(held[-1] - held[0]), 3),
        "rss_mb": round(float(rss_mb[-1]), 1),
        "frames": int(frames[-1]) + 1,
        "share_of_an_hour": round((int(frames[-1]) + 1) / HOUR_FRAMES, 3),
    }


def _rss_mb() -> float:
    """Resident memory of this process now, from the kernel."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    [now] = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(now) / 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=HOUR_FRAMES, help="an hour's worth at 25 frames/s")
    parser.add_argument("--seconds", type=float, default=75.0, help="end after this time, however far it got")
    parser.add_argument("--detect-each", type=int, default=200, help="the network looks at every so many-th frame")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    figures = measure(given.frames, given.seconds, given.detect_each)
    give_out(figures, [[name, value] for name, value in figures.items()], ["memory", ""], as_json=given.json)


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
