"""The reader with the shipped network, and its decisions on outputs made by hand."""

from pathlib import Path

import numpy as np
import pytest

import models
from models.datasets.labels import ReadReport
from models.datasets.picture import read_picture
from models.datasets.plates.draw import draw_plate
from models.datasets.plates.garage import Part, read_garage
from models.datasets.plates.plate import Ink, Layout, PlateText
from vision.detect.card_file import load_card
from vision.errors import ModelError
from vision.plates.card import PlateReaderCard, ReaderThresholds
from vision.plates.grammar import load_grammar
from vision.plates.reader import Doubt, PlateReader, decode, doubt_of
from vision.plates.text import Ground

FILE = Path(models.__file__).parent / "weights" / "plate-reader.onnx"
CARD = FILE.with_name("plate-reader.card.yaml")

PLATES = [
    PlateText(Layout.MOTORBIKE, ("59-G1", "965.77"), Ground.WHITE, Ink.BLACK),
    PlateText(Layout.CAR_LONG, ("30A-123.45",), Ground.WHITE, Ink.BLACK),
    PlateText(Layout.CAR_SHORT, ("51F", "882.70"), Ground.WHITE, Ink.BLACK),
    PlateText(Layout.CAR_LONG, ("80A-012.34",), Ground.BLUE, Ink.WHITE),
    PlateText(Layout.CAR_SHORT, ("29H", "567.89"), Ground.YELLOW, Ink.BLACK),
    PlateText(Layout.MOTORBIKE, ("29-AB", "246.80"), Ground.WHITE, Ink.BLACK),
]


@pytest.fixture(scope="module")
def card():
    return load_card(CARD, PlateReaderCard)


@pytest.fixture(scope="module")
def reader(card):
    return PlateReader.open(FILE, card)


@pytest.mark.parametrize("plate", PLATES, ids=lambda plate: plate.text)
def test_clean_plates_of_every_layout_are_read(reader, plate):
    readings = reader.read([draw_plate(plate, np.random.default_rng(seed)) for seed in range(5)])
    right = [reading for reading in readings if reading.text == plate.text]
    assert len(right) >= 4
    assert {reading.lines for reading in right} == {plate.lines}
    assert sum(reading.colour is plate.colour for reading in right) >= len(right) - 1
    for reading in readings:
        assert len(reading.confidence) == len(reading.text)
        assert all(0 < chance <= 1 for chance in (*reading.confidence, reading.certainty))


def test_readings_come_in_the_order_of_the_pictures_and_alone_or_together_alike(reader):
    pictures = [draw_plate(plate, np.random.default_rng(3)) for plate in PLATES]
    together = reader.read(pictures)
    alone = [reader.read([picture])[0] for picture in pictures]
    assert [reading.text for reading in together] == [reading.text for reading in alone]
    assert reader.read([]) == []


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_picture_is_no_plate(reader, grey):
    (reading,) = reader.read([np.full((60, 120, 3), grey, np.uint8)])
    assert reading.abstained


def test_noise_is_no_plate(reader):
    noise = [np.random.default_rng(seed).integers(0, 256, (50, 100, 3)).astype(np.uint8) for seed in range(20)]
    assert all(reading.abstained for reading in reader.read(noise))


def test_a_crop_of_a_few_pixels_is_held_back(reader):
    plate = draw_plate(PLATES[0], np.random.default_rng(0))
    small, good = reader.read([np.ascontiguousarray(plate[:3, :30]), plate])
    assert small.doubt is Doubt.TOO_SMALL
    assert small.reason == "too_small"
    assert good.text == PLATES[0].text


@pytest.mark.parametrize("shape", [(20, 40), (20, 40, 4), (20, 40, 1)])
def test_a_picture_of_another_form_is_refused(reader, shape):
    with pytest.raises(ValueError, match="wanted"):
        reader.read([np.zeros(shape, np.uint8)])
    with pytest.raises(ValueError, match="float32"):
        reader.read([np.zeros((20, 40, 3), np.float32)])


def test_a_card_that_means_another_file_is_refused(card):
    with pytest.raises(ModelError, match="wanted sha256"):
        PlateReader.open(FILE, card.model_copy(update={"sha256": "0" * 64}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"columns": 39}, "wanted 2[0-9]{3} outputs"), ({"alphabet": "0123456789"}, "outputs as the card says")],
)
def test_a_card_that_does_not_fit_the_network_is_refused(card, changed, words):
    with pytest.raises(ModelError, match=words):
        PlateReader.open(FILE, card.model_copy(update=changed))


