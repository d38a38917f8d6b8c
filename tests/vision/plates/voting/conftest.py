"""Tracks, frames, shots and looks made by hand."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from vision.frame import Frame
from vision.plates.count import ShotLooks
from vision.plates.doubts import ShotSaid
from vision.plates.grammar import Grammar, load_grammar
from vision.plates.reader import Doubt, PlateLook, PlateReading
from vision.plates.shots import Shot
from vision.plates.text import ALPHABET, Ground
from vision.plates.voted import ReadShot
from vision.tracks import Tracks
from vision.vehicles import VehicleKind

SIZE_PX = (640, 480)


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return load_grammar()


@pytest.fixture(scope="session")
def tracks_of() -> Callable[..., Tracks]:
    """Rows of (id, box) or (id, box, kind), all confirmed and seen unless told otherwise."""

    def make(*rows, seen=True, confirmed=True, ended=()) -> Tracks:
        count = len(rows)
        kinds = [row[2] if len(row) > 2 else VehicleKind.MOTORBIKE for row in rows]
        return Tracks(
            id=np.array([row[0] for row in rows], np.int64),
            xyxy_px=np.array([row[1] for row in rows], np.float32).reshape(count, 4),
            score=np.full(count, 0.9, np.float32),
            kind=np.array(kinds, np.int8),
            confirmed=np.full(count, confirmed, np.bool_),
            seen=np.full(count, seen, np.bool_),
            ended=np.array(ended, np.int64),
        )

    return make


@pytest.fixture(scope="session")
def texture() -> np.ndarray:
    """A sharp picture."""
    return np.random.default_rng(0).integers(0, 256, (SIZE_PX[1], SIZE_PX[0], 3), np.uint8)


@pytest.fixture(scope="session")
def frame_of(texture) -> Callable[..., Frame]:
    def make(index: int, media_s: float, image: np.ndarray | None = None) -> Frame:
        return Frame(index, media_s, texture if image is None else image, 0.0)

    return make


@pytest.fixture(scope="session")
def shot_of() -> Callable[..., Shot]:
    def make(box=(100, 100, 200, 300), others=(), kind=VehicleKind.MOTORBIKE, kinds=None, crop=None, frame=0) -> Shot:
        if crop is None:
            crop = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
        return Shot(
            track=1,
            kind=kind,
            frame=frame,
            media_s=frame / 25,
            crop=crop,
            rect_px=(0, 0, crop.shape[1], crop.shape[0]),
            box_px=np.array(box, np.float32),
            others_px=np.array(others, np.float32).reshape(-1, 4),
            others_kind=np.array([VehicleKind.MOTORBIKE] * len(others) if kinds is None else kinds, np.int8),
            sharpness=0.5,
            worth=0.5,
        )

    return make


@pytest.fixture(scope="session")
def look_of() -> Callable[..., PlateLook]:
    """A look that reads `rows`, each character as sure as `sure`; `instead`: place → (other character, its chance)."""

    def make(
        rows: Sequence[str], sure: float = 0.95, instead=None, lines=None, ground=Ground.WHITE, ground_sure=0.99
    ) -> PlateLook:
        text = "".join(rows)
        chances = np.full((len(text), len(ALPHABET)), (1 - sure) / (len(ALPHABET) - 1), np.float32)
        for place, character in enumerate(text):
            chances[place, ALPHABET.index(character)] = sure
        for place, (other, chance) in (instead or {}).items():
            chances[place, ALPHABET.index(other)] = chance
        chances /= chances.sum(axis=1, keepdims=True)
        certainty = float(np.prod(chances.max(axis=1))) if text else 0.0
        doubt = None if certainty >= 0.9 else Doubt.UNSURE if text else Doubt.NOTHING_READ
        confidence = tuple(float(one) for one in chances.max(axis=1)) if text else ()
        reading = PlateReading(text, confidence, certainty, lines or len(rows), ground, ground_sure, doubt)
        upper, lower = (len(rows[0]), len(rows[1])) if len(rows) == 2 else (len(text), 0)
        return PlateLook(reading, (upper, lower), chances)

    return make


@pytest.fixture(scope="session")
def said_of(look_of) -> Callable[..., ShotSaid]:
    """One shot that says what `look_of` is told, three times over."""

    def make(rows: Sequence[str], frame: int = 0, aspect: float = 1.36, **told) -> ShotSaid:
        look = look_of(rows, **told)
        reading = look.reading
        quad = ((0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0))
        read = ReadShot(frame, frame / 25, quad, (0, 0, 99, 99), reading.text, reading.certainty, reading.doubt is None)
        return ShotSaid(read, ShotLooks((look,) * 3, aspect))

    return make
