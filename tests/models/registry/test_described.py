"""Models without a card: what their metadata and shapes tell, and what is refused rather than guessed."""

import pytest
import yaml

from models.errors import RegistryError
from models.registry.resolve import resolve_model
from models.registry.shape_reading import read_head
from vision.detect.card import Colour, Head, Placement
from vision.detect.meanings import COCO_NAMES
from vision.errors import ModelError

CELLS = 126  # of a 96 x 64 px picture
TOLD = {
    "task": "detect",
    "imgsz": "[64, 96]",
    "names": "{0: 'person', 1: 'car', 2: 'motorcycle'}",
    "version": "8.4.21",
    "license": "AGPL-3.0",
    "description": "Ultralytics YOLO",
    "date": "2026-03-08T20:24:51.681126",
}


@pytest.mark.parametrize(
    ("answer", "head"), [((7, CELLS), Head.YOLO), ((300, 6), Head.YOLO_END2END)], ids=["raw", "end2end"]
)
@pytest.mark.parametrize("sides", [(64, 96), ("height", "width")])
def test_ultralytics_metadata_makes_a_card(write_model, answer, head, sides):
    card = resolve_model(write_model(answer, sides, metadata=TOLD)).card
    assert card.head is head
    assert (card.input.width_px, card.input.height_px) == (96, 64)
    assert (card.input.colour, card.input.placement) == (Colour.RGB, Placement.CENTRE)
    assert card.meanings == {"person": "person", "car": "car", "motorcycle": "motorbike"}
    assert (card.version, card.licence, str(card.made_on)) == ("8.4.21", "AGPL-3.0", "2026-03-08")


def test_metadata_beside_an_openvino_pair_makes_a_card(write_model):
    openvino = pytest.importorskip("openvino")
    file = write_model((7, CELLS))
    openvino.save_model(openvino.Core().read_model(file), file.with_suffix(".xml"))
    told = TOLD | {"imgsz": [64, 96], "names": {0: "person", 1: "car", 2: "bus"}}
    file.with_name("metadata.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    card = resolve_model(file.with_suffix(".xml")).card
    assert (card.head, card.classes) == (Head.YOLO, ("person", "car", "bus"))


@pytest.mark.parametrize(
    ("answer", "change", "sentence"),
    [
        ((7, CELLS), {"task": "segment"}, "wanted a model of task detect, found task segment"),
        (
            (9, CELLS),
            {},
            r"wanted an output of \(1, 7, boxes\) or \(1, boxes, 6\) for its 3 classes, found \(1, 9, 126\)",
        ),
        ((7,), {}, r"found \(1, 7\)"),
        ((7, CELLS), {"imgsz": "[64, 64]"}, "wanted pictures of 64x64 px .* found a network for 96x64 px"),
        ((7, CELLS), {"imgsz": "'big'"}, "metadata imgsz: wanted"),
        ((7, CELLS), {"names": "{0: 'car', 2: 'bus'}"}, "metadata names: wanted"),
        ((7, CELLS), {"names": "__import__('os')"}, "metadata names: wanted"),
        ((6, CELLS), {"names": "{0: 'car', 1: 'car'}"}, "found car more than once"),
    ],
)
def test_metadata_that_does_not_fit_is_refused(write_model, answer, change, sentence):
    with pytest.raises(RegistryError, match=sentence):
        resolve_model(write_model(answer, metadata=TOLD | change))


def test_class_names_on_which_data_sets_differ_are_asked_for_with_a_filled_in_example(write_model):
    file = write_model((6, CELLS), metadata=TOLD | {"names": "{0: 'biker', 1: 'car'}"})
    with pytest.raises(ModelError) as caught:
        resolve_model(file)
    message = str(caught.value)
    assert "nothing says what its classes biker are" in message
    assert f"write {file.with_name('tiny.card.yaml')}" in message
    assert "classes:\n- biker\n- car\n" in message
    assert "width_px: 96" in message


@pytest.mark.parametrize(
    ("answer", "head", "colour", "placement"),
    [
        ((CELLS, 85), Head.YOLOX, Colour.BGR, Placement.TOP_LEFT),
        ((84, CELLS), Head.YOLO, Colour.RGB, Placement.CENTRE),
    ],
)
def test_shapes_with_80_classes_are_read_as_coco(write_model, answer, head, colour, placement):
    card = resolve_model(write_model(answer)).card
    assert (card.head, card.classes) == (head, COCO_NAMES)
    assert (card.input.colour, card.input.placement) == (colour, placement)
    assert card.input.scale == (1 if head is Head.YOLOX else 1 / 255)


@pytest.mark.parametrize(
    ("answer", "sides", "sentence"),
    [
        ((7, CELLS), (64, 96), "nothing says what its 3 classes are; write .*tiny.card.yaml"),
        ((CELLS, 6), (64, 96), "nothing says what its 1 class are; write"),
        ((300, 6), (64, 96), "nothing says what its classes are; write"),
        ((84, CELLS), ("height", "width"), "nothing says what picture size it wants; write"),
        ((1000,), (64, 96), r"wanted the output of a detector, .* found \(1, 1000\)"),
        ((10, 85), (64, 96), r"wanted the output of a detector, .* found \(1, 10, 85\)"),
    ],
)
def test_shapes_that_leave_a_doubt_are_refused(write_model, answer, sides, sentence):
    with pytest.raises(RegistryError, match=sentence):
        resolve_model(write_model(answer, sides))


def test_a_network_for_other_than_colour_pictures_is_refused(write_model):
    with pytest.raises(RegistryError, match=r"wanted an input of pictures .* found \(1, 1, 64, 96\)"):
        resolve_model(write_model((84, CELLS), channels=1))


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ((1, 3549, 85), (Head.YOLOX, 80)),
        ((1, 84, 3549), (Head.YOLO, 80)),
        ((1, 300, 6), (Head.YOLO_END2END, None)),
        ((1, 6, 3549), (Head.YOLO, 2)),
        ((1, 3549, 5), (None, None)),
        ((1, 10647, 85), (None, None)),
        ((3549, 85), (None, None)),
    ],
)
def test_the_head_is_read_from_the_shape(output, wanted):
    assert read_head(output, (416, 416)) == wanted
