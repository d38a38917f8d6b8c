"""The reader that ships."""

import pytest

from vision.detect.card_file import load_card
from vision.riders.card import HelmetCard
from vision.riders.helmets import HelmetReader


@pytest.fixture(scope="session")
def helmet_file(weights):
    return weights / "helmet.onnx"


@pytest.fixture(scope="session")
def helmet_card(weights):
    return load_card(weights / "helmet.card.yaml", HelmetCard)


@pytest.fixture(scope="session")
def reader(helmet_file, helmet_card):
    return HelmetReader.open(helmet_file, helmet_card)
