"""Do a network and its card fit? Asked of the shapes a file declares, and of the numbers it gives."""

from vision.arrays import F32
from vision.detect.card import Head, ModelCard
from vision.detect.heads import cells
from vision.errors import ModelError

Shape = tuple[int | None, ...]
"""Lengths of an array; None where any length will do or where the model leaves it open."""

HIGHEST_SCORE = 1.5
"""Quantised networks overshoot 1 a little; numbers beyond this are no scores."""


def check_input(shape: Shape, card: ModelCard, name: str) -> None:
    """Raise ModelError unless the network takes the picture the card describes."""
    _check(shape, (None, 3, card.input.height_px, card.input.width_px), f"{name}: input (batch, colour, height, width)")


def check_ports(name: str, inputs: int, outputs: int) -> None:
    """Raise ModelError unless the network takes one array and gives one."""
    if (inputs, outputs) != (1, 1):
        raise ModelError(f"{name}: wanted a detector with one input and one output, found {inputs} and {outputs}")


def check_output(shape: Shape, card: ModelCard, name: str) -> None:
    """Raise ModelError unless `shape`, declared or found, is what the card's head and classes make."""
    what = f"{name}: output of head {card.head} with {len(card.classes)} classes"
    _check(shape, expected_output(card.head, len(card.classes), (card.input.width_px, card.input.height_px)), what)


def expected_output(head: Head, classes: int, input_size_px: tuple[int, int]) -> Shape:
    """(batch, …) the head gives. The number of boxes is open where networks of one head differ in it."""
    if head is Head.YOLOX:
        return None, cells(input_size_px), 5 + classes
    if head is Head.YOLO:
        return None, 4 + classes, None
    return None, None, 6


def check_scores(output: F32, card: ModelCard, name: str) -> None:
    """Raise ModelError when the numbers of a real output cannot be scores: the card names the wrong head.

    Detects above all networks exported without their last sigmoid.
    """
    if card.head is Head.YOLOX:
        scores = output[:, :, 4:]
    elif card.head is Head.YOLO:
        scores = output[:, 4:, :]
    else:
        scores = output[:, :, 4]
    lowest, highest = float(scores.min(initial=0)), float(scores.max(initial=0))
    if not (lowest >= 1 - HIGHEST_SCORE and highest <= HIGHEST_SCORE):
        raise ModelError(
            f"{name}: wanted scores of 0..1 from head {card.head}, found {lowest:.3g}..{highest:.3g}; "
            "the card names the wrong head, or the model was exported without its sigmoid"
        )


def write_shape(shape: Shape) -> str:
    return "(" + ", ".join("any" if length is None else str(length) for length in shape) + ")"


def _check(found: Shape, wanted: Shape, what: str) -> None:
    fits = len(found) == len(wanted) and all(
        None in (one, other) or one == other for one, other in zip(found, wanted, strict=True)
    )
    if not fits:
        raise ModelError(f"{what}: wanted {write_shape(wanted)}, found {write_shape(found)}")
