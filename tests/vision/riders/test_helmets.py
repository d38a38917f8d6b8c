import numpy as np
import pytest

from models.datasets.heads import read_riders
from models.datasets.labels import ReadReport
from models.train.helmet_score import answers_of, ranked
from vision.errors import ModelError
from vision.riders.card import HEAD_STATES, HeadState
from vision.riders.helmets import HelmetReader


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.fixture(scope="module")
def street():
    return np.random.default_rng(0).integers(60, 180, (240, 320, 3)).astype(np.uint8)


class Planes:
    """A network that says the same of every picture: heads at given cells."""

    input_shape = (None, 3, 128, 128)
    output_shape = (None, 8, 32, 32)

    def __init__(self, *heads):
        """(row, column, score, class) of each head, 24 canvas pixels wide and 32 tall."""
        self.planes = np.zeros((8, 32, 32), np.float32)
        self.planes[6], self.planes[7] = 24, 32
        for row, column, score, state in heads:
            self.planes[0, row, column] = score
            self.planes[1 + HEAD_STATES.index(state), row, column] = 1.0

    def run(self, batch):
        return np.repeat(self.planes[None], len(batch), axis=0)


@pytest.fixture
def said(helmet_card, street):
    """What a reader makes of the answers of a network, for riders at given boxes."""

    def read(network, *riders, none=0.6, helmet=0.6):
        limits = helmet_card.thresholds.model_copy(update={"head": 0.2, "none": none, "helmet": helmet})
        card = helmet_card.model_copy(update={"thresholds": limits})
        return HelmetReader(network, card, "planes").read(street, boxes(*riders))

    return read


RIDER = (100, 60, 172, 180)
"""Its window is 89 by 94 px and fills the canvas of 128 by 128 down."""


def test_heads_come_in_frame_pixels(said):
    [[head]] = said(Planes((10, 16, 0.9, HeadState.HELMET)), RIDER)
    x1, y1, x2, y2 = head.box_px
    assert 100 < x1 < x2 < 172
    assert (x2 - x1, y2 - y1) == (pytest.approx(17.6, abs=1), pytest.approx(23.5, abs=1))
    assert head.state is head.likeliest is HeadState.HELMET
    assert head.confidence == pytest.approx(0.9)


@pytest.mark.parametrize("state", [HeadState.NONE, HeadState.HELMET])
def test_below_its_threshold_a_head_is_unsure(said, state):
    [[head]] = said(Planes((10, 16, 0.5, state)), RIDER)
    assert (head.state, head.likeliest) == (HeadState.UNSURE, state)


def test_several_heads_come_best_first(said):
    [heads] = said(Planes((10, 9, 0.7, HeadState.NONE), (10, 22, 0.95, HeadState.HELMET)), RIDER)
    assert [head.state for head in heads] == [HeadState.HELMET, HeadState.NONE]


def test_heads_low_in_the_box_or_beside_it_are_no_riders(said):
    network = Planes((31, 16, 0.9, HeadState.NONE), (10, 3, 0.9, HeadState.NONE))
    network.planes[6:] = 8
    assert said(network, RIDER) == [[]]


def test_a_head_two_boxes_share_goes_to_the_nearer_rider(said):
    network = Planes((10, 16, 0.9, HeadState.NONE))
    x1, y1, x2, y2 = RIDER
    heads = said(network, RIDER, (x1 + 4, y1, x2 + 4, y2))
    assert [len(one) for one in heads] == [1, 0] or [len(one) for one in heads] == [0, 1]


@pytest.mark.parametrize(
    "rider",
    [(100, 60, 100, 180), (172, 180, 100, 60), (-400, -400, -300, -200), (np.nan, 60, 172, 180), (100, 60, np.inf, 180),
     (100, 60, 104, 66)],
    ids=["empty", "inside out", "outside", "no number", "endless", "tiny"],
)  # fmt: skip
def test_a_box_with_too_little_in_it_has_no_heads_and_disturbs_no_other(said, rider):
    first, second = said(Planes((10, 16, 0.9, HeadState.NONE)), rider, RIDER)
    assert first == []
    assert len(second) == 1


def test_no_riders_no_heads(reader, street):
    assert reader.read(street, boxes()) == []


@pytest.mark.parametrize(
    "image",
    [np.zeros((40, 40), np.uint8), np.zeros((40, 40, 1), np.uint8), np.zeros((40, 40, 3), np.float32)],
    ids=["grey", "one channel", "floats"],
)
def test_another_kind_of_image_is_refused(reader, image):
    with pytest.raises(ValueError, match="image: wanted"):
        reader.read(image, boxes(RIDER))


def test_riders_of_another_shape_are_refused(reader, street):
    with pytest.raises(ValueError, match=r"riders_px: wanted \(n, 4\), found \(4,\)"):
        reader.read(street, np.array(RIDER, np.float32))


def test_a_card_of_another_network_is_refused(helmet_file, helmet_card):
    wider = helmet_card.input.model_copy(update={"width_px": 96})
    for changed in ({"input": wider}, {"stride": 8}, {"sha256": "0" * 64}):
        with pytest.raises(ModelError, match="wanted"):
            HelmetReader.open(helmet_file, helmet_card.model_copy(update=changed))


def test_a_network_that_is_no_helmet_reader_is_refused(helmet_file, helmet_card):
    with pytest.raises(ModelError, match="wanted an input"):
        HelmetReader.open(helmet_file.with_name("detector.onnx"), helmet_card.model_copy(update={"sha256": None}))


def test_bare_heads_said_of_real_riders_are_nearly_all_bare(reader, helmet_card, real_data):
    pictures = read_riders(real_data / "helmets/india_rider_helmet", "valid", ReadReport())
    answers = ranked([answers_of(reader, picture) for picture in pictures], HEAD_STATES.index(HeadState.NONE), 0.4)
    precision, _, said_bare = answers.at(helmet_card.thresholds.none)
    assert said_bare >= 10
    assert precision is not None
    assert precision >= 0.9
