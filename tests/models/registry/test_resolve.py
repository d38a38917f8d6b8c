import hashlib

import pytest
import yaml

from models.errors import RegistryError
from models.registry.advice import how_to_write_a_card
from models.registry.resolve import known_cards, resolve_model
from vision.detect.card import Head, ModelCard
from vision.detect.card_file import parse_card
from vision.detect.detector import Detector
from vision.errors import ModelError

CARD = """\
name: beside
version: '1'
head: yolo
input: {width_px: 96, height_px: 64, colour: rgb, scale: 1.0, placement: centre}
classes: [car, bus]
licence: none
source: this test
"""


def test_the_card_beside_the_file_comes_first(write_model):
    file = write_model((6, 126), metadata={"task": "detect", "imgsz": "[64, 96]", "names": "{0: 'truck', 1: 'bus'}"})
    assert resolve_model(file).card.classes == ("truck", "bus")
    file.with_name("tiny.card.yaml").write_text(CARD, encoding="utf-8")
    resolved = resolve_model(file)
    assert (resolved.file, resolved.card.name, resolved.card.classes) == (file, "beside", ("car", "bus"))


def test_a_card_beside_for_another_file_is_refused_with_both_sums(write_model):
    file = write_model((6, 126))
    file.with_name("tiny.card.yaml").write_text(CARD + f"sha256: '{'0' * 64}'\n", encoding="utf-8")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match=f"wanted sha256 {'0' * 64}, found {found}"):
        resolve_model(file)


def test_a_faulty_card_beside_is_an_error_and_never_passed_over(write_model):
    file = write_model((84, 126))
    file.with_name("tiny.card.yaml").write_text(CARD.replace("yolo", "ssd"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"tiny.card.yaml:3: head: "):
        resolve_model(file)


def test_without_a_shipped_detector_the_user_is_told_how_to_get_one(tmp_path):
    with pytest.raises(RegistryError) as caught:
        resolve_model(None, shipped=tmp_path / "detector.onnx")
    message = str(caught.value)
    assert f"wanted {tmp_path / 'detector.onnx'}, found none" in message
    for advice in ("yolo export model=yolo11n.pt format=onnx imgsz=640", "--model yolo11n.onnx", "YOLOX", "train"):
        assert advice in message


def test_the_shipped_detector_is_taken_when_no_file_is_named(write_model):
    file = write_model((6, 126))
    file.with_name("tiny.card.yaml").write_text(CARD, encoding="utf-8")
    assert resolve_model(None, shipped=file).card.name == "beside"


def test_a_missing_file_is_a_model_error(tmp_path):
    with pytest.raises(ModelError, match="found nothing of that name"):
        resolve_model(tmp_path / "absent.onnx")


def test_the_cards_this_package_keeps_are_whole_and_name_one_file_each():
    cards = known_cards()
    assert {card.name for card in cards} >= {"yolox-nano-416-coco", "yolo11n-int8-320-coco"}
    sums = [card.sha256 for card in cards]
    assert None not in sums
    assert len(set(sums)) == len(sums)


@pytest.mark.parametrize("head", [*Head, None])
def test_the_example_card_of_the_advice_is_itself_a_good_card(tmp_path, head):
    text = how_to_write_a_card(tmp_path / "m.onnx", head, (416, 320), ["biker", "car: red", "no", "1", "bus"])
    card = parse_card(text.split("\n", 1)[1], tmp_path / "m.card.yaml", ModelCard)
    assert card.classes == ("biker", "car: red", "no", "1", "bus")
    assert card.head is (head or Head.YOLO)
    assert (card.input.width_px, card.input.height_px) == (416, 320)
    assert yaml.safe_load(text.split("\n", 1)[1])["meanings"]["biker"] == "ignored"


WEIGHTS = {
    "yolox_nano_416_coco/yolox_nano.onnx": ("yolox-nano-416-coco", Head.YOLOX, (416, 416)),
    "yolo11n_int8_320_coco/achmadnr21_yolo11n_int8.onnx": ("yolo11n-int8-320-coco", Head.YOLO, (320, 320)),
    "yassim_yolo11n_int8_ov/yolo11n.xml": ("yolo11n", Head.YOLO, (640, 640)),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_public_models_need_no_card_from_the_user(real_data, name):
    if name.endswith(".xml"):
        pytest.importorskip("openvino")
    resolved = resolve_model(real_data / "weights" / name)
    card = resolved.card
    assert (card.name, card.head, (card.input.width_px, card.input.height_px)) == WEIGHTS[name]
    assert "AGPL" in card.licence or card.licence == "Apache-2.0"
    Detector.open(resolved.file, card)


def test_what_the_files_themselves_tell_agrees_with_the_kept_cards(real_data, monkeypatch):
    monkeypatch.setattr("models.registry.resolve.known_cards", tuple)
    for name in list(WEIGHTS)[:2]:
        derived = resolve_model(real_data / "weights" / name).card
        kept = next(card for card in known_cards() if card.name == WEIGHTS[name][0])
        assert (derived.head, derived.input, derived.classes) == (kept.head, kept.input, kept.classes)
