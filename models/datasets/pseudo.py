"""Labels frames of videos by teacher detectors: `python -m models.datasets.pseudo --teacher FILE … --out DIR VIDEO…`.

Each teacher looks at the whole frame and at its four overlapping quarters, so that far vehicles are large enough.
What one teacher is sure of stays; what it doubts stays where another sees it too. A box is kept only where the same
thing was seen again a moment before or after; what flickers is dropped.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import yaml
from rich.progress import track

from models.datasets.labels import LabelledImage
from models.datasets.yolo import yolo_rows
from models.registry.resolve import resolve_model
from vision.arrays import F32, U8, Bool
from vision.detect.detector import Detector
from vision.detect.suppress import overlap_iou, suppress
from vision.detections import Detections
from vision.sources.open import open_source
from vision.vehicles import KIND_NAMES

TILE_SHARE = 0.58
SURE = 0.4
DOUBTED = 0.2
"""Enough where two teachers agree on place and kind."""
SAME_IOU = 0.4
GLANCES = 3
GLANCE_APART_S = 0.2


def tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """The whole frame and four overlapping quarters as x1, y1, x2, y2."""
    w, h = round(width * TILE_SHARE), round(height * TILE_SHARE)
    corners = [(0, 0), (width - w, 0), (0, height - h), (width - w, height - h)]
    return [(0, 0, width, height), *((x, y, x + w, y + h) for x, y in corners)]


def agree(opinions: Sequence[Detections]) -> Detections:
    """What the teachers together stand for: every sure box, and every doubted one that another teacher shares."""
    kept = []
    for place, own in enumerate(opinions):
        believed = own.score >= SURE
        for other in (*opinions[:place], *opinions[place + 1 :]):
            if len(own) and len(other):
                shared = overlap_iou(own.xyxy_px, other.xyxy_px) >= SAME_IOU
                believed |= (shared & (own.kind[:, None] == other.kind)).any(axis=1)
        kept.append(Detections(own.xyxy_px[believed], own.score[believed], own.kind[believed]))
    box, score, kind = (np.concatenate([getattr(one, name) for one in kept]) for name in ("xyxy_px", "score", "kind"))
    keep = suppress(box, score, kind.astype(np.int64), 0.5)
    keep = keep[suppress(box[keep], score[keep], np.zeros(len(keep), np.int64), 0.75)]
    return Detections(box[keep], score[keep], kind[keep])


def look(teacher: Detector, image: U8) -> Detections:
    """What one teacher sees in the frame and its quarters together; boxes cut by a quarter's edge are left out."""
    height, width = image.shape[:2]
    parts = tiles(width, height)
    found = teacher.detect([np.ascontiguousarray(image[y1:y2, x1:x2]) for x1, y1, x2, y2 in parts])
    boxes, scores, kinds = [], [], []
    for (x1, y1, x2, y2), each in zip(parts, found, strict=True):
        moved = each.xyxy_px + np.array([x1, y1, x1, y1], np.float32)
        whole = _uncut(moved, (x1, y1, x2, y2), (width, height)) & (each.score >= DOUBTED)
        boxes.append(moved[whole])
        scores.append(each.score[whole])
        kinds.append(each.kind[whole])
    box, score, kind = np.concatenate(boxes), np.concatenate(scores), np.concatenate(kinds)
    keep = suppress(box, score, kind.astype(np.int64), 0.5)
    return Detections(box[keep], score[keep], kind[keep])


def _uncut(boxes: F32, tile: tuple[int, int, int, int], frame: tuple[int, int]) -> Bool:
    """False where a box touches a tile's edge that is not the frame's own."""
    x1, y1, x2, y2 = tile
    inner = [(boxes[:, 0] <= x1 + 2) & (x1 > 0), (boxes[:, 1] <= y1 + 2) & (y1 > 0)]
    inner += [(boxes[:, 2] >= x2 - 2) & (x2 < frame[0]), (boxes[:, 3] >= y2 - 2) & (y2 < frame[1])]
    cut: Bool = np.any(inner, axis=0)
    return ~cut


def steady(middle: Detections, others: Sequence[Detections]) -> Detections:
    """The boxes of `middle` that at least one of the `others` shows too, whatever kind it calls them."""
    seen = np.zeros(len(middle), bool)
    for other in others:
        if len(other) and len(middle):
            seen |= overlap_iou(middle.xyxy_px, other.xyxy_px).max(axis=1) >= SAME_IOU
    return Detections(middle.xyxy_px[seen], middle.score[seen], middle.kind[seen])


def moments(video: Path, every_s: float) -> Iterator[list[U8]]:
    """Groups of GLANCES frames, GLANCE_APART_S apart, one group every `every_s` seconds."""
    due_s = 0.0
    group: list[U8] = []
    with open_source(str(video)) as source:
        for frame in source:
            if frame.media_s < due_s:
                continue
            group.append(frame.image)
            due_s = frame.media_s + GLANCE_APART_S
            if len(group) == GLANCES:
                yield group
                group, due_s = [], frame.media_s + every_s


def write(out: Path, name: str, image: U8, found: Detections) -> None:
    """One picture and its label file of a YOLO set."""
    picture = out / "images/train" / f"{name}.jpg"
    rows = yolo_rows(LabelledImage(picture, found.xyxy_px, found.kind), (image.shape[1], image.shape[0]))
    cv2.imwrite(str(picture), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    (out / "labels/train" / f"{name}.txt").write_text(rows, "ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", type=Path, nargs="+")
    parser.add_argument("--teacher", type=Path, required=True, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between labelled moments")
    parser.add_argument("--most", type=int, default=25, help="labelled moments per video")
    given = parser.parse_args()
    models = [resolve_model(file) for file in given.teacher]
    teachers = [Detector.open(model.file, model.card, threads=1) for model in models]
    for part in ("images/train", "labels/train"):
        (given.out / part).mkdir(parents=True, exist_ok=True)
    (given.out / "data.yaml").write_text(yaml.safe_dump({"names": list(KIND_NAMES)}), "utf-8")
    for video in track(given.videos, "labelling"):
        for number, group in enumerate(islice(moments(video, given.every), given.most)):
            before, middle, after = (agree([look(teacher, image) for teacher in teachers]) for image in group)
            found = steady(middle, [before, after])
            if len(found):
                write(given.out, f"{video.parent.name}__{video.stem}__{number:04d}", group[1], found)


if __name__ == "__main__":
    main()
