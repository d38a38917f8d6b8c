from pathlib import Path

import pytest
import yaml

from vision.detect.card_file import parse_card
from vision.errors import ModelError
from vision.events.lamps import Lamp
from vision.lamps.card import LampCard, LampThresholds

CARD = {
    "name": "lamp", "version": "1", "licence": "AGPL-3.0-or-later", "source": "a test",
    "input": {"width_px": 64, "height_px": 96, "colour": "rgb", "scale": 0.00392, "placement": "centre"},
    "classes": ["red", "yellow", "green", "off", "unknown"],
    "thresholds": {"red": 0.9, "yellow": 0.8, "green": 0.8, "off": 0.8},
}  # fmt: skip


def parsed(**changes):
    return parse_card(yaml.safe_dump(CARD | changes), Path("lamp.card.yaml"), LampCard)


def test_a_card_says_in_which_order_the_states_leave_the_network():
    assert parsed().classes == (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.OFF, Lamp.UNKNOWN)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"classes": ["red", "green", "off", "unknown"]}, "each of red, yellow"),
        ({"classes": ["red", "red", "green", "off", "unknown"]}, "each of red, yellow"),
        ({"classes": ["red", "amber", "green", "off", "unknown"]}, "amber"),
        ({"thresholds": {"red": 0.9}}, "yellow"),
        ({"thresholds": CARD["thresholds"] | {"red": 1.4}}, "red"),
        ({"head": "yolo"}, "head"),
    ],
)
def test_a_card_that_says_too_little_or_nonsense_is_refused_with_its_line(changes, said):
    with pytest.raises(ModelError, match=rf"lamp\.card\.yaml:\d+: .*{said}"):
        parsed(**changes)


def test_doubt_needs_no_threshold():
    limits = LampThresholds(red=0.9, yellow=0.8, green=0.7, off=0.6)
    assert [limits.of(state) for state in Lamp] == [0.9, 0.8, 0.7, 0.6, 0.0]
