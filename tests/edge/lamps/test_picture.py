"""Lamps read from the picture: a change is believed when it was read twice, and nobody knows what nobody saw."""

import numpy as np
import pytest

from edge.lamps.book import LampBook
from edge.lamps.picture import LOST_AFTER_S, READ_S, PictureLamps, heads_px
from vision.events.lamps import Lamp
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.lamps.reader import LampReading

SIZE_PX = (200, 100)


class Reads:
    """Answers as told, moment by moment; what one head shows the others show too, unless said otherwise."""

    def __init__(self, states):
        self.states = list(states)
        self.asked = []

    def read(self, image, regions_px):
        self.asked.append((image.shape, regions_px.tolist()))
        state = self.states.pop(0)
        states = state if isinstance(state, tuple) else (state,) * len(regions_px)
        return [LampReading(Lamp(each), 0.99, Lamp(each)) for each in states]


def looked(states, heads=None):
    reads, book = Reads(states), LampBook()
    lamps = PictureLamps(reads, heads or {"a": np.array([[100, 20, 120, 60]], np.float32)})
    for number in range(len(states)):
        media_s = number * READ_S
        image = np.zeros((SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
        lamps.see(Frame(number, media_s, image, 0.0), book)
        lamps.see(Frame(number, media_s + READ_S / 3, image, 0.0), book)  # too soon: nobody looks
    return book, reads


def spans(book):
    return [(each.state.value, round(each.since_s, 3), round(each.until_s, 3)) for each in book["a"].spans]


def test_a_change_is_placed_between_the_last_look_at_the_old_and_the_first_at_the_new():
    book, _ = looked(["green"] * 5 + ["yellow"] * 5 + ["red"] * 5)
    assert [state for state, _, _ in spans(book)] == ["green", "yellow", "red"]
    _, yellow, red = book["a"].spans
    assert yellow.since_s == pytest.approx(0.9)
    assert red.since_s == pytest.approx(1.9)
    assert red.error_s == pytest.approx(READ_S / 2 + 0.05)
    assert red.until_s == pytest.approx(2.8)
    assert red.origin == "image"


def test_one_odd_look_changes_nothing():
    book, _ = looked(["red"] * 4 + ["green"] + ["red"] * 4)
    assert [state for state, _, _ in spans(book)] == ["red"]


def test_a_short_doubt_is_bridged_and_a_long_one_is_a_gap():
    short, long = int(LOST_AFTER_S / READ_S) - 1, int(LOST_AFTER_S / READ_S) + 3
    book, _ = looked(["red"] * 4 + ["unknown"] * short + ["red"] * 3)
    assert len(spans(book)) == 1
    book, _ = looked(["red"] * 4 + ["unknown"] * long + ["red"] * 3)
    (_, _, until_s), (_, since_s, _) = spans(book)
    assert until_s == pytest.approx(3 * READ_S)
    assert since_s >= (4 + long - 1) * READ_S


def test_heads_of_one_group_that_disagree_say_nothing():
    heads = {"a": np.array([[100, 20, 120, 60], [150, 20, 170, 60]], np.float32)}
    book, reads = looked([("red", "green")] * 6, heads)
    assert spans(book) == []
    shape, regions = reads.asked[0]
    assert shape == (40, 70, 3)  # only the part that holds both heads is cut out
    assert regions == [[0, 0, 20, 40], [50, 0, 70, 40]]


def test_the_scene_says_where_the_heads_are():
    scene = Scene.model_validate(
        {
            "version": 1,
            "camera": "c",
            "signal_heads": {
                "left": {"box": [[0.6, 0.6], [0.5, 0.2]], "signal_group": "a"},
                "right": {"box": [[0.7, 0.2], [0.8, 0.6]], "signal_group": "a"},
            },
        }
    )
    assert heads_px(scene, SIZE_PX)["a"].tolist() == pytest.approx(np.array([[100, 20, 120, 60], [140, 20, 160, 60]]))
