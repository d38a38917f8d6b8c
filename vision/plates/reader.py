"""Reads crops of Vietnamese plates, or says why it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np

from vision.arrays import F32, U8
from vision.detect.card import Colour
from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.runtime import Runtime, Session, open_session, run_all
from vision.errors import ModelError
from vision.plates.card import PlateReaderCard, ReaderThresholds
from vision.plates.ctc import chance_of, greedy, peak_columns
from vision.plates.fit import fit
from vision.plates.grammar import Grammar, load_grammar
from vision.plates.text import ALPHABET, Ground

LEAST_SIDE_PX = 4


class Doubt(StrEnum):
    """Why a reading is not given."""

    NOTHING_READ = "nothing_read"
    TOO_SMALL = "too_small"
    UNSURE = "unsure"
    ODD_FORMAT = "odd_format"
    """No known format fits, and the picture alone is not sure enough for that."""


@dataclass(frozen=True, slots=True)
class PlateReading:
    """
    text        canonical, as `vision.plates.text` has it; kept also when not given, for votes over many frames
    confidence  0..1 for each character of `text`
    certainty   0..1, the chance that the whole text is right
    lines       1 or 2
    colour      of the ground
    doubt       None: the reading is given
    """

    text: str
    confidence: tuple[float, ...]
    certainty: float
    lines: int
    colour: Ground
    colour_confidence: float
    doubt: Doubt | None

    @property
    def abstained(self) -> bool:
        return self.doubt is not None

    @property
    def reason(self) -> str | None:
        return None if self.doubt is None else self.doubt.value


@dataclass(frozen=True, slots=True, eq=False)
class PlateLook:
    """What one look at a plate says, with what each character might be instead.

    rows     how many characters of the text stand in the upper and in the lower row; a single row is the upper one
    chances  (characters, len(ALPHABET)) float32, in the order of ALPHABET; each row's sum is 1
    """

    reading: PlateReading
    rows: tuple[int, int]
    chances: F32


class PlateReader:
    """A loaded network with its card."""

    def __init__(self, session: Session, card: PlateReaderCard, grammar: Grammar, name: str) -> None:
        _check_shapes(session, card, name)
        self._session = session
        self._card = card
        self._grammar = grammar
        self._name = name

    @classmethod
    def open(cls, file: Path, card: PlateReaderCard, runtime: Runtime | None = None, threads: int = 1) -> Self:
        """Raise ModelError when the file cannot be used or is not the card's."""
        model = read_model_file(file)
        check_sha256(model, card.sha256)
        return cls(open_session(model, runtime, threads), card, load_grammar(), str(file))

    def read(self, pictures: Sequence[U8]) -> list[PlateReading]:
        """One reading for each picture; the rest is as in `look`."""
        return [look.reading for look in self.look(pictures)]

    def look(self, pictures: Sequence[U8]) -> list[PlateLook]:
        """One look at each crop or straightened plate, (h, w, 3) uint8 BGR of any size, in the same order.

        Raise ValueError for a picture of another form, ModelError when the network fails.
        """
        for picture in pictures:
            if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
                raise ValueError(f"plate: wanted (h, w, 3) uint8, found {picture.shape} {picture.dtype}")
        large = [index for index, picture in enumerate(pictures) if min(picture.shape[:2]) >= LEAST_SIDE_PX]
        looks = [_nothing(self._card, Doubt.TOO_SMALL)] * len(pictures)
        if large:
            outputs = run_all(self._session, self._batch([pictures[index] for index in large]))
            if outputs.shape != (len(large), self._card.outputs):
                wanted = (len(large), self._card.outputs)
                raise ModelError(f"{self._name}: wanted an output of {wanted} as the card says, found {outputs.shape}")
            if not np.isfinite(outputs).all():
                raise ModelError(f"{self._name}: the network failed: wanted numbers, found not-a-number or infinity")
            for index, output in zip(large, outputs, strict=True):
                looks[index] = decode_look(output, self._card, self._grammar)
        return looks

    def _batch(self, pictures: Sequence[U8]) -> F32:
        wanted = self._card.input
        stack = np.stack([fit(picture, wanted.width_px, wanted.height_px) for picture in pictures])
        if wanted.colour is Colour.RGB:
            stack = stack[..., ::-1]
        return np.ascontiguousarray(stack.transpose(0, 3, 1, 2), np.float32)


