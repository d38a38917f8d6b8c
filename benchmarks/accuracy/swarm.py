"""Swarm mode against tracking on drawn swarms: `python -m benchmarks.accuracy.swarm [--seed N]… [--json] [--write]`.

Each clip begins sparse, so that swarm mode learns what a vehicle is worth, and grows as dense as a Hanoi approach.
Every record of 15 s is set beside the true number that passed and the number that tracking counted.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.accuracy.drawn_swarm import FPS, SIZE_PX, Phase, Shown, line, shown
from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table, write_section
from models.registry.resolve import resolve_model
from vision.arrays import U8
from vision.detect.detector import Detector
from vision.events.bodies import Direction
from vision.events.incidents import SwarmFlow
from vision.frame import as_pixels
from vision.geometry.lines import signed_distance, stack_ends
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.traffic.swarm.counter import SwarmCounter
from vision.traffic.swarm.luma import small_size

SECTION = "swarm"
# Metres from the camera to each line: the farther, the smaller the riders and the more they hide one another.
LINES_Y_M = (20.0, 30.0, 40.0)
ONWARD = Direction.RIGHT_TO_LEFT
PHASES = (Phase(30, 1.2, 8.0), Phase(20, 3.0, 6.0), Phase(40, 6.5, 4.5), Phase(15, 1.2, 8.0))


class Moment(NamedTuple):
    """What one picture gave. feet_px: true feet by number."""

    media_s: float
    luma: U8
    tracks: Tracks
    feet_px: dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of one line, in the direction of traffic."""

    seed: int
    line_m: float
    since_s: float
    truth: int
    tracked: int
    estimate: float
    low: float
    high: float
    mode: str
    swarm_share: float

    @property
    def holds(self) -> bool:
        return self.low <= self.truth <= self.high


def watched(pictures: Iterable[Shown], threads: int) -> Iterable[Moment]:
    model = resolve_model(None)
    detector, tracker = Detector.open(model.file, model.card, threads=threads), Tracker()
    for picture in pictures:
        [detections] = detector.detect([picture.image])
        pixels = as_pixels(picture.image)
        luma = pixels.luma(small_size(pixels.size_px))
        yield Moment(picture.media_s, luma, tracker.update(detections, picture.media_s), picture.feet_px)


def true_times(moments: Sequence[Moment], line_m: float) -> list[float]:
    """When each of those who pass the line first stands beyond it."""
    passed: dict[int, float] = {}
    ends = stack_ends((line(line_m),))
    before: dict[int, bool] = {}
    for moment in moments:
        if not moment.feet_px:
            continue
        beyond = signed_distance(np.array(list(moment.feet_px.values())), ends)[:, 0] > 0
        for number, over in zip(moment.feet_px, beyond.tolist(), strict=True):
            if over and before.get(number) is False:
                passed.setdefault(number, moment.media_s)
            before[number] = over
    return sorted(passed.values())


def judge(moments: Sequence[Moment], seed: int, line_m: float) -> tuple[list[Row], float]:
    """The records of one line, and the milliseconds of processor time that one picture cost swarm mode."""
    lines = (line(line_m),)
    counter, swarm = LineCounter(lines, SIZE_PX), SwarmCounter(lines, SIZE_PX, small_size(SIZE_PX))
    records: list[SwarmFlow] = []
    cost_s = 0.0
    for index, moment in enumerate(moments):
        crossings = counter.update(moment.tracks, index, moment.media_s)
        began_s = time.process_time()
        records += swarm.see(moment.luma, moment.tracks, crossings, moment.media_s)
        cost_s += time.process_time() - began_s
    records += swarm.finish()
    times = np.array(true_times(moments, line_m))
    rows = [
        Row(
            seed, line_m, one.since_s, int(((times >= one.since_s) & (times < one.until_s)).sum()), one.tracked,
            one.estimate, one.low, one.high, one.mode, one.swarm_share,
        )
        for one in records
        if one.direction is ONWARD
    ]  # fmt: skip
    return rows, 1000 * cost_s / len(moments)


def as_markdown(rows: Sequence[Row]) -> str:
    lines = [
        [row.seed, f"{row.line_m:.0f}", f"{row.since_s:.0f}", row.truth,
         f"{row.tracked} ({row.tracked - row.truth:+d})",
         f"{row.estimate:.0f} ({row.estimate - row.truth:+.0f})", f"{row.low:.0f} to {row.high:.0f}",
         f"{row.mode} {row.swarm_share:.0%}"]
        for row in rows
    ]  # fmt: skip
    return table(["seed", "line m", "from s", "truth", "tracked", "estimate", "90 % interval", "mode"], lines)


def summary(rows: Sequence[Row], cost_ms: float) -> str:
    """One sentence for each line over its records that were made in swarm mode, wholly or in part."""
    told = []
    for line_m in sorted({row.line_m for row in rows}):
        dense = [row for row in rows if row.mode == "swarm" and row.line_m == line_m]
        truth, tracked, estimate = (
            sum(getattr(row, name) for row in dense) for name in ("truth", "tracked", "estimate")
        )
        told.append(f"line at {line_m:.0f} m: truth {truth}, tracking {tracked}, swarm mode {estimate:.0f}")
    held = sum(row.holds for row in rows)
    return (
        f"Records in swarm mode, {'; '.join(told)}. {held} of {len(rows)} intervals hold the truth. "
        f"{cost_ms:.2f} ms of processor time a picture and line."
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="of a clip; may be given again; default 1")
    parser.add_argument("--scale", type=float, default=1.0, help="length of every phase, times this")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="renew the table in benchmarks/README.md")
    given = parser.parse_args(arguments)
    if not given.scale > 0:
        raise BenchmarkError(f"--scale: wanted a number above 0, found {given.scale}")
    phases = [Phase(phase.seconds * given.scale, phase.per_s, phase.speed_mps) for phase in PHASES]
    rows: list[Row] = []
    costs: list[float] = []
    for seed in given.seed or [1]:
        pictures = round(sum(phase.seconds for phase in phases) * FPS)
        seen = track(
            watched(shown(phases, seed), given.threads), f"seed {seed}", pictures, console=Console(stderr=True)
        )
        moments = list(seen)
        for line_m in LINES_Y_M:
            found, cost_ms = judge(moments, seed, line_m)
            rows += found
            costs.append(cost_ms)
    made, cost_ms = circumstances(), float(np.mean(costs))
    if given.json:
        told = [asdict(row) | {"holds": row.holds} for row in rows]
        print(json.dumps({"made": asdict(made), "records": told, "ms_a_picture": cost_ms}))
    else:
        print(f"{as_markdown(rows)}\n\n{summary(rows, cost_ms)}")
    if given.write:
        write_section(SECTION, f"{made.sentence()}\n\n{as_markdown(rows)}\n\n{summary(rows, cost_ms)}")


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
