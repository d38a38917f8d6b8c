"""The plate finder from its first step to a file the product runs, on a few tiny pictures."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import yaml

from models.datasets.plate_scenes import SIDE_PX, Plates, PlateScene
from models.datasets.plate_scenes_sources import PHOTO_SETS, quads_of
from models.datasets.plates.garage import FOLDER
from models.train.plate_finder_net import CELLS, CORNER_UNIT_PX, STRIDE_PX, FinderNet, Shipped, lesson, loss
from models.train.plate_finder_scenes import PARTS, mirrored, shown
from vision.detect.card_file import load_card
from vision.plates.finder import PlateFinder, decode
from vision.plates.finder_card import FinderCard

TEXTS = ("59G196577", "51F70804", "61T32222", "66P189575", "84B136217", "75H135792", "29B125662", "30A33918")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Sets of the right names and forms with two small pictures each."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(1)
    for one in PHOTO_SETS:
        for split in ("train", "valid"):
            for part in ("images", "labels"):
                (folder / one.folder / part / split).mkdir(parents=True)
            for number in range(2):
                noise = rng.integers(0, 256, (120, 160, 3), dtype=np.uint8)
                assert cv2.imwrite(str(folder / one.folder / f"images/{split}/{number}.jpg"), cv2.blur(noise, (5, 5)))
                label = folder / one.folder / f"labels/{split}/{number}.txt"
                label.write_text("0 0.5 0.5 0.25 0.2\n1 0.5 0.5 0.6 0.8\n", "ascii")
        (folder / one.folder / "data.yaml").write_text(yaml.safe_dump({"names": ["plate", "car"]}), "utf-8")
    (folder / FOLDER / "images").mkdir(parents=True)
    with (folder / FOLDER / "plates.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "text_raw", "text_norm", "format_valid", "status"])
        for number, text in enumerate(TEXTS):
            rows.writerow([f"{number}.png", text, text, 1, "machine"])
            plate = rng.integers(100, 256, (60, 80, 3), dtype=np.uint8)
            assert cv2.imwrite(str(folder / FOLDER / f"images/{number}.png"), plate)
    return folder


SMALL = ("--steps", 40, "--batch", 4, "--scenes", 8, 8, "--drawn", 4)


@pytest.fixture(scope="module")
def out(data, trainer, tmp_path_factory) -> Path:
    """A whole run of the command, killed once on the way."""
    folder = tmp_path_factory.mktemp("run")
    command = ("plate_finder", "--data", data, "--out", folder, *SMALL)
    trainer.killed(*command, checkpoint=folder / "scenes-first" / "scenes_000000.npz")
    trainer(*command)
    return folder


def test_a_killed_run_ends_with_checkpoint_recipe_and_report(out):
    assert torch.load(out / "last.pt", weights_only=True)["step"] == 40
    recipe = json.loads((out / "recipe.json").read_text("utf-8"))
    assert recipe["steps"] == 40
    assert "images" in recipe["read"]
    assert "data:image/jpeg" in (out / "report.html").read_text("utf-8")


def test_a_finished_run_is_not_trained_again(out, data, trainer):
    before = torch.load(out / "last.pt", weights_only=True)["seconds"]
    trainer("plate_finder", "--data", data, "--out", out, *SMALL)
    assert torch.load(out / "last.pt", weights_only=True)["seconds"] == before


def test_the_second_stage_begins_where_the_first_one_looked_for_plates(out):
    assert (out / "first-stage.onnx").is_file()
    assert (out / "scenes-later" / "scenes_000000.npz").is_file()


def test_what_is_exported_is_what_was_trained(out, trainer, tmp_path):
    trainer("plate_finder_export", "--run", out, "--out", tmp_path, "--note", "this test", "--sure", 0.6)
    card = load_card(tmp_path / "plate-finder.card.yaml", FinderCard)
    assert card.thresholds.sure == 0.6
    assert any("states no licence" in line for line in card.training_data)
    network = FinderNet()
    network.load_state_dict(torch.load(out / "last.pt", weights_only=True)["average"])
    picture = np.random.default_rng(2).integers(0, 256, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    batch = torch.from_numpy(picture[..., ::-1].copy()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        raw = Shipped(network.eval())(batch)[0].numpy()
    finder = PlateFinder.open(tmp_path / "plate-finder.onnx", card)
    found, wanted = finder.find([picture])[0], decode(raw, STRIDE_PX, card.thresholds.doubtful)
    assert set(np.round(found.score, 3)) <= set(np.round(wanted.score, 3))


@pytest.mark.parametrize("missing", ["detect/atl_highway_camera/data.yaml", str(FOLDER / "plates.csv")])
def test_a_set_that_is_not_there_is_named(data, trainer, tmp_path, missing):
    (data / missing).rename(data / "aside")
    try:
        answer = trainer("plate_finder", "--data", data, "--out", tmp_path, *SMALL, code=2)
    finally:
        (data / "aside").rename(data / missing)
    assert str(Path(missing).parent) in answer.err
    assert "Traceback" not in answer.err


def scene(*boxes: tuple[float, float, float, float], trust: float = 1.0, unsure=()) -> PlateScene:
    image = np.full((SIDE_PX, SIDE_PX, 3), 60, np.uint8)
    for x1, y1, x2, y2 in boxes:
        cv2.rectangle(image, (int(x1), int(y1)), (int(x2), int(y2)), (240, 240, 240), -1)
    quads = quads_of(np.array(boxes, np.float32).reshape(-1, 4))
    plates = Plates(quads, np.full(len(quads), trust, np.float32))
    return PlateScene(image, plates, np.array(unsure, np.float32).reshape(-1, 4))


def test_a_perfect_answer_gives_the_very_corners_and_costs_next_to_nothing():
    wanted = lesson(scene((40, 60, 120, 100), (180, 200, 210, 222)))
    raw = np.concatenate([wanted.score, wanted.corner * CORNER_UNIT_PX, np.zeros_like(wanted.sharp)])
    found = decode(raw.astype(np.float32), STRIDE_PX, 0.5)
    np.testing.assert_allclose(sorted(found.quad_px[:, 0].tolist()), [[40, 60], [180, 200]], atol=0.01)
    score, sharp = (np.where(part > 0.999, 12.0, -12.0) for part in (wanted.score, wanted.sharp))
    answer = torch.from_numpy(np.concatenate([score, wanted.corner, sharp])[None].astype(np.float32))
    truth = tuple(torch.from_numpy(getattr(wanted, part)[None]) for part in PARTS)
    assert float(loss(answer, truth)) < 0.01
    assert float(loss(answer * 0.5 - 1, truth)) > 0.5


def test_corner_maps_mend_corners_that_are_only_about_right():
    wanted = lesson(scene((40, 60, 120, 100)))
    raw = np.concatenate([wanted.score, wanted.corner * CORNER_UNIT_PX, wanted.sharp]).astype(np.float32)
    raw[1:9] += np.random.default_rng(0).normal(0, 6, (8, 1, 1))
    found = decode(raw, STRIDE_PX, 0.5)
    np.testing.assert_allclose(found.quad_px[0], [(40, 60), (120, 60), (120, 100), (40, 100)], atol=STRIDE_PX / 2 + 0.1)


def test_nobody_is_taught_what_an_unsure_place_is():
    taught = lesson(scene((40, 60, 120, 100), unsure=[(0, 0, 256, 256)]))
    assert taught.heed[0, 0, 0] == 0
    assert taught.heed[0, 80 // STRIDE_PX, 80 // STRIDE_PX] == 1
    assert taught.score.max() == 1


def test_a_loose_box_teaches_its_place_but_no_corners():
    taught = lesson(scene((40, 60, 120, 100), trust=0.0))
    assert taught.score.max() == 1
    assert taught.weight.max() == 0
    assert taught.sharp.max() == 0
    assert taught.known[0, 60 // STRIDE_PX, 40 // STRIDE_PX] == 0
    assert taught.known[0, 0, 0] == 1


def test_a_scene_without_plates_is_a_lesson_too():
    taught = lesson(scene())
    assert taught.score.max() == 0
    assert taught.score.shape == (1, CELLS, CELLS)


def test_a_mirrored_plate_begins_at_its_own_top_left():
    turned = mirrored(scene((40, 60, 120, 100), unsure=[(0, 0, 10, 20)]))
    assert turned.plates.quad_px[0].tolist() == [[136, 60], [216, 60], [216, 100], [136, 100]]
    assert turned.unsure_xyxy_px[0].tolist() == [246, 0, 256, 20]
    assert turned.image[80, 150].tolist() == [240, 240, 240]


def test_the_network_learns_a_plate_in_a_few_steps():
    scenes = [scene((40, 60, 120, 100)), scene((100, 120, 180, 160))]
    network, rng = FinderNet(), np.random.default_rng(0)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3)
    losses = []
    for _ in range(12):
        pictures, *truth = shown(scenes, rng)
        found = loss(network(pictures), tuple(truth))
        optimiser.zero_grad()
        found.backward()
        optimiser.step()
        losses.append(float(found.detach()))
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:2])
