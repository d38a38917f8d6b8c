"""Painted signal heads, and the reader that ships."""

import cv2
import numpy as np
import pytest

from vision.detect.card_file import load_card
from vision.lamps.card import LampCard
from vision.lamps.reader import LampReader

COLOURS = {"red": (40, 40, 240), "yellow": (30, 190, 250), "green": (140, 230, 40)}


@pytest.fixture(scope="session")
def lamp_file(weights):
    return weights / "lamp.onnx"


@pytest.fixture(scope="session")
def lamp_card(weights):
    return load_card(weights / "lamp.card.yaml", LampCard)


@pytest.fixture(scope="session")
def reader(lamp_file, lamp_card):
    return LampReader.open(lamp_file, lamp_card)


@pytest.fixture(scope="session")
def street():
    """A frame with one head at (100, 60)..(130, 150), by what shines: red on top, then yellow, then green."""

    def paint(*lit):
        image = np.full((240, 320, 3), (205, 190, 175), np.uint8)
        cv2.rectangle(image, (100, 60), (130, 150), (35, 35, 35), -1)
        for place, name in enumerate(COLOURS):
            colour = COLOURS[name] if name in lit else (52, 52, 52)
            cv2.circle(image, (115, 75 + 30 * place), 11, colour, -1, cv2.LINE_AA)
        return cv2.GaussianBlur(image, (0, 0), 0.8)

    return paint
