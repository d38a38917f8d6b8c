"""The lamp reader from its first step to a file the product runs."""

import cv2
import numpy as np
import pytest
import torch
import yaml

from models.train.lamp_net import LampNet
from models.train.lamp_sure import CEILING, FLOOR, calibrate, lowest_sure
from models.train.small import parameters
from vision.detect.card_file import load_card
from vision.events.lamps import Lamp
from vision.lamps.card import LampCard
from vision.lamps.reader import LampReader

SMALL = ("--steps", 60, "--drawn", 40, "--save-every-s", 0)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Both sets with a head or two in each picture of each split, one picture damaged."""
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(2)
    for name in ("korea", "indonesia"):
        folder = root / "lamps" / name
        for split in ("train", "test"):
            for part in ("images", "labels"):
                (folder / part / split).mkdir(parents=True)
            for number in range(6):
                image = rng.integers(120, 200, (160, 160, 3)).astype(np.uint8)
                cv2.rectangle(image, (60, 40), (89, 129), (20, 20, 20), -1)
                colour = ((60, 200, 60), (30, 30, 220), (40, 190, 230))[number % 3]
                cv2.circle(image, (75, 55 + 30 * (number % 3)), 11, colour, -1)
                cv2.imwrite(str(folder / f"images/{split}/{number}.jpg"), image)
                (folder / f"labels/{split}/{number}.txt").write_text(f"{number % 3} 0.468 0.53 0.186 0.56")
        (folder / "images/train/5.jpg").write_bytes(b"no picture")
        (folder / "data.yaml").write_text(yaml.safe_dump({"names": ["green", "red", "yellow"]}))
    return root


@pytest.fixture(scope="module")
def run(trainer, data, tmp_path_factory):
    """Killed after its first checkpoint, then run to the end: (folder, what the second run said, step of the kill)."""
    out = tmp_path_factory.mktemp("run")
    command = ("lamp", "--data", data, "--out", out, *SMALL)
    trainer.killed(*command, checkpoint=out / "last.pt")
    step = torch.load(out / "last.pt", weights_only=True)["step"]
    return out, trainer(*command).out, step


def test_a_killed_run_goes_on_to_its_end(run):
    out, said, step = run
    assert 0 < step < 60
    assert f"goes on from step {step} of 60" in said
    assert torch.load(out / "last.pt", weights_only=True)["step"] == 60


def test_the_run_leaves_a_reader_the_product_opens(run):
    out, _, _ = run
    reader = LampReader.open(out / "lamp.onnx", load_card(out / "lamp.card.yaml", LampCard))
    image = np.full((60, 60, 3), 90, np.uint8)
    assert len(reader.read(image, np.array([[5, 5, 25, 50], [0, 0, 60, 60]], np.float32))) == 2


def test_the_report_names_what_was_left_aside(run):
    page = (run[0] / "report.html").read_text("utf-8")
    assert "2 unreadable pictures (5.jpg" in page
    assert "<svg" in page


def test_a_folder_without_the_sets_is_refused(trainer, tmp_path):
    answer = trainer("lamp", "--data", tmp_path, "--out", tmp_path / "out", *SMALL, code=1)
    assert "lamp:" in answer.err
    assert "data.yaml" in answer.err


def test_a_damaged_checkpoint_is_named(trainer, data, tmp_path):
    (tmp_path / "last.pt").write_bytes(b"torn")
    answer = trainer("lamp", "--data", data, "--out", tmp_path, *SMALL, code=1)
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
