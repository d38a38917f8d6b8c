"""The truth of one drawn picture as a JSON file beside it: vehicles, number plates, riders' heads, signal heads."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.datasets.drawn.frame import DrawnFrame
from models.datasets.drawn.mesh import Cover
from models.datasets.plates.plate import Ink, Layout
from models.errors import DatasetError
from vision.events.lamps import Lamp
from vision.plates.text import Ground
from vision.vehicles import KIND_NAMES, KindName

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[float, float]
DECIMALS = 3


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Seen(_Form):
    """xyxy_px: the visible extent; visible_share: of the outline, what nothing hides."""

    xyxy_px: tuple[float, float, float, float]
    visible_share: Share

    @model_validator(mode="after")
    def _has_area(self) -> Self:
        x1, y1, x2, y2 = self.xyxy_px
        if not (0 <= x1 < x2 and 0 <= y1 < y2):
            raise ValueError(f"xyxy_px: wanted 0 <= x1 < x2 and 0 <= y1 < y2, found {self.xyxy_px}")
        return self


class TrueVehicle(_Seen):
    number: Annotated[int, Field(ge=1)]
    kind: KindName


class TruePlate(_Form):
    """owner: number of the vehicle, told among the vehicles or too hidden for it. quad_px: clockwise from the plate's
    own top left. text: without separators; rows: as printed."""

    owner: Annotated[int, Field(ge=1)]
    quad_px: tuple[Point, Point, Point, Point]
    visible_share: Share
    text: Annotated[str, Field(min_length=1)]
    rows: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    layout: Layout
    ground: Ground
    ink: Ink


class TrueHead(_Seen):
    """A rider's head with what is on it; owner: number of the motorbike or bicycle."""

    owner: Annotated[int, Field(ge=1)]
    cover: Cover


class TrueLamp(_Seen):
    """A signal head seen from where its lamps show; facing: 1 from straight before it, 0 from its side."""

    state: Lamp
    facing: Share


class PictureTruth(_Form):
    """Everything told about one picture."""

    picture: str
    width_px: Annotated[int, Field(ge=1)]
    height_px: Annotated[int, Field(ge=1)]
    vehicles: tuple[TrueVehicle, ...]
    plates: tuple[TruePlate, ...]
    heads: tuple[TrueHead, ...]
    lamps: tuple[TrueLamp, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        numbers = [one.number for one in self.vehicles]
        if len(set(numbers)) != len(numbers):
            raise ValueError("vehicles: wanted a number of its own for each, found one twice")
        for one in (*self.vehicles, *self.heads, *self.lamps):
            if one.xyxy_px[2] > self.width_px or one.xyxy_px[3] > self.height_px:
                raise ValueError(f"wanted boxes within {self.width_px}x{self.height_px}, found {one.xyxy_px}")
        return self


def truth_of(frame: DrawnFrame, picture: str) -> PictureTruth:
    """`picture`: the file name it is about."""
    height, width = frame.image.shape[:2]
    plates, heads, lamps = frame.plates, frame.heads, frame.lamps
    return PictureTruth(
        picture=picture, width_px=width, height_px=height,
        vehicles=tuple(
            TrueVehicle(number=number, kind=KIND_NAMES[kind], xyxy_px=_box(box), visible_share=_share(share))
            for number, kind, box, share in zip(
                frame.number.tolist(), frame.kind.tolist(), frame.xyxy_px.tolist(), frame.visible_share.tolist(),
                strict=True,
            )
        ),
        plates=tuple(
            TruePlate(owner=owner, quad_px=_quad(quad), visible_share=_share(share), text=text.text, rows=text.rows,
                      layout=text.layout, ground=text.colour, ink=text.ink)
            for owner, quad, share, text in zip(
                plates.owner.tolist(), plates.quad_px.tolist(), plates.visible_share.tolist(), plates.text, strict=True
            )
        ),
        heads=tuple(
            TrueHead(owner=owner, xyxy_px=_box(box), visible_share=_share(share), cover=cover)
            for owner, box, share, cover in zip(
                heads.owner.tolist(), heads.xyxy_px.tolist(), heads.visible_share.tolist(), heads.cover, strict=True
            )
        ),
        lamps=tuple(
            TrueLamp(xyxy_px=_box(box), visible_share=_share(share), facing=_share(facing), state=state)
            for box, share, facing, state in zip(
                lamps.xyxy_px.tolist(), lamps.visible_share.tolist(), lamps.facing.tolist(), lamps.state, strict=True
            )
        ),
    )  # fmt: skip


def read_truth(file: Path) -> PictureTruth:
    """DatasetError for a file that cannot be read or says something else."""
    try:
        return PictureTruth.model_validate_json(file.read_bytes())
    except OSError as error:
        raise DatasetError(f"{file}: wanted the truth of a drawn picture: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise DatasetError(f"{file}: {where}: {first['msg']}, found {str(first['input'])[:80]}") from error


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), DECIMALS)


def _box(values: list[float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (round(value, DECIMALS) for value in values)
    return x1, y1, x2, y2


def _quad(points: list[list[float]]) -> tuple[Point, Point, Point, Point]:
    a, b, c, d = ((round(x, DECIMALS), round(y, DECIMALS)) for x, y in points)
    return a, b, c, d
