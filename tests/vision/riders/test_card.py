from pathlib import Path

import pytest
import yaml

from vision.detect.card_file import parse_card
from vision.errors import ModelError
from vision.riders.card import HEAD_STATES, HelmetCard

CARD = {
    "name": "helmet", "version": "1", "licence": "AGPL-3.0-or-later", "source": "a test",
    "input": {"width_px": 96, "height_px": 128, "colour": "rgb", "scale": 0.00392, "placement": "centre"},
    "stride": 4,
    "classes": ["helmet", "none", "unsure"],
    "thresholds": {"head": 0.25, "helmet": 0.6, "none": 0.8},
}  # fmt: skip


def parsed(**changes):
    return parse_card(yaml.safe_dump(CARD | changes), Path("helmet.card.yaml"), HelmetCard)


def test_a_card_says_in_which_order_the_states_leave_the_network():
    assert parsed().classes == HEAD_STATES


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"classes": ["helmet", "none"]}, "each of helmet"),
        ({"classes": ["helmet", "none", "hat"]}, "hat"),
        ({"thresholds": {"head": 0.2}}, "helmet"),
        ({"thresholds": CARD["thresholds"] | {"none": 2}}, "none"),
        ({"stride": 0}, "stride"),
    ],
)
def test_a_card_that_says_too_little_or_nonsense_is_refused_with_its_line(changes, said):
    with pytest.raises(ModelError, match=rf"helmet\.card\.yaml:\d+: .*{said}"):
        parsed(**changes)
