"""HOTA, MOTA and IDF1 by the reference implementation, on published pedestrian scenes.

Boxes are the true ones, less whoever is hidden, with a detector's faults drawn in; so the figures say how well boxes
are joined, not how well people are found. Floors stand below what the tracker reaches: they catch a broken tracker,
not a change of taste.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from trackeval.metrics import CLEAR, HOTA, Identity

from vision.arrays import F64, I64
from vision.detections import Detections
from vision.track.associate import grown_iou
from vision.track.tracker import Tracker
from vision.vehicles import VehicleKind

FPS = 25


@dataclass(frozen=True)
class Frame:
    ids: I64
    xyxy_px: F64


@dataclass(frozen=True)
class Quality:
    hota: float
    mota: float
    idf1: float


def read_mot(file: Path, every: int = 1) -> list[Frame]:
    """MOTChallenge rows: frame from 1, id, left, top, width, height, …; every `every`-th frame."""
    rows = np.loadtxt(file, delimiter=",")
    frames = []
    for number in range(1, int(rows[:, 0].max()) + 1, every):
        here = rows[rows[:, 0] == number]
        corners = np.concatenate([here[:, 2:4], here[:, 2:4] + here[:, 4:6]], axis=1)
        frames.append(Frame(here[:, 1].astype(np.int64), corners))
    return frames


def detect(truth: Frame, chance: np.random.Generator, dropped: float, jitter: float) -> Detections:
    """What a detector might see of it: nobody two thirds hidden, the half hidden weakly, all boxes a little off.

    Who stands lower in the picture is nearer.
    """
    boxes = truth.xyxy_px
    size = boxes[:, 2:] - boxes[:, :2]
    area = size.prod(1)
    shared = np.clip(
        np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2]), 0, None
    ).prod(2)
    nearer = boxes[None, :, 3] > boxes[:, None, 3]
    hidden = (shared * nearer / area[:, None]).max(1, initial=0)
    found = (hidden < 0.65) & (chance.random(len(boxes)) >= dropped)
    noise = chance.normal(0, jitter, boxes.shape) * np.sqrt(area)[:, None] if jitter else 0
    score = np.clip(0.55 - 0.6 * hidden, 0.05, 1)
    kind = np.full(len(boxes), VehicleKind.PEDESTRIAN, np.int8)
    return Detections((boxes + noise)[found].astype(np.float32), score[found].astype(np.float32), kind[found])


def track(truth: list[Frame], fps: float, seed: int, dropped: float, jitter: float) -> list[Frame]:
    chance, tracker, found = np.random.default_rng(seed), Tracker(), []
    for number, frame in enumerate(truth):
        tracks = tracker.update(detect(frame, chance, dropped, jitter), number / fps)
        believed = tracks.confirmed & tracks.seen
        found.append(Frame(tracks.id[believed], tracks.xyxy_px[believed].astype(np.float64)))
    return found


def judge(truth: list[Frame], found: list[Frame]) -> Quality:
    true_ids = np.unique(np.concatenate([frame.ids for frame in truth]))
    found_ids = np.unique(np.concatenate([frame.ids for frame in found]))
    data = {
        "num_timesteps": len(truth),
        "num_gt_ids": len(true_ids),
        "num_tracker_ids": len(found_ids),
        "num_gt_dets": sum(len(frame.ids) for frame in truth),
        "num_tracker_dets": sum(len(frame.ids) for frame in found),
        "gt_ids": [np.searchsorted(true_ids, frame.ids) for frame in truth],
        "tracker_ids": [np.searchsorted(found_ids, frame.ids) for frame in found],
        "similarity_scores": [
            grown_iou(t.xyxy_px, np.zeros(len(t.ids)), f.xyxy_px) for t, f in zip(truth, found, strict=True)
        ],
    }
    quiet = {"PRINT_CONFIG": False}
    return Quality(
        float(HOTA().eval_sequence(data)["HOTA"].mean()),
        float(CLEAR(quiet).eval_sequence(data)["MOTA"]),
        float(Identity(quiet).eval_sequence(data)["IDF1"]),
    )


@pytest.mark.parametrize(
    ("scene", "every", "floor"),
    [
        ("TUD-Campus", 1, Quality(hota=0.7, mota=0.7, idf1=0.78)),
        ("TUD-Stadtmitte", 1, Quality(hota=0.75, mota=0.78, idf1=0.8)),
        ("TUD-Stadtmitte", 5, Quality(hota=0.6, mota=0.65, idf1=0.7)),
    ],
)
def test_true_boxes_of_whoever_is_visible_are_tracked_nearly_right(
    real_data: Path, scene: str, every: int, floor: Quality
):
    truth = read_mot(real_data / "mot/tud" / scene / "gt.txt", every)
    check([judge(truth, track(truth, FPS / every, 0, dropped=0, jitter=0))], floor)


@pytest.mark.parametrize(
    ("scene", "every", "floor"),
    [
        ("TUD-Campus", 1, Quality(hota=0.47, mota=0.55, idf1=0.6)),
        ("TUD-Stadtmitte", 1, Quality(hota=0.52, mota=0.6, idf1=0.68)),
        ("TUD-Stadtmitte", 5, Quality(hota=0.42, mota=0.48, idf1=0.58)),
    ],
)
def test_shaking_boxes_with_gaps_are_tracked_well(real_data: Path, scene: str, every: int, floor: Quality):
    truth = read_mot(real_data / "mot/tud" / scene / "gt.txt", every)
    check([judge(truth, track(truth, FPS / every, seed, dropped=0.15, jitter=0.04)) for seed in range(4)], floor)


def check(reached: list[Quality], floor: Quality) -> None:
    for measure in ("hota", "mota", "idf1"):
        mean = float(np.mean([getattr(quality, measure) for quality in reached]))
        assert mean >= getattr(floor, measure), f"{measure}: wanted {getattr(floor, measure)}, found {mean:.3f}"
