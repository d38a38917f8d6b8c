"""Pictures in, road users out."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from vision.arrays import F32, I8, I64, U8
from vision.detect.card import Head, ModelCard
from vision.detect.heads import Candidates, decode
from vision.detect.lanes import Lanes, Scaled, open_lanes
from vision.detect.letterbox import Fit, place
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.riders import merge_riders
from vision.detect.runtime import Runtime, Session, open_session
from vision.detect.shapes import check_input, check_output, check_scores
from vision.detect.suppress import MOST_CANDIDATES, suppress
from vision.detections import Detections
from vision.frame import ImagePixels, Pixels, Rect
from vision.vehicles import KIND_NAMES, VehicleKind

PERSON = -1
"""Stands among kinds for a human being whose role, rider or pedestrian, is not decided yet."""
IGNORED = -2


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Pictures on their way through the network."""

    future: Future[F32]
    fits: Sequence[Fit]
    read: Callable[[F32, Fit], Detections]

    def done(self) -> bool:
        return self.future.done()

    def result(self) -> list[Detections]:
        """As `Detector.detect`; waits for the network. Raise its ModelError."""
        return [self.read(raw, fit) for raw, fit in zip(self.future.result(), self.fits, strict=True)]


class Detector:
    """A network with its card. One thread at a time may use it; open one per thread.

    lanes   how many pictures the network works on at once; 0: `start` returns when the answer is there
    most_batch   pictures that are worth giving to one `start`
    """

    def __init__(self, network: Session | Lanes, card: ModelCard, name: str, score: float | None = None) -> None:
        """`name` is for messages. `score` None: the card's. Raise ModelError when network and card do not fit."""
        self._network = network if isinstance(network, Lanes) else Lanes(Scaled(network, card.input), 0)
        self.lanes, self.most_batch = self._network.count, self._network.most_batch
        self._card = card
        self._score = card.thresholds.score if score is None else score
        self._kinds = _kind_of_each_class(card)
        self._rivals = _rivals(self._kinds)
        session = self._network.session
        check_input(session.input_shape, card, name)
        check_output(session.output_shape, card, name)
        blank = session.run(np.zeros((1, 3, card.input.height_px, card.input.width_px), np.uint8))
        check_output(blank.shape, card, name)
        check_scores(blank, card, name)

    @classmethod
    def open(
        cls,
        file: Path,
        card: ModelCard,
        runtime: Runtime | None = None,
        threads: int = 1,
        score: float | None = None,
        *,
        lanes: int | None = None,
    ) -> Self:
        """Load the network and try it on a blank picture.

        `runtime` None: onnxruntime for ONNX, OpenVINO for an OpenVINO pair. `threads` work on one picture; with
        `lanes` one thread works on each of so many pictures instead, and `start` does not wait. `score` overrides the
        card's. Raise ModelError, saying wanted and found, when anything does not fit.
        """
        model = read_model_file(file)
        check_sha256(model, card.sha256)
        if lanes is None:
            return cls(open_session(model, runtime, threads), card, str(file), score)
        return cls(open_lanes(model, card.input, runtime, lanes), card, str(file), score)

    def detect(self, images: Sequence[U8]) -> list[Detections]:
        """Road users of each picture, in full-frame pixels clipped to the frame; rows best score first.

        `images` are (height, width, 3) uint8 BGR, of one size or several. One entry per picture, in their order.
        """
        return self.start([ImagePixels(image) for image in images]).result() if images else []

    def start(self, pictures: Sequence[Pixels], parts: Sequence[Rect | None] = ()) -> Look:
        """The same without waiting. `parts`: where to look in each picture, None for all of it; nothing is found
        outside, and boxes are clipped to it."""
        canvases, fits = place(pictures, self._card.input, parts)
        return Look(self._network.start(canvases), fits, self._read)

    def close(self) -> None:
        """End the lanes, if there are any; what runs is waited for."""
        self._network.close()

    def _read(self, raw: F32, fit: Fit) -> Detections:
        size_px = (self._card.input.width_px, self._card.input.height_px)
        found = decode(self._card.head, raw, self._rivals, self._score, size_px)
        found = found.take(self._best_of_each(found))
        kind = self._kinds[found.label]
        return _clipped(_with_riders(fit.to_frame(found.xyxy_px), found.score, kind), fit)

    def _best_of_each(self, found: Candidates) -> I64:
        """Rows that stay when every object keeps one box, best score first.

        Persons take no part across kinds: a rider may cover the machine, and the rider rule needs both.
        """
        limits = self._card.thresholds
        group = self._kinds[found.label].astype(np.int64)
        if self._card.head is Head.YOLO_END2END:
            rows: I64 = np.argsort(-found.score, kind="stable")[:MOST_CANDIDATES]
        else:
            rows = suppress(found.xyxy_px, found.score, group, limits.iou)
        human = group[rows] == PERSON
        one_kind = np.where(human, np.arange(1, len(rows) + 1), 0)
        return rows[suppress(found.xyxy_px[rows], found.score[rows], one_kind, limits.duplicate_iou)]


def _kind_of_each_class(card: ModelCard) -> I8:
    """(classes,) VehicleKind value, PERSON or IGNORED."""
    meanings = [card.meanings[name] for name in card.classes]
    roles = {"person": PERSON, "ignored": IGNORED}
    return np.array([roles[m] if m in roles else KIND_NAMES.index(m) for m in meanings], np.int8)


def _rivals(kinds: I8) -> list[I64]:
    """Class indices that compete for a place of the network: vehicles with one another, persons with nobody.

    A small rider and the machine share one place, and the person mostly scores higher: as rivals of each other the
    machine would be lost (motorbike AP50 of YOLOX-nano in dense traffic: 28 as rivals, 36 side by side).
    """
    groups = [np.flatnonzero(kinds >= 0), np.flatnonzero(kinds == PERSON)]
    return [group for group in groups if len(group)]


def _with_riders(xyxy_px: F32, score: F32, kind: I8) -> Detections:
    """Merge persons into the machines they ride; the others become pedestrians. Rows best score first."""
    person = np.flatnonzero(kind == PERSON)
    if not len(person):
        return Detections(xyxy_px, score, kind)
    machine = np.flatnonzero((kind == VehicleKind.MOTORBIKE) | (kind == VehicleKind.BICYCLE))
    merged = merge_riders(xyxy_px[machine], score[machine], xyxy_px[person], score[person])
    xyxy_px, kind = xyxy_px.copy(), kind.copy()
    xyxy_px[machine] = merged.machine_xyxy_px
    kind[person] = VehicleKind.PEDESTRIAN
    stays = np.ones(len(kind), np.bool_)
    stays[person] = merged.on_foot
    return Detections(xyxy_px[stays], score[stays], kind[stays])


def _clipped(whole: Detections, fit: Fit) -> Detections:
    """The visible part of each box; boxes wholly outside the frame are dropped."""
    xyxy_px = fit.clip(whole.xyxy_px)
    visible = (xyxy_px[:, 2:] > xyxy_px[:, :2]).all(axis=1)
    return Detections(xyxy_px[visible], whole.score[visible], whole.kind[visible])
