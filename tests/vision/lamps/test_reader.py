import cv2
import numpy as np
import pytest

from models.datasets.labels import ReadReport
from models.datasets.lamp_regions import loosely, read_heads
from vision.errors import ModelError
from vision.events.lamps import Lamp
from vision.lamps.reader import NOTHING_SEEN, LampReader

HEAD = (100, 60, 130, 150)


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.parametrize("state", [Lamp.RED, Lamp.YELLOW, Lamp.GREEN])
@pytest.mark.parametrize("looser_px", [(0, 0, 0, 0), (6, 20, 6, 10), (2, 4, 14, 30)])
def test_a_plain_head_is_read_in_tight_and_in_loose_regions(reader, street, state, looser_px):
    region = boxes(np.array(HEAD) + np.array(looser_px) * (-1, -1, 1, 1))
    [reading] = reader.read(street(state.value), region)
    assert reading.state is state
    assert 0.5 < reading.confidence <= 1


@pytest.mark.parametrize("state", [Lamp.RED, Lamp.GREEN])
def test_a_lying_head_is_read_with_red_to_the_left(reader, street, state):
    lying = np.ascontiguousarray(np.rot90(street(state.value)))
    x1, y1, x2, y2 = HEAD
    [reading] = reader.read(lying, boxes((y1, 320 - x2, y2, 320 - x1)))
    assert reading.state is state


@pytest.mark.parametrize("lit", [("red", "green"), ("red", "yellow", "green"), ()])
def test_contradictions_and_dark_heads_never_read_as_a_light(reader, street, lit):
    [reading] = reader.read(street(*lit), boxes(HEAD))
    assert reading.state in {Lamp.UNKNOWN, Lamp.OFF}


def test_regions_keep_their_order_and_need_not_be_of_one_size(reader, street):
    image = street("green")
    image[:, 160:] = street("red")[:, :160]
    readings = reader.read(image, boxes((255, 50, 295, 160), HEAD))
    assert [one.state for one in readings] == [Lamp.RED, Lamp.GREEN]


@pytest.mark.parametrize(
    "region",
    [
        (100, 60, 100, 150),
        (130, 150, 100, 60),
        (-500, -500, -400, -400),
        (300, 60, 420, 200),
        (np.nan, 60, 130, 150),
        (100, 60, np.inf, 150),
        (100, 60, 102, 150),
    ],
    ids=["empty", "inside out", "outside", "mostly outside", "no number", "endless", "thin"],
)
def test_a_region_with_too_little_in_it_is_unknown(reader, street, region):
    assert reader.read(street("red"), boxes(region)) == [NOTHING_SEEN]


def test_no_regions_give_no_readings(reader, street):
    assert reader.read(street("red"), boxes()) == []


@pytest.mark.parametrize(
    "image",
    [np.zeros((40, 40), np.uint8), np.zeros((40, 40, 1), np.uint8), np.zeros((40, 40, 3), np.float32),
     np.zeros((0, 40, 3), np.uint8)],
    ids=["grey", "one channel", "floats", "empty"],
)  # fmt: skip
def test_another_kind_of_image_is_refused(reader, image):
    with pytest.raises(ValueError, match="image: wanted"):
        reader.read(image, boxes((1, 1, 20, 20)))


def test_regions_of_another_shape_are_refused(reader, street):
    with pytest.raises(ValueError, match=r"regions_px: wanted \(n, 4\), found \(4,\)"):
        reader.read(street("red"), np.array(HEAD, np.float32))


def test_below_its_threshold_a_state_is_not_said_but_shown(lamp_file, lamp_card, street):
    strict = lamp_card.thresholds.model_copy(update={"red": 1.0})
    careful = LampReader.open(lamp_file, lamp_card.model_copy(update={"thresholds": strict}))
    [reading] = careful.read(street("red"), boxes(HEAD))
    assert (reading.state, reading.likeliest) == (Lamp.UNKNOWN, Lamp.RED)


def test_a_card_of_another_network_is_refused(lamp_file, lamp_card):
    other_size = lamp_card.input.model_copy(update={"width_px": 96})
    for changed in ({"input": other_size}, {"sha256": "0" * 64}):
        with pytest.raises(ModelError, match="wanted"):
            LampReader.open(lamp_file, lamp_card.model_copy(update=changed))


def test_a_network_that_is_no_lamp_reader_is_refused(lamp_file, lamp_card):
    with pytest.raises(ModelError, match="wanted an input"):
        LampReader.open(lamp_file.with_name("detector.onnx"), lamp_card.model_copy(update={"sha256": None}))


def test_a_dark_noisy_picture_claims_nothing(reader):
    rng = np.random.default_rng(0)
    night = np.clip(rng.normal(12, 5, (200, 200, 3)), 0, 255).astype(np.uint8)
    night = cv2.GaussianBlur(night, (0, 0), 1)
    readings = reader.read(night, boxes((10, 10, 40, 100), (60, 60, 140, 90), (0, 0, 200, 200)))
    assert not {one.state for one in readings} & {Lamp.RED, Lamp.YELLOW, Lamp.GREEN}


@pytest.mark.parametrize("looser", [0.0, 0.3, 0.6])
def test_real_heads_are_hardly_ever_read_wrong(reader, real_data, looser):
    rng, given, right = np.random.default_rng(1), 0, 0
    for name in ("lamps/korea", "lamps/indonesia"):
        for head in read_heads(real_data / name, "valid", ReadReport()):
            if head.state is Lamp.UNKNOWN:
                continue
            region = np.ascontiguousarray(loosely(head, rng, looser))
            [reading] = reader.read(region, boxes((0, 0, region.shape[1], region.shape[0])))
            given += reading.state is not Lamp.UNKNOWN
            right += reading.state is head.state
    assert given >= 90
    assert right >= 0.96 * given