def test_a_card_of_another_input_size_is_refused(card):
    size = card.input.model_copy(update={"width_px": 128})
    with pytest.raises(ModelError, match="wanted an input of"):
        PlateReader.open(FILE, card.model_copy(update={"input": size}))


class FailingSession:
    """A network that answers with what is no number."""

    input_shape = (None, 3, None, None)
    output_shape = (None, None)

    def __init__(self, outputs):
        self._outputs = outputs

    def run(self, batch):
        return np.full((len(batch), self._outputs), np.nan, np.float32)


def test_a_network_that_answers_nonsense_is_an_error_not_a_reading(card):
    broken = PlateReader(FailingSession(card.outputs), card, load_grammar(), "broken.onnx")
    with pytest.raises(ModelError, match=r"broken\.onnx.*wanted numbers"):
        broken.read([np.zeros((20, 40, 3), np.uint8)])
    short = PlateReader(FailingSession(7), card, load_grammar(), "short.onnx")
    with pytest.raises(ModelError, match=r"short\.onnx: wanted an output of"):
        short.read([np.zeros((20, 40, 3), np.uint8)])


def outputs_saying(card, rows, lines, ground, sure=12.0):
    """A network's output that says `rows`, each character in its own column."""
    characters = np.zeros((2, card.columns, 1 + len(card.alphabet)), np.float32)
    characters[:, :, 0] = sure
    for row, text in enumerate(rows):
        for place, character in enumerate(text):
            characters[row, 2 * place, [0, 1 + card.alphabet.index(character)]] = 0, sure
    line_scores, colours = np.zeros(2, np.float32), np.zeros(len(card.grounds), np.float32)
    line_scores[lines - 1] = colours[card.grounds.index(ground)] = 5
    return np.concatenate([characters.ravel(), line_scores, colours])


@pytest.fixture
def strict(card):
    bars = ReaderThresholds(certainty=0.5, odd_certainty=0.999, character=0.5)
    return card.model_copy(update={"thresholds": bars})


def test_what_the_columns_say_is_read_row_by_row(strict):
    reading = decode(outputs_saying(strict, ("59G1", "96577"), 2, Ground.YELLOW), strict, load_grammar())
    assert (reading.text, reading.lines, reading.colour) == ("59G196577", 2, Ground.YELLOW)
    assert not reading.abstained
    assert reading.reason is None


@pytest.mark.parametrize(
    ("rows", "lines", "sure", "doubt"),
    [
        (("", ""), 1, 12, Doubt.NOTHING_READ),
        (("30A12345", ""), 1, 12, None),
        (("30A12345", ""), 1, 2, Doubt.UNSURE),
        (("30A12345", ""), 2, 9, Doubt.ODD_FORMAT),
        (("13A12345", ""), 1, 9, Doubt.ODD_FORMAT),
        (("13A12345", ""), 1, 20, None),
    ],
    ids=["nothing", "sure", "unsure", "rows disagree", "no such province", "odd but certain"],
)
def test_a_doubtful_reading_is_held_back_with_its_reason(strict, rows, lines, sure, doubt):
    reading = decode(outputs_saying(strict, rows, lines, Ground.WHITE, sure), strict, load_grammar())
    assert reading.doubt is doubt
    assert reading.text == "".join(rows)


@pytest.mark.parametrize("weakest", [0.2, 0.9])
@pytest.mark.parametrize("known", [False, True])
def test_more_certainty_never_takes_a_reading_back(strict, weakest, known):
    given = [doubt_of(c, weakest, known, strict.thresholds) is None for c in np.linspace(0, 1, 101)]
    assert given == sorted(given)


def test_the_kept_fifth_is_read(reader, real_data):
    crops = [crop for crop in read_garage(real_data, Part.SCORE, ReadReport()) if crop.truth][::3]
    pictures = [read_picture(crop.file, ReadReport()) for crop in crops]
    readings = reader.read([picture for picture in pictures if picture is not None])
    right = [reading.text == crop.truth for reading, crop in zip(readings, crops, strict=True)]
    assert np.mean(right) >= 0.95
    given_wrong = [not ok for ok, reading in zip(right, readings, strict=True) if not reading.abstained]
    assert np.mean(given_wrong) <= 0.02
