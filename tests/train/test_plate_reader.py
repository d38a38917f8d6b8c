"""The plate reader from its first step to a file the product opens, on a few tiny pictures."""

import csv

import cv2
import numpy as np
import pytest
import torch
import yaml

from models.datasets.plates.draw import draw_plate
from models.datasets.plates.garage import FOLDER, Part, part_of
from models.datasets.plates.plate import Ink, Layout, PlateText
from models.train.plate_reader import loss_of, varied
from models.train.plate_reader_network import CLASSES, COLUMNS, ROWS, PlateReaderNetwork, split
from models.train.plate_reader_samples import HEIGHT_PX, MOST_CHARACTERS, WIDTH_PX, Sample, load_samples, pack
from models.train.plate_reader_sure import Told, lowest_bar, told_together
from models.train.small import parameters
from vision.detect.card import Task
from vision.detect.card_file import load_card
from vision.plates.card import PlateReaderCard, ReaderThresholds
from vision.plates.grammar import load_grammar
from vision.plates.reader import PlateReader
from vision.plates.text import ALPHABET, GROUNDS, Ground

STEPS = 30
SMALL = ("--steps", STEPS, "--batch", 4, "--drawn", 1, "--real", 1, "--hung", 1, "--chunk", 12, "--save-every-s", 0)


