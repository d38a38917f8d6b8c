import numpy as np
import pytest

from vision.detect.card import Head, Thresholds
from vision.detect.detector import Detector
from vision.detect.heads import cells
from vision.errors import ModelError
from vision.vehicles import VehicleKind

PERSON, BICYCLE, MOTORCYCLE, CAR, TRUCK, TREE = range(6)
SIZE_PX = (64, 64)
FRAME = np.full((128, 128, 3), 255, np.uint8)  # twice the network's input: frame px = 2 · canvas px

Row = tuple[list[float], dict[int, float]]
"""A box in canvas pixels and the scores of its classes."""


def yolo(*rows: Row) -> np.ndarray:
    answer = np.zeros((1, 10, cells(SIZE_PX)), np.float32)
    for place, ((x1, y1, x2, y2), scores) in enumerate(rows):
        answer[0, :4, place] = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]
        for label, score in scores.items():
            answer[0, 4 + label, place] = score
    return answer


def yolox(*rows: Row) -> np.ndarray:
    """All boxes from cells of the first row of stride 8."""
    answer = np.zeros((1, cells(SIZE_PX), 11), np.float32)
    for place, ((x1, y1, x2, y2), scores) in enumerate(rows):
        middle, size = np.array([(x1 + x2) / 2, (y1 + y2) / 2]), np.array([x2 - x1, y2 - y1])
        answer[0, place, :5] = [*(middle / 8 - [place, 0]), *np.log(size / 8), 1]
        for label, score in scores.items():
            answer[0, place, 5 + label] = score
    return answer


def end2end(*rows: Row) -> np.ndarray:
    flat = [[*box, score, label] for box, scores in rows for label, score in scores.items()]
    return np.array([flat + [[0] * 6] * (20 - len(flat))], np.float32)


HEADS = [(Head.YOLO, yolo), (Head.YOLOX, yolox), (Head.YOLO_END2END, end2end)]


@pytest.fixture
def detect(write_graph, make_card):
    """Detect in FRAME with a network that always answers `answer`."""

    def run(answer, head=Head.YOLO, frame=FRAME, **changes):
        [found] = Detector.open(write_graph(answer), make_card(head, **changes)).detect([frame])
        return found

    return run


@pytest.mark.parametrize(("head", "answer"), HEADS)
def test_every_head_gives_kinds_and_full_frame_pixels_best_first(detect, head, answer):
    found = detect(answer(([8, 8, 20, 16], {CAR: 0.6}), ([30, 30, 50, 60], {TRUCK: 0.9})), head)
    np.testing.assert_allclose(found.xyxy_px, [[60, 60, 100, 120], [16, 16, 40, 32]], atol=1e-3)
    np.testing.assert_allclose(found.score, [0.9, 0.6], rtol=1e-6)
    assert found.kind.tolist() == [VehicleKind.TRUCK, VehicleKind.CAR]


@pytest.mark.parametrize(("head", "answer"), HEADS)
def test_a_motorcycle_with_two_persons_is_one_motorbike(detect, head, answer):
    found = detect(
        answer(
            ([20, 30, 40, 50], {MOTORCYCLE: 0.5}),
            ([22, 14, 32, 44], {PERSON: 0.9}),
            ([30, 16, 40, 46], {PERSON: 0.8}),
        ),
        head,
    )
    assert found.kind.tolist() == [VehicleKind.MOTORBIKE]
    np.testing.assert_allclose(found.xyxy_px, [[40, 28, 80, 100]], atol=1e-3)
    np.testing.assert_allclose(found.score, [0.5])


def test_a_person_on_a_bicycle_is_one_bicycle(detect):
    found = detect(yolo(([20, 30, 40, 50], {BICYCLE: 0.5}), ([22, 14, 38, 46], {PERSON: 0.9})))
    assert found.kind.tolist() == [VehicleKind.BICYCLE]


def test_a_person_without_a_machine_is_a_pedestrian_even_where_one_might_be_guessed(detect):
    assert detect(yolo(([22, 14, 38, 46], {PERSON: 0.9}))).kind.tolist() == [VehicleKind.PEDESTRIAN]


def test_a_small_rider_and_the_machine_found_at_one_place_are_one_motorbike(detect):
    found = detect(yolo(([20, 30, 28, 46], {PERSON: 0.8, MOTORCYCLE: 0.4})))
    assert found.kind.tolist() == [VehicleKind.MOTORBIKE]
    assert found.score.tolist() == pytest.approx([0.4])


@pytest.mark.parametrize(("head", "answer"), HEADS)
def test_one_vehicle_called_both_car_and_truck_is_what_scores_more(detect, head, answer):
    rows = (([10, 10, 40, 30], {CAR: 0.5}), ([10, 10, 40, 31], {TRUCK: 0.6}))
    assert detect(answer(*rows), head).kind.tolist() == [VehicleKind.TRUCK]
    kept = detect(answer(*rows), head, thresholds=Thresholds(duplicate_iou=1))
    assert kept.kind.tolist() == [VehicleKind.TRUCK, VehicleKind.CAR]


