"""Our tracker and the peers', each as a function from one frame's boxes to the tracks it believes in.

What a peer wants as input is made outside of the measured call: converting is the caller's cost, not the tracker's.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.accuracy.tracking import Named
from benchmarks.speed import peers
from benchmarks.speed.swarm import FPS, SIZE_PX
from vision.detections import Detections
from vision.track.tracker import Tracker

OURS = "ngatu"


@dataclass(frozen=True, slots=True)
class Contender:
    """A fresh tracker. prepare: Detections to what `update` takes. read: its answer as ids and boxes, if we read it."""

    prepare: Callable[[Detections, int], Any]
    update: Callable[[Any], Any]
    read: Callable[[Any], Named] | None = None


def contenders(fps: float = FPS) -> dict[str, Callable[[], Contender]]:
    """Ours first, then every peer that is installed."""
    found: dict[str, Callable[[], Contender]] = {OURS: partial(_ours, fps)}
    if not peers.missing(("ultralytics",)):
        found["ultralytics ByteTrack"] = _ultralytics
    if not peers.missing(("trackers", "supervision")):
        found["trackers ByteTrack"] = partial(_trackers, "ByteTrackTracker")
        found["trackers SORT"] = partial(_trackers, "SORTTracker")
    if not peers.missing(("norfair",)):
        found["norfair"] = _norfair
    return found


def _ours(fps: float) -> Contender:
    tracker = Tracker()

    def read(tracks: Any) -> Named:
        believed = tracks.confirmed & tracks.seen
        return Named(tracks.id[believed], tracks.xyxy_px[believed].astype(np.float64))

    return Contender(lambda boxes, frame: (boxes, frame / fps), lambda given: tracker.update(*given), read)


def _ultralytics() -> Contender:
    peers.ultralytics()
    module = importlib.import_module("ultralytics.trackers.byte_tracker")
    utils = importlib.import_module("ultralytics.utils")
    boxes_class = importlib.import_module("ultralytics.engine.results").Boxes
    settings = utils.YAML.load(utils.ROOT / "cfg/trackers/bytetrack.yaml")
    tracker = module.BYTETracker(utils.IterableSimpleNamespace(**settings))

    def prepare(boxes: Detections, _frame: int) -> Any:
        rows = np.concatenate([boxes.xyxy_px, boxes.score[:, None], boxes.kind[:, None]], axis=1)
        return boxes_class(rows.astype(np.float32), SIZE_PX[::-1])

    def read(rows: Any) -> Named:
        rows = np.asarray(rows, np.float64).reshape(-1, 8)
        return Named(rows[:, 4].astype(np.int64), rows[:, :4])

    return Contender(prepare, tracker.update, read)


def _trackers(name: str) -> Contender:
    supervision = importlib.import_module("supervision")
    tracker = getattr(importlib.import_module("trackers"), name)()

    def prepare(boxes: Detections, _frame: int) -> Any:
        return supervision.Detections(boxes.xyxy_px, confidence=boxes.score, class_id=boxes.kind.astype(int))

    return Contender(prepare, tracker.update)


def _norfair() -> Contender:
    norfair = importlib.import_module("norfair")
    tracker = norfair.Tracker(distance_function="iou", distance_threshold=0.7)

    def prepare(boxes: Detections, _frame: int) -> Any:
        return [
            norfair.Detection(corners.reshape(2, 2).astype(float), np.full(2, float(score)))
            for corners, score in zip(boxes.xyxy_px, boxes.score, strict=True)
        ]

    return Contender(prepare, tracker.update)
