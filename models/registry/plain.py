"""Cards for models without one of their own: the usual input of each head, and a trial run to see what comes out."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from models.errors import RegistryError
from models.registry.advice import how_to_write_a_card
from vision.detect.card import Colour, Head, InputSpec, ModelCard, Placement
from vision.detect.meanings import Meaning
from vision.detect.runtime import Session, run_all
from vision.detect.shapes import write_shape


def plain_card(
    file: Path,
    head: Head,
    size_px: tuple[int, int],
    classes: Sequence[str],
    *,
    version: str = "not stated",
    licence: str = "not stated",
    source: str = "not stated",
    made_on: date | None = None,
    meanings: Mapping[str, Meaning] | None = None,
) -> ModelCard:
    """The card of a model whose preparation is the usual one of its head. Raise RegistryError when none can be made.

    `meanings`: of the names that do not speak for themselves.
    """
    is_yolox = head is Head.YOLOX
    try:
        return ModelCard(
            name=file.stem,
            version=version,
            head=head,
            input=InputSpec(
                width_px=size_px[0],
                height_px=size_px[1],
                colour=Colour.BGR if is_yolox else Colour.RGB,
                scale=1.0 if is_yolox else 1 / 255,
                placement=Placement.TOP_LEFT if is_yolox else Placement.CENTRE,
            ),
            classes=tuple(classes),
            licence=licence,
            source=source,
            made_on=made_on,
            meanings=dict(meanings or {}),
        )
    except ValidationError as error:
        faults = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
        raise RegistryError(
            f"{file}: what the model says of itself makes no card: {faults}; "
            f"{how_to_write_a_card(file, head, size_px, classes)}"
        ) from error


def check_takes_pictures(session: Session, file: Path) -> None:
    """Raise RegistryError unless the input is one batch of three-channel pictures."""
    shape = session.input_shape
    if len(shape) != 4 or shape[1] not in (3, None):
        raise RegistryError(
            f"{file}: wanted an input of pictures (batch, 3, height, width), found {write_shape(shape)}"
        )


def try_out(session: Session, size_px: tuple[int, int], file: Path) -> tuple[int, ...]:
    """Shape of the output for one blank picture: a file may leave its declared shapes open.

    Raise RegistryError when the network wants a picture of another size.
    """
    check_takes_pictures(session, file)
    height_px, width_px = session.input_shape[2:]
    if width_px not in (size_px[0], None) or height_px not in (size_px[1], None):
        raise RegistryError(
            f"{file}: wanted pictures of {size_px[0]}x{size_px[1]} px as its own description says, "
            f"found a network for {width_px}x{height_px} px"
        )
    return run_all(session, np.zeros((1, 3, size_px[1], size_px[0]), np.float32)).shape