def decode(output: F32, card: PlateReaderCard, grammar: Grammar) -> PlateReading:
    """One picture's outputs → what it says. The grammar raises or lowers the bar; it changes no character."""
    return decode_look(output, card, grammar).reading


def decode_look(output: F32, card: PlateReaderCard, grammar: Grammar) -> PlateLook:
    """As `decode`, with what else each character might be."""
    classes = 1 + len(card.alphabet)
    end = 2 * card.columns * classes
    rows = _chances(output[:end].reshape(2, card.columns, classes), card.thresholds.temperature)
    lines, colours = _chances(output[end : end + 2]), _chances(output[end + 2 :])
    codes = [greedy(row.argmax(1)) for row in rows]
    text = "".join(card.alphabet[code - 1] for row in codes for code in row)
    if not text:
        return _nothing(card, Doubt.NOTHING_READ)
    peaks = np.concatenate([row[peak_columns(row)] for row in rows])
    confidence = tuple(float(peak) for peak in peaks.max(axis=1))
    certainty = float(np.prod([chance_of(said, row) for said, row in zip(codes, rows, strict=True)]))
    line_count = 1 + int(lines.argmax())
    known = grammar.knows(text, line_count) and line_count == sum(bool(row) for row in codes)
    best = int(colours.argmax())
    reading = PlateReading(
        text=text,
        confidence=confidence,
        certainty=certainty,
        lines=line_count,
        colour=card.grounds[best],
        colour_confidence=float(colours[best]),
        doubt=doubt_of(certainty, min(confidence), known, card.thresholds),
    )
    return PlateLook(reading, (len(codes[0]), len(codes[1])), _instead(peaks, card))


def _instead(peaks: F32, card: PlateReaderCard) -> F32:
    """(characters, 1 + the card's alphabet) at the columns that were read → in the order of ALPHABET, without blank."""
    chances = np.zeros((len(peaks), len(ALPHABET)), np.float32)
    chances[:, [ALPHABET.index(one) for one in card.alphabet]] = peaks[:, 1:]
    return np.asarray(chances / chances.sum(axis=1, keepdims=True), np.float32)


def doubt_of(certainty: float, weakest: float, known: bool, thresholds: ReaderThresholds) -> Doubt | None:
    """Whether a reading is given. `known`: some format fits the text and the number of its rows."""
    if certainty < thresholds.certainty or weakest < thresholds.character:
        return Doubt.UNSURE
    return None if known or certainty >= thresholds.odd_certainty else Doubt.ODD_FORMAT


def _nothing(card: PlateReaderCard, doubt: Doubt) -> PlateLook:
    reading = PlateReading("", (), 0.0, 1, card.grounds[0], 0.0, doubt)
    return PlateLook(reading, (0, 0), np.zeros((0, len(ALPHABET)), np.float32))


def _chances(logits: F32, temperature: float = 1.0) -> F32:
    """Softmax over the last axis."""
    raised = np.exp((logits - logits.max(-1, keepdims=True)) / np.float32(temperature))
    return np.asarray(raised / raised.sum(-1, keepdims=True), np.float32)


def _check_shapes(session: Session, card: PlateReaderCard, name: str) -> None:
    wanted = (3, card.input.height_px, card.input.width_px)
    found = session.input_shape[1:]
    if len(found) == 3 and any(one not in (None, other) for one, other in zip(found, wanted, strict=True)):
        raise ModelError(f"{name}: wanted an input of {wanted} as the card says, found {found}")
    outputs = session.output_shape
    if len(outputs) == 2 and outputs[1] not in (None, card.outputs):
        raise ModelError(f"{name}: wanted {card.outputs} outputs as the card says, found {outputs[1]}")
