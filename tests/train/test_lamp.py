"""The lamp reader from its first step to a file the product runs."""

import numpy as np
import pytest
import torch

from models.train.lamp_net import LampNet
from models.train.lamp_sure import CEILING, FLOOR, calibrate, lowest_sure
from models.train.small import parameters
from vision.detect.card_file import load_card
from vision.events.lamps import Lamp
from vision.lamps.card import LampCard
from vision.lamps.reader import LampReader

SMALL = ("--steps", 60, "--drawn", 40, "--save-every-s", 0)


@pytest.fixture(scope="module")
def run(trainer, lamp_sets, tmp_path_factory):
    return trainer.cut_and_finished(tmp_path_factory.mktemp("run"), "lamp", "--data", lamp_sets, *SMALL)


def test_a_killed_run_goes_on_to_its_end(run):
    assert 0 < run.cut_at < 60
    assert f"goes on from step {run.cut_at} of 60" in run.said
    assert torch.load(run.folder / "last.pt", weights_only=True)["step"] == 60


def test_the_run_leaves_a_reader_the_product_opens(run):
    out = run.folder
    reader = LampReader.open(out / "lamp.onnx", load_card(out / "lamp.card.yaml", LampCard))
    image = np.full((60, 60, 3), 90, np.uint8)
    assert len(reader.read(image, np.array([[5, 5, 25, 50], [0, 0, 60, 60]], np.float32))) == 2


def test_the_report_names_what_was_left_aside(run):
    page = (run.folder / "report.html").read_text("utf-8")
    assert "2 unreadable pictures (5.jpg" in page
    assert "<svg" in page


def test_a_folder_without_the_sets_is_refused(trainer, tmp_path):
    answer = trainer("lamp", "--data", tmp_path, "--out", tmp_path / "out", *SMALL, code=2)
    assert "lamp:" in answer.err
    assert "data.yaml" in answer.err


def test_a_damaged_checkpoint_is_named(trainer, lamp_sets, tmp_path):
    (tmp_path / "last.pt").write_bytes(b"torn")
    answer = trainer("lamp", "--data", lamp_sets, "--out", tmp_path, *SMALL, code=2)
    assert "last.pt: wanted a checkpoint of this network" in answer.err


def test_the_network_is_small_and_tells_where_it_sees_a_light():
    network = LampNet().eval()
    assert parameters(network) < 200_000
    images = torch.zeros(2, 3, 96, 64)
    images[0, :, 10:25, 20:40], images[1, :, 70:85, 20:40] = 1, 1
    first, second = network(images)
    assert not torch.allclose(first, second)


def test_thresholds_keep_their_targets_and_few_answers_prove_nothing():
    chance, right = np.linspace(0.99, 0.5, 200), np.ones(200)
    right[150:] = 0
    lowest = lowest_sure(chance, right, 0.98)
    assert right[chance >= lowest].mean() >= 0.98
    assert lowest_sure(chance[:5], right[:5], 0.98) == CEILING
    assert lowest_sure(chance, np.ones(200), 0.98) == FLOOR


def test_calibration_takes_the_stricter_of_its_parts():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 500)
    clear = np.eye(5, dtype=np.float32)[truth] * rng.uniform(0.1, 8, (500, 1)).astype(np.float32)
    noisy = clear + rng.normal(0, 4, clear.shape).astype(np.float32)
    alone, both = calibrate({"a": (clear, truth)}), calibrate({"a": (clear, truth), "b": (noisy, truth)})
    assert alone.thresholds[Lamp.RED] == FLOOR
    assert both.thresholds[Lamp.RED] > FLOOR
    assert both.temperature > alone.temperature
