from pathlib import Path

import pytest

from vision.detect.card import Head, ModelCard, Placement
from vision.detect.card_file import load_card, parse_card
from vision.detect.meanings import COCO_NAMES, default_meanings
from vision.errors import ModelError

CARD = """\
name: mine
version: '3'
head: yolo
input:
  width_px: 640
  height_px: 384
  colour: rgb
  scale: 0.0039
  placement: centre
classes: [biker, car, person]
meanings:
  biker: motorbike
licence: CC BY 4.0
source: me
"""
FILE = Path("mine.card.yaml")


def test_a_card_with_names_that_speak_for_themselves_needs_to_explain_only_the_others():
    card = parse_card(CARD, FILE, ModelCard)
    assert card.meanings == {"biker": "motorbike", "car": "car", "person": "person"}
    assert (card.head, card.input.placement, card.input.pad_value) == (Head.YOLO, Placement.CENTRE, 114)
    assert (card.thresholds.score, card.thresholds.iou, card.thresholds.duplicate_iou) == (0.1, 0.5, 0.8)


def test_what_the_card_says_of_a_plain_name_comes_first():
    stated = CARD.replace("biker: motorbike", "biker: motorbike\n  person: ignored")
    assert parse_card(stated, FILE, ModelCard).meanings["person"] == "ignored"


def test_the_one_word_coco_stands_for_its_80_classes():
    text = CARD.replace("[biker, car, person]", "coco").replace("meanings:\n  biker: motorbike\n", "")
    card = parse_card(text, FILE, ModelCard)
    assert card.classes == COCO_NAMES
    assert len(card.classes) == 80
    of_interest = {name: meaning for name, meaning in card.meanings.items() if meaning != "ignored"}
    assert of_interest == {
        "person": "person",
        "bicycle": "bicycle",
        "car": "car",
        "motorcycle": "motorbike",
        "bus": "bus",
        "truck": "truck",
    }


def test_names_on_which_data_sets_differ_have_no_meaning_by_themselves():
    assert default_meanings(["bike", "rider", "van", "car", "airplane"]) == {"car": "car"}


@pytest.mark.parametrize(
    ("wanted", "found", "line", "sentence"),
    [
        ("head: yolo", "head: ssd", 3, "head: Input should be 'yolox', 'yolo' or 'yolo_end2end' (found 'ssd')"),
        ("width_px: 640", "width_px: 650", 5, "input.width_px: Input should be a multiple of 32 (found 650)"),
        ("width_px: 640", "width_px: 640\n  depth: 3", 6, "input.depth: Extra inputs are not permitted (found 3)"),
        ("  height_px: 384\n", "", 4, "input.height_px: Field required"),
        ("scale: 0.0039", "scale: -1", 8, "input.scale: Input should be greater than 0"),
        ("biker: motorbike", "biker: bike", 12, "meanings.biker: Input should be 'motorbike', 'bicycle'"),
        ("biker: motorbike", "lorry: truck", 1, "meanings: wanted names from classes, found lorry"),
        (
            "  biker: motorbike",
            "  car: car",
            1,
            "meanings: wanted an entry (or 'ignored') for every class, none for biker",
        ),
        ("[biker, car, person]", "[biker, car, car]", 10, "classes: wanted each class once, found car more than once"),
        ("[biker, car, person]", "[]", 10, "classes: Tuple should have at least 1 item"),
        ("source: me", "source: me\nsha256: 12", 15, "sha256: Input should be a valid string"),
        ("source: me", "source: me\nsha256: xyz", 15, "sha256: String should match pattern"),
        ("source: me", "source: [", 15, "not YAML"),
    ],
)
def test_a_fault_is_named_with_file_line_wanted_and_found(wanted, found, line, sentence):
    with pytest.raises(ModelError) as caught:
        parse_card(CARD.replace(wanted, found), FILE, ModelCard)
    assert any(told.startswith(f"mine.card.yaml:{line}: {sentence}") for told in str(caught.value).splitlines())


def test_every_fault_of_a_card_is_told_at_once():
    with pytest.raises(ModelError) as caught:
        parse_card(CARD.replace("head: yolo", "head: ssd").replace("scale: 0.0039", "scale: x"), FILE, ModelCard)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "!!python/object/apply:os.getcwd []"])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(ModelError):
        parse_card(text, FILE, ModelCard)


def test_a_card_with_nothing_of_interest_is_refused():
    text = CARD.replace("[biker, car, person]", "[tree]").replace("biker: motorbike", "tree: ignored")
    with pytest.raises(ModelError, match="at least one class of interest, found all ignored"):
        parse_card(text, FILE, ModelCard)


def test_a_card_that_cannot_be_read_is_a_model_error(tmp_path):
    with pytest.raises(ModelError, match=r"absent.card.yaml: the model card cannot be read"):
        load_card(tmp_path / "absent.card.yaml", ModelCard)
    (tmp_path / "bytes.card.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="cannot be read"):
        load_card(tmp_path / "bytes.card.yaml", ModelCard)


def test_a_card_comes_back_from_its_file(tmp_path):
    (tmp_path / "a.card.yaml").write_text(CARD, encoding="utf-8")
    assert load_card(tmp_path / "a.card.yaml", ModelCard) == parse_card(CARD, FILE, ModelCard)
