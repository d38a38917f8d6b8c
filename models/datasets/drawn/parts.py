"""Parts of a scene with a truth of their own: number plates, riders' heads, signal heads; each a mark among the ids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.garage import heads_of
from models.datasets.drawn.mesh import Cover, PlatePlace
from models.datasets.drawn.number_plates import NUMBERS, drawn_plate, quad_mesh, sticker
from models.datasets.drawn.scene import Participant
from models.datasets.drawn.signals import Signal, head_alone
from models.datasets.drawn.upload import Placed, Sticker
from models.datasets.plates.draw import BLANKS_MM
from models.datasets.plates.plate import Layout, PlateText
from vision.arrays import F64
from vision.events.lamps import Lamp

LEAST_PLATE_PX = 9
LEAST_HEAD_PX = 5
HEAD_M = 0.24
LEAST_FACING = 0.17
"""Cosine to a plate's or a lamp's own direction: flatter than this nobody reads it."""


@dataclass(frozen=True, slots=True, eq=False)
class PlatePart:
    """`owner`: the number of its vehicle; `quad_px` (4, 2): its corners, clockwise from its own top left."""

    owner: int
    mark: Placed
    sticker: Sticker
    quad_px: F64
    text: PlateText


@dataclass(frozen=True, slots=True, eq=False)
class HeadPart:
    owner: int
    mark: Placed
    cover: Cover


@dataclass(frozen=True, slots=True, eq=False)
class LampPart:
    mark: Placed
    state: Lamp
    signal: Signal
    facing: float


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """All parts large enough in a camera's view; their marks are numbered on after the vehicles."""

    plates: tuple[PlatePart, ...]
    heads: tuple[HeadPart, ...]
    lamps: tuple[LampPart, ...]

    def marks(self) -> list[Placed]:
        return [
            *(one.mark for one in self.plates),
            *(one.mark for one in self.heads),
            *(one.mark for one in self.lamps),
        ]


def parts_in_view(
    camera: Camera, everyone: Sequence[Participant], placed: Sequence[Placed], signals: Sequence[Signal], *, lamp: Lamp,
    rng: np.random.Generator,
) -> Parts:  # fmt: skip
    """What of `placed` (row for row with `everyone`) and of the signal heads can be told apart. `lamp`: what the main
    road is shown; `rng` hands out the number plates."""
    number = len(placed) + 1
    plates = _plates(camera, placed, rng, number)
    number += len(plates)
    heads = _heads(camera, everyone, placed, number)
    number += len(heads)
    return Parts(tuple(plates), tuple(heads), tuple(_lamps(camera, signals, lamp, number)))


def _plates(camera: Camera, placed: Sequence[Placed], rng: np.random.Generator, first: int) -> list[PlatePart]:
    order = rng.permutation(NUMBERS)
    found: list[PlatePart] = []
    for one in placed:
        for place in one.mesh.plates:
            quad = plate_quad_px(camera, place, one.matrix)
            if quad is None:
                continue
            plate = drawn_plate(int(order[one.number % NUMBERS]), place.layout)
            mesh = quad_mesh(place)
            mark = Placed(mesh, one.matrix, first + len(found))
            found.append(PlatePart(one.number, mark, sticker(mesh, one.matrix, plate.image), quad, plate.text))
    return found


def plate_quad_px(camera: Camera, place: PlatePlace, matrix: F64) -> F64 | None:
    """(4, 2); None where it looks away, lies outside the picture or is too small to be told from a blank one."""
    turn = matrix[:3, :3]
    towards = np.array(camera.at_m) - (turn @ np.array(place.at_m) + matrix[:3, 3])
    away_m = float(np.sqrt(towards @ towards))
    if float(turn @ place.out() @ towards) < LEAST_FACING * away_m:
        return None
    least = LEAST_PLATE_PX * (2 if place.layout is Layout.CAR_LONG else 1)
    if BLANKS_MM[place.layout][0] / 1000 * camera.focal_px / away_m < least / 2:
        return None
    corners = place.corners_m() @ turn.T + matrix[:3, 3]
    quad = camera.project(corners)[:, :2]
    width, height = camera.size_px
    if np.isnan(quad).any() or not ((quad > 0) & (quad < (width, height))).all():
        return None
    wide = float(np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    return quad if wide >= least else None


def _heads(camera: Camera, everyone: Sequence[Participant], placed: Sequence[Placed], first: int) -> list[HeadPart]:
    found: list[HeadPart] = []
    width, height = camera.size_px
    for who, one in zip(everyone, placed, strict=True):
        for cover, mesh in heads_of(who.kind, who.model):
            middle = mesh.vertex.mean(axis=0).astype(np.float64) @ one.matrix[:3, :3].T + one.matrix[:3, 3]
            x, y, depth = camera.project(middle[None])[0]
            if 0 <= x < width and 0 <= y < height and HEAD_M * camera.focal_px / depth >= LEAST_HEAD_PX:
                found.append(HeadPart(one.number, Placed(mesh, one.matrix, first + len(found)), cover))
    return found


def _lamps(camera: Camera, signals: Sequence[Signal], lamp: Lamp, first: int) -> list[LampPart]:
    found: list[LampPart] = []
    width, height = camera.size_px
    for signal in signals:
        x, y, _ = camera.project(np.array([(signal.x_m, signal.y_m, signal.z_m)]))[0]
        facing = signal.facing(camera.at_m)
        if facing >= LEAST_FACING and 0 <= x < width and 0 <= y < height:
            mark = Placed(head_alone(signal), np.eye(4), first + len(found))
            found.append(LampPart(mark, signal.shows(lamp), signal, facing))
    return found
