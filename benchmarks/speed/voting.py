"""`python -m benchmarks.speed.voting --json`: what keeping the best views costs each frame, and what a vote costs.

Speed only: boxes that drift through pictures of noise. `best_shots_ms` is the mean over all frames without the copying
of crops, `crops_a_frame` how many were copied, `copy_ms` one copy. `tracker_ms` is the tracker's mean on the same boxes
in the same run, to compare by: machines differ. Reading runs when somebody is accused, never every frame.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.speed.spread import Spread, give_out, spread
from models.registry.plate_eyes import open_plate_eyes
from vision.arrays import F32, U8
from vision.detections import Detections
from vision.frame import Frame, ImagePixels, Rect
from vision.plates.best_shots import BestShots
from vision.plates.shots import Shot
from vision.plates.track_plate import own_plate
from vision.plates.vote import vote
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

SIZE_PX = (1920, 1080)
EVERY_S = 0.04
KINDS = (VehicleKind.MOTORBIKE, VehicleKind.MOTORBIKE, VehicleKind.CAR)


@dataclass(slots=True)
class Timed:
    """A picture that notes how long its parts take to copy."""

    pixels: ImagePixels
    spent_s: float = 0.0
    copies: int = 0

    @property
    def size_px(self) -> tuple[int, int]:
        return self.pixels.size_px

    def bgr(self) -> U8:
        return self.pixels.bgr()

    def shrink_into(self, out: U8, part: Rect | None = None) -> None:
        self.pixels.shrink_into(out, part)

    def cut(self, part: Rect) -> U8:
        began_s = time.process_time()
        crop = self.pixels.cut(part)
        self.spent_s += time.process_time() - began_s
        self.copies += 1
        return crop

    def luma(self, size_px: tuple[int, int]) -> U8:
        return self.pixels.luma(size_px)


def measure_shots(tracks: int, frames: int) -> dict[str, Any]:
    """Mean CPU milliseconds of a frame in the second half, when every track's first views have been copied."""
    rng = np.random.default_rng(0)
    pixels = ImagePixels(rng.integers(0, 256, (SIZE_PX[1], SIZE_PX[0], 3), np.uint8))
    boxes, drift = _boxes(tracks, rng)
    shots, copies = BestShots(), 0
    every_ms: list[float] = []
    copy_ms: list[float] = []
    tracker, track_ms = Tracker(), list[float]()
    for index in range(frames):
        picture = Timed(pixels)
        moved = boxes + drift * index + rng.normal(0, 0.5, boxes.shape)
        seen = _tracks(moved.astype(np.float32))
        track_ms += _ms(partial(tracker.update, Detections(seen.xyxy_px, seen.score, seen.kind), index * EVERY_S), 1)
        began_s = time.process_time()
        shots.see(Frame(index, index * EVERY_S, picture, 0.0), seen)
        spent_s = time.process_time() - began_s
        if 2 * index >= frames:
            every_ms.append(1000 * spent_s)
            copy_ms.append(1000 * picture.spent_s)
            copies += picture.copies
    without = np.subtract(every_ms, copy_ms)
    return {
        "best_shots_ms": round(float(without.mean()), 4),
        "best_shots_worst_tenth_ms": round(float(np.percentile(without, 90)), 4),
        "tracker_ms": round(float(np.mean(track_ms[frames // 2 :])), 4),
        "crops_a_frame": round(copies / len(every_ms), 3),
        "copy_ms": round(sum(copy_ms) / max(copies, 1), 3),
    }


def _boxes(tracks: int, rng: np.random.Generator) -> tuple[F32, F32]:
    """Standing about in rows, as a full junction shows them, each drifting slowly."""
    columns = int(np.ceil(np.sqrt(tracks * SIZE_PX[0] / SIZE_PX[1])))
    place = np.arange(tracks)
    left = place % columns * (SIZE_PX[0] - 200) / columns
    top = place // columns * (SIZE_PX[1] - 320) / max(1, -(-tracks // columns))
    wide, high = rng.uniform(60, 120, tracks), rng.uniform(90, 150, tracks)
    boxes = np.stack([left, top, left + wide, top + high], axis=1) + 20
    return boxes.astype(np.float32), rng.uniform(-0.03, 0.03, (tracks, 1)).astype(np.float32)


def _tracks(boxes: F32) -> Tracks:
    count = len(boxes)
    return Tracks(
        id=np.arange(1, count + 1),
        xyxy_px=boxes,
        score=np.full(count, 0.9, np.float32),
        kind=np.array([KINDS[row % len(KINDS)] for row in range(count)], np.int8),
        confirmed=np.ones(count, np.bool_),
        seen=np.ones(count, np.bool_),
        ended=np.zeros(0, np.int64),
    )


def measure_vote(rounds: int) -> dict[str, Spread]:
    """CPU milliseconds of finding and reading in one shot, and of the vote of five."""
    from benchmarks.accuracy.plate_tracks import ACCUSED, draw_track  # noqa: PLC0415  draws slowly, only when asked

    eyes = open_plate_eyes()
    shots: list[Shot] = []
    number = 0
    while len(shots) < rounds:
        drawn = draw_track(np.random.default_rng(number))
        number += 1
        kept = BestShots()
        for frame, tracks in zip(drawn.frames, drawn.tracks, strict=True):
            kept.see(frame, tracks)
        shots += kept.of(ACCUSED, drawn.frames[-1].media_s)
    read_ms, said = [], []
    for shot in shots[:rounds]:
        began_s = time.process_time()
        own = own_plate(shot, eyes, [])
        read_ms.append(1000 * (time.process_time() - began_s))
        said += [own] if own is not None else []
    few = said[:5]
    vote_ms = _ms(lambda: vote(few, "motorbike", eyes.grammar), rounds)
    return {"read_a_shot_ms": spread(read_ms), "vote_of_five_ms": spread(vote_ms)}


def measure_cut(video: Path, rounds: int) -> dict[str, Spread]:
    """CPU milliseconds of cutting 200 × 300 pixels out of a decoded frame, and of making all of its pixels."""
    with open_source(str(video)) as source:
        frames = [frame for frame, _ in zip(source, range(rounds), strict=False)]
    cut_ms = [_ms(partial(frame.pixels.cut, (100, 100, 300, 400)), 1)[0] for frame in frames]
    whole_ms = [_ms(frame.pixels.bgr, 1)[0] for frame in frames]
    return {"cut_ms": spread(cut_ms), "whole_picture_ms": spread(whole_ms)}


def _ms(step: Callable[[], Any], rounds: int) -> list[float]:
    spent = []
    for _ in range(rounds):
        began_s = time.process_time()
        step()
        spent.append(1000 * (time.process_time() - began_s))
    return spent


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100)
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--shots", type=int, default=40, help="that are read")
    parser.add_argument("--video", type=Path, help="also cut crops out of its decoded frames")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    figures = measure_shots(given.tracks, given.frames) | measure_vote(given.shots)
    if given.video is not None:
        figures |= measure_cut(given.video, 20)
    rows = [[name, value] for name, value in figures.items()]
    named = {name: value.median if isinstance(value, Spread) else value for name, value in figures.items()}
    give_out({"tracks": given.tracks, **named, "spreads": figures}, rows, ["what", "CPU ms"], as_json=given.json)


if __name__ == "__main__":
    main()
