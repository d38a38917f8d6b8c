"""What a signal head shows in a given region of a frame. Doubt is an answer: it accuses nobody."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from vision.arrays import F32, U8
from vision.detect.letterbox import letterbox
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, Session, open_session, run_all
from vision.errors import ModelError
from vision.events.lamps import Lamp
from vision.lamps.card import LampCard
from vision.lamps.regions import cut_upright


@dataclass(frozen=True, slots=True)
class LampReading:
    """
    state        what the head shows; UNKNOWN where the reader is not sure enough to say
    confidence   0..1, the probability of `likeliest`; 0 where the region could not be looked at
    likeliest    what it looks most like, sure or not: for the operator's eyes, never for a finding
    """

    state: Lamp
    confidence: float
    likeliest: Lamp


NOTHING_SEEN = LampReading(Lamp.UNKNOWN, 0.0, Lamp.UNKNOWN)


class LampReader:
    """A network with its card. One thread at a time may use it; open one per thread."""

    def __init__(self, session: Session, card: LampCard, name: str) -> None:
        """`name` is for messages. Raise ModelError when network and card do not fit."""
        self._session = session
        self._card = card
        wanted = (3, card.input.height_px, card.input.width_px)
        if len(session.input_shape) != 4 or session.input_shape[1:] != wanted:
            raise ModelError(f"{name}: wanted an input of (batch, {_numbers(wanted)}), found {session.input_shape}")
        blank = run_all(session, np.zeros((1, *wanted), np.float32))
        if blank.shape != (1, len(card.classes)):
            raise ModelError(f"{name}: wanted an output of (batch, {len(card.classes)}), found {blank.shape}")
        if not np.isclose(blank.sum(), 1, atol=1e-3) or blank.min() < 0:
            raise ModelError(f"{name}: wanted probabilities that sum to 1, found {blank.sum():g}")

    @classmethod
    def open(cls, file: Path, card: LampCard, runtime: Runtime | None = None, threads: int = 1) -> Self:
        """Load the network and try it on a blank picture. Raise ModelError when anything does not fit."""
        model = read_model_file(file)
        check_sha256(model, card.sha256)
        return cls(open_session(model, runtime, threads), card, str(file))

    def read(self, image: U8, regions_px: F32) -> list[LampReading]:
        """One reading per region, in their order.

        `image` is (height, width, 3) uint8 BGR, `regions_px` (n, 4) x1, y1, x2, y2 around one head each; ValueError
        for anything else. A region that is empty, not a number, or mostly outside the frame reads UNKNOWN.
        """
        _check(image, regions_px)
        cuts = [cut_upright(image, region) for region in regions_px]
        seen = [cut for cut in cuts if cut is not None]
        if not seen:
            return [NOTHING_SEEN] * len(cuts)
        batch, _ = letterbox(seen, self._card.input)
        answers = iter(run_all(self._session, batch))
        return [NOTHING_SEEN if cut is None else self._judge(next(answers)) for cut in cuts]

    def _judge(self, probabilities: F32) -> LampReading:
        best = int(np.argmax(probabilities))
        likeliest, confidence = self._card.classes[best], float(probabilities[best])
        sure = confidence >= self._card.thresholds.of(likeliest)
        return LampReading(likeliest if sure else Lamp.UNKNOWN, confidence, likeliest)


def _check(image: U8, regions_px: F32) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError(f"image: wanted (height, width, 3) uint8, found {image.shape} of {image.dtype}")
    if regions_px.ndim != 2 or regions_px.shape[1] != 4:
        raise ValueError(f"regions_px: wanted (n, 4), found {regions_px.shape}")


def _numbers(shape: tuple[int, ...]) -> str:
    return ", ".join(str(length) for length in shape)
