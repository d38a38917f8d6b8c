"""The model card: everything the engine must know of a model beyond its weights. Written in YAML."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from vision.detect.meanings import COCO_NAMES, Meaning, default_meanings

Side = Annotated[int, Field(ge=32, le=8192, multiple_of=32)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Triple = tuple[float, float, float]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Task(StrEnum):
    """What a model is asked for. A card of another task than detect narrows `task` to its own and gives it as default:
    `task: Literal[Task.READ_PLATE] = Task.READ_PLATE`; its file should say it too, so that a list can tell it."""

    DETECT = "detect"
    """Boxes of road users."""
    FIND_PLATE = "find_plate"
    READ_PLATE = "read_plate"
    HELMET = "helmet"
    """Does this rider wear one?"""
    LAMP = "lamp"
    """Which lamp of a signal head is lit?"""


class Head(StrEnum):
    """How the numbers leave the network."""

    YOLOX = "yolox"
    """(1, N, 5 + C): offsets in grid cells, log sizes, objectness, class scores. Strides 8, 16, 32."""
    YOLO = "yolo"
    """(1, 4 + C, N): middle and size in input pixels, class scores. YOLOv8, YOLO11, YOLO26 without suppression."""
    YOLO_END2END = "yolo_end2end"
    """(1, K, 6): corners in input pixels, score, class; already suppressed. YOLOv10, YOLO26, exports with nms."""


class Colour(StrEnum):
    RGB = "rgb"
    BGR = "bgr"


class Placement(StrEnum):
    """Where the shrunk picture lies on the network's canvas."""

    TOP_LEFT = "top_left"
    CENTRE = "centre"


class CardPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputSpec(CardPart):
    """The picture the network wants.

    `width_px` and `height_px` are what it is fed; a network of fixed size must have that very size. A channel value is
    (pixel · scale - mean) / std with pixel 0..255 and the three numbers in the order of `colour`.
    """

    width_px: Side
    height_px: Side
    colour: Colour
    scale: Annotated[float, Field(gt=0)]
    mean: Triple = (0.0, 0.0, 0.0)
    std: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (1, 1, 1)
    placement: Placement
    pad_value: Annotated[int, Field(ge=0, le=255)] = 114


class Thresholds(CardPart):
    """
    score            what scores less is not a detection. Low, because the tracker sorts sure from doubtful ones
    iou              of two boxes of one kind that overlap more than this, the better one stays
    duplicate_iou    of two boxes of different kinds that overlap more than this, the better one stays: one vehicle
                     called both car and truck must not become two tracks. 1 keeps both
    """

    score: Fraction = 0.1
    iou: Fraction = 0.5
    duplicate_iou: Fraction = 0.8


class MeasuredScore(CardPart):
    """One figure somebody measured with this very file."""

    data: Line
    metric: Line
    value: float
    measured_on: date | None = None


class Card(CardPart):
    """What every model says of itself, whatever it does.

    task        what it does
    sha256      of the file; of an OpenVINO pair, of the .xml followed by the .bin. None: not checked
    """

    task: Task = Task.DETECT
    name: Line
    version: Line
    sha256: Annotated[str, StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    licence: Line
    source: Line
    training_data: tuple[Line, ...] = ()
    scores: tuple[MeasuredScore, ...] = ()
    made_on: date | None = None


class AnyCard(Card):
    """What the cards of all tasks have in common, read from any of them; the rest is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ModelCard(Card):
    """A detector's.

    classes     the model's own names in the order of its outputs; the one word `coco` stands for the 80 of COCO
    meanings    what each class is to the engine; may be left out where the names speak for themselves
    """

    task: Literal[Task.DETECT] = Task.DETECT
    head: Head
    input: InputSpec
    classes: Annotated[tuple[Line, ...], Field(min_length=1)]
    meanings: dict[str, Meaning] = {}
    thresholds: Thresholds = Thresholds()

    @field_validator("classes", mode="before")
    @classmethod
    def _expand_coco(cls, value: Any) -> Any:
        return COCO_NAMES if value == "coco" else value

    @field_validator("classes")
    @classmethod
    def _names_differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({name for name in value if value.count(name) > 1})
        if twice:
            raise ValueError(f"wanted each class once, found {', '.join(twice)} more than once")
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill_meanings(cls, value: Any) -> Any:
        """Names that speak for themselves need no entry; what the card does say comes first."""
        if not isinstance(value, dict):
            return value
        classes, stated = cls._expand_coco(value.get("classes")), value.get("meanings") or {}
        if not (isinstance(classes, list | tuple) and isinstance(stated, dict)):
            return value
        return value | {"meanings": default_meanings([str(name) for name in classes]) | stated}

    @model_validator(mode="after")
    def _every_class_has_a_meaning(self) -> Self:
        unknown = sorted(set(self.meanings) - set(self.classes))
        if unknown:
            raise ValueError(f"meanings: wanted names from classes, found {', '.join(unknown)}")
        silent = [name for name in self.classes if name not in self.meanings]
        if silent:
            raise ValueError(f"meanings: wanted an entry (or 'ignored') for every class, none for {', '.join(silent)}")
        if all(meaning == "ignored" for meaning in self.meanings.values()):
            raise ValueError("meanings: wanted at least one class of interest, found all ignored")
        return self
