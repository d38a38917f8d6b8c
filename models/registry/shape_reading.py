"""The last resort for a model without card and metadata: its shapes, where they leave no doubt."""

from models.errors import RegistryError
from models.registry.advice import how_to_write_a_card
from models.registry.plain import check_takes_pictures, plain_card, try_out
from vision.detect.card import Head, ModelCard
from vision.detect.heads import cells
from vision.detect.meanings import COCO_NAMES
from vision.detect.model_file import ModelFile
from vision.detect.runtime import Session
from vision.detect.shapes import write_shape


def card_from_shapes(model: ModelFile, session: Session) -> ModelCard:
    """A card for a network of fixed input size with a known head and the 80 classes of COCO.

    Any other network is refused with the card its user could write: a wrong guess would count trucks as buses.
    """
    file = model.path
    check_takes_pictures(session, file)
    height_px, width_px = session.input_shape[2:]
    if width_px is None or height_px is None:
        raise RegistryError(f"{file}: nothing says what picture size it wants; {how_to_write_a_card(file)}")
    size_px = (width_px, height_px)
    output = try_out(session, size_px, file)
    head, classes = read_head(output, size_px)
    if head is None:
        raise RegistryError(
            f"{file}: wanted the output of a detector, YOLOX (1, {cells(size_px)}, 5 + classes), "
            f"YOLO (1, 4 + classes, {cells(size_px)}) or end-to-end YOLO (1, boxes, 6), found {write_shape(output)}"
        )
    if classes != len(COCO_NAMES):
        count = "its classes" if classes is None else f"its {classes} class{'es' * (classes > 1)}"
        raise RegistryError(f"{file}: nothing says what {count} are; {how_to_write_a_card(file, head, size_px)}")
    return plain_card(file, head, size_px, COCO_NAMES)


def read_head(output: tuple[int, ...], size_px: tuple[int, int]) -> tuple[Head | None, int | None]:
    """The head that makes this output and how many classes it has; None where the shape does not tell.

    A YOLO head lists boxes last and YOLOX lists them second, both as many as the grid has cells.
    """
    if len(output) != 3:
        return None, None
    _, second, last = output
    if second == cells(size_px) and last > 5:
        return Head.YOLOX, last - 5
    if last == cells(size_px) and second > 4:
        return Head.YOLO, second - 4
    return (Head.YOLO_END2END, None) if last == 6 else (None, None)
