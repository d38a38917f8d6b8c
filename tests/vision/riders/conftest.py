"""The reader that ships."""

from pathlib import Path

import pytest

from vision.detect.card_file import load_card
from vision.riders.card import HelmetCard
from vision.riders.helmets import HelmetReader

WEIGHTS = Path(__file__).parents[3] / "models/weights"


@pytest.fixture(scope="session")
def helmet_file():
    return WEIGHTS / "helmet.onnx"


@pytest.fixture(scope="session")
def helmet_card():
    return load_card(WEIGHTS / "helmet.card.yaml", HelmetCard)


@pytest.fixture(scope="session")
def reader(helmet_file, helmet_card):
    return HelmetReader.open(helmet_file, helmet_card)
