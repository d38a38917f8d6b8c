import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.detect.card import ModelCard
from vision.detect.card_file import load_card

CAR_BOX = [10, 20, 40, 40]  # x, y, width, height: where the tiny network sees its car
MODEL = ("--model", "ngatu-models/tiny.onnx")


@pytest.fixture
def model(take_in):
    assert take_in().code == 0


@pytest.fixture
def picture(tmp_path):
    file = tmp_path / "images/valid/a.png"
    file.parent.mkdir(parents=True)
    cv2.imwrite(str(file), np.zeros((64, 96, 3), np.uint8))
    return file


@pytest.fixture
def coco(tmp_path, picture):
    def write(name="car", boxes=(CAR_BOX,), more=()):
        truth = {
            "images": [{"id": 1, "file_name": "images/valid/a.png"}, *more],
            "categories": [{"id": 1, "name": name}],
            "annotations": [
                {"id": place, "image_id": 1, "category_id": 1, "bbox": box} for place, box in enumerate(boxes, 1)
            ],
        }
        (tmp_path / "truth.json").write_text(json.dumps(truth), "utf-8")
        return tmp_path / "truth.json"

    return write


@pytest.fixture
def yolo(tmp_path, picture):
    def write(rows="1 0.3125 0.625 0.416667 0.625\n"):
        (tmp_path / "labels/valid").mkdir(parents=True)
        (tmp_path / "labels/valid/a.txt").write_text(rows, "ascii")
        (tmp_path / "data.yaml").write_text("names: [bus, car]", "utf-8")
        return tmp_path

    return write


def test_a_detector_that_finds_all_has_full_marks_on_coco(ngatu, model, coco):
    answer = ngatu("evaluate", *MODEL, "--coco", coco(), "--json")
    assert answer.code == 0
    found = answer.json()
    assert (found["model"], found["images"], found["boxes"]) == ("tiny", 1, 1)
    assert found["ap50"] == pytest.approx({"car": 1})
    assert found["truths"] == {"car": 1}
    assert found["mean_ap50"] == pytest.approx(1)


def test_the_same_truth_as_yolo_scores_the_same(ngatu, model, yolo):
    found = ngatu("evaluate", *MODEL, "--yolo", yolo(), "--json").json()
    assert found["ap50"] == pytest.approx({"car": 1})


def test_a_box_not_found_costs_recall(ngatu, model, coco):
    found = ngatu("evaluate", *MODEL, "--coco", coco(boxes=[CAR_BOX, [60, 0, 20, 20]]), "--json").json()
    assert found["ap50"]["car"] == pytest.approx(0.505, abs=0.01)


def test_names_of_the_set_are_explained_by_meaning(ngatu, model, coco):
    file = coco(name="sedan")
    answer = ngatu("evaluate", *MODEL, "--coco", file)
    assert answer.code == 2
    assert "nothing says what sedan are; add --meaning 'sedan=…'" in answer.err
    assert ngatu("evaluate", *MODEL, "--coco", file, "--meaning", "sedan=car", "--json").json()["truths"] == {"car": 1}


def test_pictures_left_aside_are_counted_and_named(ngatu, model, coco):
    file = coco(more=[{"id": 2, "file_name": "absent.png"}])
    answer = ngatu("evaluate", *MODEL, "--coco", file, "--json")
    assert answer.json()["left_aside"] == {"missing pictures": 1}
    assert "left aside: 1 missing pictures (absent.png)" in answer.err


def test_the_table_for_people_has_kinds_boxes_and_the_mean(ngatu, model, coco):
    out = ngatu("evaluate", *MODEL, "--coco", coco()).out
    rows = [line.replace("│", " ").split() for line in out.splitlines()]
    assert ["car", "100.0", "1"] in rows
    assert ["mean", "100.0", "1"] in rows


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "wanted either --coco FILE or --yolo FOLDER"),
        (["--coco", "a", "--yolo", "b"], "wanted either --coco FILE or --yolo FOLDER"),
        (["--coco", "absent.json"], "absent.json: wanted a COCO annotation file"),
        (["--yolo", "absent"], "absent: wanted a YOLO set with a data.yaml"),
    ],
)
def test_a_set_that_is_not_there_is_named(ngatu, model, arguments, sentence):
    answer = ngatu("evaluate", *MODEL, *arguments)
    assert answer.code == 2
    assert sentence in answer.err


def test_a_split_without_pictures_is_named(ngatu, model, yolo):
    answer = ngatu("evaluate", *MODEL, "--yolo", yolo(), "--split", "test")
    assert answer.code == 2
    assert "images/test: wanted pictures" in answer.err


def test_a_set_without_boxes_gives_no_score(ngatu, model, coco):
    answer = ngatu("evaluate", *MODEL, "--coco", coco(boxes=[]))
    assert answer.code == 2
    assert "wanted boxes to score against, found 1 images, 0 boxes" in answer.err


CARD = Path("ngatu-models/tiny.card.yaml")
ON_COCO = "AP50 percent at score 0.01 (ngatu models evaluate --coco truth.json)"


def test_scores_are_written_into_the_card_with_the_command_and_replaced_when_measured_again(ngatu, model, coco):
    for _ in range(2):
        answer = ngatu("evaluate", *MODEL, "--coco", coco(), "--record", "one black picture", "--json")
        assert f"written into {CARD}" in answer.err
    scores = load_card(CARD, ModelCard).scores
    assert [(score.data, score.metric, score.value) for score in scores] == [
        ("one black picture", f"one-kind mean {ON_COCO}", 100.0),
        ("one black picture", f"car {ON_COCO}", 100.0),
    ]
    assert all(score.measured_on is not None for score in scores)
    listed = next(row for row in ngatu("list", "--json").json()["models"] if row["name"] == "tiny")
    assert listed["scores"][0]["value"] == 100
    assert "evaluate --yolo" not in CARD.read_text("utf-8")


def test_no_path_of_the_machine_enters_the_card(ngatu, model, yolo, tmp_path):
    assert ngatu("evaluate", *MODEL, "--yolo", yolo(), "--record", "a set").code == 0
    assert f"(ngatu models evaluate --yolo {tmp_path.name} --split valid)" in " ".join(CARD.read_text("utf-8").split())
    assert str(tmp_path) not in CARD.read_text("utf-8")


def test_scores_of_another_file_than_the_cards_are_refused_before_anything_is_measured(ngatu, model, coco):
    without = "".join(line for line in CARD.read_text("utf-8").splitlines(True) if not line.startswith("sha256"))
    CARD.write_text(without, "utf-8")
    answer = ngatu("evaluate", *MODEL, "--coco", coco(), "--record", "a set")
    assert answer.code == 2
    assert "wanted a card with the sha256 of the file its scores are about, found none" in answer.err
    assert "evaluating" not in answer.err
    CARD.write_text(without + f"sha256: '{'0' * 64}'\n", "utf-8")
    answer = ngatu("evaluate", *MODEL, "--coco", coco(), "--record", "a set")
    assert answer.code == 2
    assert "not the file its card describes" in answer.err
    assert load_card(CARD, ModelCard).scores == ()


def test_without_a_card_there_is_nothing_to_record_into(ngatu, write_model, coco):
    file = write_model(metadata={"task": "detect", "imgsz": "[64, 96]", "names": "{0: 'person', 1: 'car'}"})
    answer = ngatu("evaluate", "--model", file, "--coco", coco(), "--record", "a set")
    assert answer.code == 2
    assert "tiny.card.yaml: wanted the card of tiny.onnx to write its scores into, found none" in answer.err
