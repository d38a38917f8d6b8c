"""How well boxes are joined into tracks: HOTA, MOTA and IDF1 by TrackEval, on scenes whose truth is published.

Boxes are the true ones, less whoever is hidden, with a detector's faults drawn in; so the figures say how well boxes
are joined, not how well road users are found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity

from vision.arrays import F32, F64, I64
from vision.detect.suppress import overlap_iou
from vision.detections import Detections
from vision.track.tracker import Tracker
from vision.vehicles import VehicleKind

FPS = 25.0
SCENES = ("TUD-Campus", "TUD-Stadtmitte")
HIDDEN_SHARE = 0.65
"""Who is hidden further than this is not detected."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """One frame: ids (n,) int64 and their boxes xyxy_px (n, 4) float64."""

    ids: I64
    xyxy_px: F64


@dataclass(frozen=True, slots=True)
class Quality:
    """Each 0..1."""

    hota: float
    mota: float
    idf1: float


@dataclass(frozen=True, slots=True)
class Faults:
    """What a detector does wrong.

    dropped  share of visible objects it misses in a frame
    jitter   deviation of each side, in box sizes
    false    false boxes per frame, mean
    """

    dropped: float = 0.0
    jitter: float = 0.0
    false: float = 0.0


def read_mot(file: Path, every: int = 1) -> list[Named]:
    """MOTChallenge rows: frame from 1, id, left, top, width, height, …; every `every`-th frame."""
    rows = np.loadtxt(file, delimiter=",")
    frames = []
    for number in range(1, int(rows[:, 0].max()) + 1, every):
        here = rows[rows[:, 0] == number]
        corners = np.concatenate([here[:, 2:4], here[:, 2:4] + here[:, 4:6]], axis=1)
        frames.append(Named(here[:, 1].astype(np.int64), corners))
    return frames


def detected(truth: Sequence[Named], seed: int, faults: Faults) -> list[Detections]:
    """What a detector with these faults might see of each frame; the same for the same seed."""
    chance = np.random.default_rng(seed)
    return [_detect(frame, chance, faults) for frame in truth]


def _detect(truth: Named, chance: np.random.Generator, faults: Faults) -> Detections:
    """Nobody two thirds hidden, the half hidden weakly, all boxes a little off. Who stands lower is nearer."""
    boxes = truth.xyxy_px
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    shared = np.clip(
        np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2]), 0, None
    ).prod(2)
    nearer = boxes[None, :, 3] > boxes[:, None, 3]
    hidden = (shared * nearer / area[:, None]).max(1, initial=0)
    found = (hidden < HIDDEN_SHARE) & (chance.random(len(boxes)) >= faults.dropped)
    noise = chance.normal(0, faults.jitter, boxes.shape) * np.sqrt(area)[:, None] if faults.jitter else 0
    score = np.clip(0.55 - 0.6 * hidden, 0.05, 1)
    false = _false_boxes(boxes, chance, int(chance.poisson(faults.false)) if faults.false else 0)
    every = np.concatenate([(boxes + noise)[found], false])
    scores = np.concatenate([score[found], chance.uniform(0.1, 0.5, len(false))])
    kind = np.full(len(every), VehicleKind.PEDESTRIAN, np.int8)
    return Detections(every.astype(np.float32), scores.astype(np.float32), kind)


def _false_boxes(boxes: F64, chance: np.random.Generator, count: int) -> F64:
    """Boxes of usual size anywhere between the true ones."""
    if not (count and len(boxes)):
        return np.zeros((0, 4))
    size = (boxes[:, 2:] - boxes[:, :2])[chance.integers(len(boxes), size=count)]
    corner = chance.uniform(boxes[:, :2].min(0), boxes[:, 2:].max(0), (count, 2))
    return np.concatenate([corner, corner + size], axis=1)


def tracked(frames: Sequence[Detections], fps: float) -> list[Named]:
    """What our tracker says with certainty of each frame."""
    tracker, found = Tracker(), []
    for number, boxes in enumerate(frames):
        tracks = tracker.update(boxes, number / fps)
        believed = tracks.confirmed & tracks.seen
        found.append(Named(tracks.id[believed], tracks.xyxy_px[believed].astype(np.float64)))
    return found


def judge(truth: Sequence[Named], found: Sequence[Named]) -> Quality:
    """TrackEval's own figures; HOTA is the mean over its thresholds."""
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
        "similarity_scores": [_iou(t, f) for t, f in zip(truth, found, strict=True)],
    }
    quiet = {"PRINT_CONFIG": False}
    return Quality(
        float(HOTA().eval_sequence(data)["HOTA"].mean()),
        float(CLEAR(quiet).eval_sequence(data)["MOTA"]),
        float(Identity(quiet).eval_sequence(data)["IDF1"]),
    )


def _iou(truth: Named, found: Named) -> F32:
    return overlap_iou(truth.xyxy_px.astype(np.float32), found.xyxy_px.astype(np.float32))
