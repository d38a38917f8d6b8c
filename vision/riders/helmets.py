"""Who on a motorbike wears a helmet. A bare head is said only when the network is as sure as its card demands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from vision.arrays import F32, U8
from vision.detect.letterbox import Fit, letterbox
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, Session, open_session, run_all
from vision.detect.suppress import suppress
from vision.errors import ModelError
from vision.riders.card import HEAD_STATES, HeadState, HelmetCard
from vision.riders.crops import cut, head_windows
from vision.riders.decode import HeadCandidates, decode_heads

SAME_HEAD_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Head:
    """
    box_px       x1, y1, x2, y2 in full-frame pixels; the head with neck, at times with shoulders
    state        HELMET or NONE only where the card's thresholds are reached
    confidence   0..1: that it is a head times its share for `likeliest`
    likeliest    what it looks most like, sure or not: for the reviewer's eyes, never for a finding
    chances      0..1 for each of HEAD_STATES: that it is a head times its share for that state
    """

    box_px: tuple[float, float, float, float]
    state: HeadState
    confidence: float
    likeliest: HeadState
    chances: tuple[float, ...]


class HelmetReader:
    """A network with its card. One thread at a time may use it; open one per thread."""

    def __init__(self, session: Session, card: HelmetCard, name: str) -> None:
        """`name` is for messages. Raise ModelError when network and card do not fit."""
        self._session = session
        self._card = card
        canvas = (3, card.input.height_px, card.input.width_px)
        if len(session.input_shape) != 4 or session.input_shape[1:] != canvas:
            raise ModelError(f"{name}: wanted an input of (batch, {_numbers(canvas)}), found {session.input_shape}")
        blank = run_all(session, np.zeros((1, *canvas), np.float32))
        planes = (1 + len(card.classes) + 4, canvas[1] // card.stride, canvas[2] // card.stride)
        if blank.shape != (1, *planes):
            raise ModelError(f"{name}: wanted an output of (batch, {_numbers(planes)}), found {blank.shape}")
        if blank[:, : 1 + len(card.classes)].min() < 0 or blank[:, : 1 + len(card.classes)].max() > 1:
            raise ModelError(f"{name}: wanted scores and shares of 0..1, found others")

    @classmethod
    def open(cls, file: Path, card: HelmetCard, runtime: Runtime | None = None, threads: int = 1) -> Self:
        """Load the network and try it on a blank picture. Raise ModelError when anything does not fit."""
        model = read_model_file(file)
        check_sha256(model, card.sha256)
        return cls(open_session(model, runtime, threads), card, str(file))

    def read(self, image: U8, riders_px: F32) -> list[list[Head]]:
        """The heads of each rider, best first; one that two boxes share goes to the rider whose middle it is nearer to.

        `image` is (height, width, 3) uint8 BGR, `riders_px` (n, 4) boxes of rider and machine; ValueError for
        anything else. A box that is empty, not a number or outside the frame has no heads.
        """
        _check(image, riders_px)
        cuts = [cut(image, window) for window in head_windows(riders_px)]
        seen = [row for row, part in enumerate(cuts) if part is not None]
        heads: list[list[Head]] = [[] for _ in cuts]
        if not seen:
            return heads
        parts = [part for part in cuts if part is not None]
        batch, fits = letterbox([part for part, _ in parts], self._card.input)
        planes = run_all(self._session, batch)
        found = [self._in_frame(one, fit, part[1]) for one, fit, part in zip(planes, fits, parts, strict=True)]
        for row, one, keep in zip(seen, found, _owned(found, riders_px[seen]), strict=True):
            heads[row] = [self._judge(one, at) for at in keep]
        return heads

    def _in_frame(self, planes: F32, fit: Fit, corner_px: F32) -> HeadCandidates:
        card = self._card
        limits = card.thresholds
        found = decode_heads(planes, len(card.classes), card.stride, limits.head, limits.iou)
        inside = fit.clip(fit.to_frame(found.xyxy_px))
        return HeadCandidates(inside + np.tile(corner_px, 2), found.score, found.shares)

    def _judge(self, found: HeadCandidates, at: int) -> Head:
        said = dict(zip(self._card.classes, (found.score[at] * found.shares[at]).tolist(), strict=True))
        likeliest = max(said, key=said.__getitem__)
        confidence = said[likeliest]
        limits = self._card.thresholds
        needed = {HeadState.HELMET: limits.helmet, HeadState.NONE: limits.none}.get(likeliest, 0.0)
        x1, y1, x2, y2 = found.xyxy_px[at].tolist()
        state = likeliest if confidence >= needed else HeadState.UNSURE
        chances = tuple(said[one] for one in HEAD_STATES)
        return Head((x1, y1, x2, y2), state, confidence, likeliest, chances)


def _owned(found: Sequence[HeadCandidates], riders_px: F32) -> list[list[int]]:
    """Rows of each rider's candidates that are that rider's own: over the box, and no nearer to another's middle."""
    owner = np.repeat(np.arange(len(found)), [len(one.score) for one in found])
    row = np.concatenate([np.arange(len(one.score)) for one in found])
    boxes = np.concatenate([one.xyxy_px for one in found])
    rider = riders_px[owner]
    wide, tall = rider[:, 2] - rider[:, 0], rider[:, 3] - rider[:, 1]
    aside = np.abs((boxes[:, 0] + boxes[:, 2] - rider[:, 0] - rider[:, 2]) / 2) / wide
    depth = ((boxes[:, 1] + boxes[:, 3]) / 2 - rider[:, 1]) / tall
    over = np.flatnonzero((aside <= 0.5) & (depth >= -0.05) & (depth <= 0.6))
    central = np.ascontiguousarray(1 - aside[over], np.float32)
    stays = over[suppress(boxes[over], central, np.zeros(len(over), np.int64), SAME_HEAD_IOU)]
    return [sorted(row[stays[owner[stays] == rider_row]].tolist()) for rider_row in range(len(found))]


def _check(image: U8, riders_px: F32) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError(f"image: wanted (height, width, 3) uint8, found {image.shape} of {image.dtype}")
    if riders_px.ndim != 2 or riders_px.shape[1] != 4:
        raise ValueError(f"riders_px: wanted (n, 4), found {riders_px.shape}")


def _numbers(shape: tuple[int, ...]) -> str:
    return ", ".join(str(length) for length in shape)