def texts_of_each_part():
    """Motorbike numbers, a few of every part."""
    found = {part: [] for part in Part}
    for number in range(10_000, 10_200):
        text = f"59A1{number}"
        found[part_of(text)].append(text)
    return [text for texts in found.values() for text in texts[:3]]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Garage crops of every part, one damaged, and a road picture with a car but no plate."""
    root = tmp_path_factory.mktemp("data")
    folder = root / FOLDER
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(4)
    rows = [["file", "text_raw", "text_norm", "format_valid", "status"]]
    for number, text in enumerate(texts_of_each_part()):
        plate = PlateText(Layout.MOTORBIKE, (f"{text[:2]}-{text[2:4]}", text[4:]), Ground.WHITE, Ink.BLACK)
        assert cv2.imwrite(str(folder / f"images/{number}.jpg"), draw_plate(plate, rng))
        rows.append([f"{number}.jpg", "", text, 1, "machine"])
    (folder / "images/torn.jpg").write_bytes(b"no picture")
    rows.append(["torn.jpg", "", rows[1][2], 1, "machine"])
    with (folder / "plates.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    road = root / "detect/atl_highway_camera"
    for part in ("images", "labels"):
        (road / part / "train").mkdir(parents=True)
    assert cv2.imwrite(str(road / "images/train/0.jpg"), rng.integers(90, 160, (480, 640, 3)).astype(np.uint8))
    (road / "labels/train/0.txt").write_text("0 0.5 0.5 0.5 0.5", "ascii")
    (road / "data.yaml").write_text(yaml.safe_dump({"names": ["car"]}), "utf-8")
    return root


@pytest.fixture(scope="module")
def run(trainer, data, tmp_path_factory):
    return trainer.cut_and_finished(tmp_path_factory.mktemp("run"), "plate_reader", "--data", data, *SMALL)


def test_a_killed_run_goes_on_to_its_end(run):
    assert 0 < run.cut_at < STEPS
    assert f"goes on from step {run.cut_at} of {STEPS}" in run.said
    assert torch.load(run.folder / "last.pt", weights_only=True)["step"] == STEPS


def test_a_damaged_crop_is_named(run):
    assert "torn.jpg" in run.said


def test_the_run_leaves_a_reader_the_product_opens(run):
    out = run.folder
    card = load_card(out / "plate-reader.card.yaml", PlateReaderCard)
    assert card.task is Task.READ_PLATE
    assert card.training_data[0].startswith("12 plates drawn")
    assert "states no licence" in card.training_data[1]
    assert card.training_data[2].startswith("12 looks at drawn plates and training crops hung into photographs")
    readings = PlateReader.open(out / "plate-reader.onnx", card).read([np.zeros((40, 80, 3), np.uint8)] * 3)
    assert len(readings) == 3


def test_the_run_leaves_a_report_with_curves_and_pictures(run):
    page = (run.folder / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert "image/jpeg" in page


def test_another_run_begins_from_the_weights_of_this_one(run, trainer, data, tmp_path):
    weights = run.folder / "plate-reader.weights.npz"
    assert weights.stat().st_size < 2_000_000
    command = ("plate_reader", "--data", data, "--out", tmp_path, "--start", weights, *SMALL, "--steps", 1)
    trainer(*command)
    before = torch.load(run.folder / "last.pt", weights_only=True)["average"]
    after = torch.load(tmp_path / "last.pt", weights_only=True)["network"]
    assert (before["classify.weight"] - after["classify.weight"]).abs().max() < 0.01


def test_the_file_answers_as_the_network_does(run):
    out = run.folder
    network = PlateReaderNetwork().eval()
    network.load_state_dict(torch.load(out / "last.pt", weights_only=True)["average"])
    card = load_card(out / "plate-reader.card.yaml", PlateReaderCard)
    picture = np.random.default_rng(0).integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3)).astype(np.uint8)
    shown = torch.from_numpy(picture[..., ::-1].copy()).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        wanted = network(shown)[0].numpy()
    reader = PlateReader.open(out / "plate-reader.onnx", card)
    found = reader._session.run(reader._batch([picture]))[0]
    np.testing.assert_allclose(found, wanted, atol=1e-3)


def test_without_the_real_set_the_run_ends_with_a_sentence(trainer, tmp_path):
    answer = trainer("plate_reader", "--data", tmp_path, "--out", tmp_path / "run", *SMALL, code=2)
    assert "plates.csv" in answer.err
    assert "Traceback" not in answer.err


def test_the_network_is_small_and_its_parts_have_their_shapes():
    network = PlateReaderNetwork()
    assert parameters(network) < 1_500_000
    characters, lines, colour = split(network(torch.rand(2, 3, HEIGHT_PX, WIDTH_PX) * 255))
    assert characters.shape == (2, ROWS, COLUMNS, CLASSES)
    assert lines.shape == (2, 2)
    assert colour.shape == (2, len(GROUNDS))


def test_samples_are_kept_as_they_were(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (30, 60, 3)).astype(np.uint8)
    samples = pack([Sample(picture, ("59-G1", "965.77"), Ground.BLUE), Sample(picture, (), None)])
    samples.save(tmp_path / "drawn-0000.npz")
    kept = load_samples([tmp_path / "drawn-0000.npz"])
    assert kept.texts() == ["59G196577", ""]
    assert kept.rows.shape == (2, 2, MOST_CHARACTERS)
    assert kept.lines.tolist() == [2, 0]
    assert kept.colour.tolist() == [GROUNDS.index(Ground.BLUE), -1]


def test_variations_keep_shape_and_range():
    pixels = torch.rand(5, 3, HEIGHT_PX, WIDTH_PX) * 255
    other = varied(pixels)
    assert other.shape == pixels.shape
    assert 0 <= float(other.min()) <= float(other.max()) <= 255


def test_a_few_pictures_can_be_learned_by_heart():
    torch.manual_seed(0)
    plates = [(("59-G1", "123.45"), Layout.MOTORBIKE), (("30A-678.90",), Layout.CAR_LONG)]
    drawn = [
        Sample(
            draw_plate(PlateText(layout, rows, Ground.WHITE, Ink.BLACK), np.random.default_rng(1)), rows, Ground.WHITE
        )
        for rows, layout in plates
    ]
    samples = pack(drawn * 4)
    batch = tuple(map(torch.from_numpy, (samples.pictures, samples.rows, samples.lines, samples.colour)))
    network = PlateReaderNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3)
    losses = []
    for _ in range(25):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]


@pytest.mark.parametrize(
    ("right", "bar"),
    [([1, 1, 1, 1], 0.5), ([0, 1, 1, 1], 0.7), ([1, 1, 1, 0], 1.0)],
    ids=["never wrong", "wrong when unsure", "wrong when surest"],
)
def test_the_bar_is_the_lowest_at_which_few_enough_are_wrong(right, bar):
    part = Told(np.array([0.6, 0.7, 0.8, 0.9]), np.array(right, bool), np.ones(4, bool))
    assert lowest_bar(part, known=True, lowest=0.5, wrong_share=0.01) == bar
    assert lowest_bar(part, known=False, lowest=0.5, wrong_share=0.01) == 0.5


def said(text: str, sure: float = 20.0) -> np.ndarray:
    """The network's output for a one-line text: blanks between its characters."""
    rows = np.zeros((ROWS, COLUMNS, CLASSES), np.float32)
    rows[:, :, 0] = 20
    for place, character in enumerate(text):
        rows[0, 2 * place, [0, 1 + ALPHABET.index(character)]] = 0, sure
    return np.concatenate([rows.ravel(), [20, 0], [20, *[0] * (len(GROUNDS) - 1)]]).astype(np.float32)


def test_looks_at_one_plate_are_judged_together(run):
    """Two of three looks decide; where all three differ, nothing is sure."""
    card = load_card(run.folder / "plate-reader.card.yaml", PlateReaderCard)
    open_bars = ReaderThresholds(certainty=0, odd_certainty=0, character=0)
    outputs = np.stack([said(text) for text in ("51G68882", "1G68882", "51G68882", "51G68882", "51G6888", "1G6888")])
    picture = np.zeros((40, 80, 3), np.uint8)
    samples = pack([Sample(picture, ("51G68882",), Ground.WHITE)] * 6)
    together = told_together(outputs, samples, card.model_copy(update={"thresholds": open_bars}), load_grammar())
    assert together.right.tolist()[0]
    assert together.known.tolist()[0]
    assert together.certainty[0] > 0.9
    assert together.certainty[1] == 0