def test_a_truck_close_behind_a_car_stays_a_vehicle_of_its_own(detect):
    found = detect(yolo(([10, 10, 40, 30], {CAR: 0.5}), ([10, 4, 40, 30], {TRUCK: 0.6})))
    assert sorted(found.kind.tolist()) == [VehicleKind.CAR, VehicleKind.TRUCK]


def test_a_rider_who_covers_the_whole_machine_does_not_suppress_it(detect):
    found = detect(yolo(([20, 20, 40, 50], {MOTORCYCLE: 0.5}), ([20, 20, 40, 49], {PERSON: 0.9})))
    assert found.kind.tolist() == [VehicleKind.MOTORBIKE]


def test_boxes_of_one_kind_over_one_object_become_one(detect):
    rows = [([10 + shift, 10, 40 + shift, 30], {CAR: 0.5 + shift / 100}) for shift in range(5)]
    assert detect(yolo(*rows)).score.tolist() == pytest.approx([0.54])


def test_classes_the_card_ignores_are_not_reported(detect):
    assert len(detect(yolo(([10, 10, 40, 30], {TREE: 0.9})))) == 0


def test_boxes_are_clipped_to_the_frame_and_dropped_outside_it(detect):
    wide = np.zeros((64, 128, 3), np.uint8)  # lies in the upper half of the canvas: 128 x 64 px
    found = detect(yolo(([-10, 20, 30, 60], {CAR: 0.9}), ([10, 40, 30, 60], {CAR: 0.8})), frame=wide)
    np.testing.assert_allclose(found.xyxy_px, [[0, 40, 60, 64]], atol=1e-3)


def test_the_cards_score_holds_unless_the_caller_names_another(write_graph, make_card):
    file = write_graph(yolo(([10, 10, 40, 30], {CAR: 0.3}), ([50, 10, 60, 30], {CAR: 0.05})))
    assert len(Detector.open(file, make_card()).detect([FRAME])[0]) == 1
    assert len(Detector.open(file, make_card(), score=0.01).detect([FRAME])[0]) == 2
    assert len(Detector.open(file, make_card(), score=0.5).detect([FRAME])[0]) == 0


@pytest.mark.parametrize("batch", ["n", 1, 2])
def test_each_picture_of_a_batch_gets_its_own_answer(write_graph, make_card, batch):
    gain = np.zeros((1, 10, cells(SIZE_PX)), np.float32)
    gain[0, 0, 0] = 20  # a white picture moves the box 20 canvas pixels to the right
    detector = Detector.open(write_graph(yolo(([10, 10, 20, 30], {CAR: 0.9})), gain, batch), make_card())
    white, black, small = FRAME, np.zeros((64, 64, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    lefts = [found.xyxy_px[0, 0] for found in detector.detect([white, black, small])]
    assert lefts == pytest.approx([60, 10, 15])
    assert detector.detect([]) == []


def test_an_empty_road_gives_empty_columns(detect):
    found = detect(yolo())
    assert (len(found), found.kind.dtype) == (0, np.int8)


@pytest.mark.parametrize(
    ("head", "answer", "found"),
    [
        (Head.YOLOX, yolo(), r"wanted \(any, 84, 11\), found \(1, 10, 84\)"),
        (Head.YOLO, yolox(), r"wanted \(any, 10, any\), found \(1, 84, 11\)"),
        (Head.YOLO_END2END, yolo(), r"wanted \(any, any, 6\), found \(1, 10, 84\)"),
    ],
)
def test_an_output_that_does_not_fit_the_card_is_refused_at_start(write_graph, make_card, head, answer, found):
    with pytest.raises(ModelError, match=f"tiny.onnx: output of head {head} with 6 classes: {found}"):
        Detector.open(write_graph(answer, batch=1), make_card(head))


def test_a_class_too_many_on_the_card_is_refused_at_start(write_graph, make_card):
    card = make_card(classes=("person", "bicycle", "motorcycle", "car", "truck", "tree", "bus"))
    with pytest.raises(ModelError, match="with 7 classes"):
        Detector.open(write_graph(yolo()), card)


def test_an_input_size_that_does_not_fit_the_card_is_refused_at_start(write_graph, make_card):
    spec = make_card().input.model_copy(update={"width_px": 96})
    with pytest.raises(ModelError, match=r"wanted \(any, 3, 64, 96\), found \(any, 3, 64, 64\)"):
        Detector.open(write_graph(yolo()), make_card(input=spec))


def test_a_network_without_its_last_sigmoid_is_refused_at_start(write_graph, make_card):
    answer = yolo()
    answer[0, 4:] = -6
    with pytest.raises(ModelError, match=r"wanted scores of 0..1 from head yolo, found -6..0"):
        Detector.open(write_graph(answer), make_card())


def test_another_file_than_the_cards_is_refused_at_start(write_graph, make_card):
    with pytest.raises(ModelError, match="wanted sha256 0000"):
        Detector.open(write_graph(yolo()), make_card(sha256="0" * 64))
