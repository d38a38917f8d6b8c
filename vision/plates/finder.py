"""Pictures in, number plates with their four corners out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from vision.arrays import F32, I64, U8, Bool, check_columns
from vision.detect.card import InputSpec
from vision.detect.letterbox import Fit, letterbox
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, Session, open_session, run_all
from vision.errors import ModelError
from vision.plates.corners import snapped
from vision.plates.finder_card import FinderCard

MOST_PEAKS = 100
"""More plates in one picture than this are noise."""
LARGEST_BATCH = 8
"""Pictures that go through the network together: more take memory and win no time."""
LEAST_SIDE_PX = 1.0
SHRINK_BEYOND = 1.6
NEIGHBOUR_SHARE = 0.4
MOSTLY, FAR_LARGER = 0.7, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class PlateQuads:
    """Row i of both columns describes the same plate, best score first.

    quad_px  (n, 4, 2) float32  corners in full-frame pixels, clockwise from the plate's own top left; may reach
                                beyond the frame
    score    (n,)      float32  0..1
    """

    quad_px: F32
    score: F32

    def __post_init__(self) -> None:
        columns = {"quad_px": (self.quad_px, (4, 2), np.float32), "score": (self.score, (), np.float32)}
        check_columns("PlateQuads", len(self.score), columns)

    def __len__(self) -> int:
        return len(self.score)

    def take(self, rows: I64) -> Self:
        return type(self)(self.quad_px[rows], self.score[rows])

    @classmethod
    def empty(cls) -> Self:
        return cls(np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32))

    @classmethod
    def joined(cls, parts: Sequence["PlateQuads"]) -> Self:
        """All rows of all parts, best score first."""
        if not parts:
            return cls.empty()
        score = np.concatenate([part.score for part in parts])
        order = np.argsort(-score, kind="stable")
        return cls(np.concatenate([part.quad_px for part in parts])[order], score[order])


class PlateFinder:
    """A network with its card. One thread at a time may use it; open one per thread."""

    def __init__(self, session: Session, card: FinderCard, name: str) -> None:
        """`name` is for messages. Raise ModelError when network and card do not fit."""
        self._session = session
        self.card = card
        blank = np.zeros((1, 3, card.input.height_px, card.input.width_px), np.float32)
        wanted = (None, *blank.shape[1:])
        if len(session.input_shape) != 4 or any(
            None not in pair and pair[0] != pair[1] for pair in zip(session.input_shape, wanted, strict=True)
        ):
            raise ModelError(f"{name}: input: wanted (any, {_text(blank.shape[1:])}), found {session.input_shape}")
        found = run_all(session, blank)
        if found.shape != (1, *card.map_shape):
            raise ModelError(
                f"{name}: output of a plate finder: wanted (1, {_text(card.map_shape)}), found ({_text(found.shape)})"
            )
        if not (found[:, 0].min() >= 0 and found[:, 0].max() <= 1):
            raise ModelError(f"{name}: wanted scores of 0..1 in the first map, found others; no sigmoid at its end?")

    @classmethod
    def open(cls, file: Path, card: FinderCard, runtime: Runtime | None = None, threads: int = 1) -> Self:
        """Load the network and try it on a blank picture. Raise ModelError, saying wanted and found."""
        model = read_model_file(file)
        check_sha256(model, card.sha256)
        return cls(open_session(model, runtime, threads), card, str(file))

    def find(self, images: Sequence[U8]) -> list[PlateQuads]:
        """Plates of each picture that score at least the card's `doubtful`, in the picture's own pixels.

        `images` are (height, width, 3) uint8 BGR, vehicle crops or parts of photographs, of any sizes.
        """
        found: list[PlateQuads] = []
        for first in range(0, len(images), LARGEST_BATCH):
            part = images[first : first + LARGEST_BATCH]
            batch, fits = letterbox([_shrunk(image, self.card.input) for image in part], self.card.input)
            maps = run_all(self._session, batch)
            found += [self._read(raw, fit, image) for raw, fit, image in zip(maps, fits, part, strict=True)]
        return found

    def _read(self, raw: F32, fit: Fit, image: U8) -> PlateQuads:
        quads = decode(raw, self.card.stride_px, self.card.thresholds.doubtful)
        kept = quads.take(distinct(quads, self.card.thresholds.iou))
        shrunk = fit.to_frame(kept.quad_px.reshape(-1, 4)).reshape(-1, 4, 2)
        scale = np.array([image.shape[1] / fit.frame_width_px, image.shape[0] / fit.frame_height_px], np.float32)
        return PlateQuads((shrunk * scale).astype(np.float32), kept.score)


def _shrunk(image: U8, spec: InputSpec) -> U8:
    """A picture much larger than the network's, area-shrunk to its size: bilinear alone would tear small plates."""
    if image.ndim != 3 or 0 in image.shape:
        return image  # letterbox says what is wrong with it
    height, width = image.shape[:2]
    scale = min(spec.width_px / width, spec.height_px / height)
    if scale > 1 / SHRINK_BEYOND:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def decode(raw: F32, stride_px: int, least_score: float) -> PlateQuads:
    """Peaks of one picture's map (13, rows, columns) as quads in the network's input pixels.

    A corner is the mean of what the peak and its eight neighbours say, weighted by their scores; neighbours far less
    sure than the peak are not asked, for they were taught no corners.
    """
    scores = raw[0]
    if not np.isfinite(raw).all():
        return PlateQuads.empty()
    highest = cv2.dilate(scores, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((scores >= least_score) & (scores == highest))
    best = np.argsort(-scores[rows, columns], kind="stable")[:MOST_PEAKS]
    rows, columns = rows[best], columns[best]
    peak = scores[rows, columns]
    quads, weight = np.zeros((len(rows), 8), np.float32), np.zeros((len(rows), 1), np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            y, x = np.clip(rows + down, 0, raw.shape[1] - 1), np.clip(columns + right, 0, raw.shape[2] - 1)
            middle = (np.stack([x, y] * 4, axis=1) + 0.5) * stride_px
            share = np.where(scores[y, x] >= NEIGHBOUR_SHARE * peak, scores[y, x] ** 2, 0)[:, None]
            quads += share * (raw[1:9, y, x].T + middle)
            weight += share
    rough = (quads / np.maximum(weight, 1e-9)).reshape(-1, 4, 2).astype(np.float32)
    found = PlateQuads(np.stack([snapped(quad, raw[9:], stride_px) for quad in rough]) if len(rough) else rough, peak)
    return found.take(np.flatnonzero(_are_plates(found.quad_px)))


def distinct(quads: PlateQuads, iou: float) -> I64:
    """Rows that stay when every plate keeps one quad, best score first.

    A quad goes if its box overlaps a better one's by more than `iou`, or lies in it for the most part: two characters
    look like a small plate themselves. A far larger one does not count: it may hold several plates.
    """
    boxes = boxes_of(quads.quad_px)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    kept: list[int] = []
    for row in np.argsort(-quads.score, kind="stable"):
        better = boxes[kept]
        sides = np.minimum(better[:, 2:], boxes[row, 2:]) - np.maximum(better[:, :2], boxes[row, :2])
        shared = np.maximum(sides, 0).prod(axis=1)
        same = shared > iou * (areas[kept] + areas[row] - shared)
        part = (shared > MOSTLY * areas[row]) & (areas[kept] < FAR_LARGER * areas[row])
        if not (same | part).any():
            kept.append(int(row))
    return np.array(kept, np.int64)


def boxes_of(quad_px: F32) -> F32:
    """(n, 4, 2) quads to the (n, 4) boxes around them."""
    boxes: F32 = np.concatenate([quad_px.min(axis=1), quad_px.max(axis=1)], axis=1)
    return boxes


def _are_plates(quad_px: F32) -> Bool:
    """(n,) whether the corners go round clockwise, with a side of at least a pixel and no inward corner."""
    edges = np.roll(quad_px, -1, axis=1) - quad_px
    after = np.roll(edges, -1, axis=1)
    turns = edges[..., 0] * after[..., 1] - edges[..., 1] * after[..., 0]
    long_enough = np.linalg.norm(edges, axis=2).min(axis=1, initial=np.inf) >= LEAST_SIDE_PX
    return np.asarray((turns > 0).all(axis=1) & long_enough, np.bool_)


def _text(shape: Sequence[int | None]) -> str:
    return ", ".join("any" if length is None else str(length) for length in shape)
