"""Drawn swarms of motorbikes with exact truth: who passes the line when, however much of him is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.drawn import stage as world
from models.datasets.drawn.camera import Camera
from models.datasets.drawn.garage import MODELS, corners_m, footprint_m, model
from models.datasets.drawn.mesh import turned
from models.datasets.drawn.scene import Crowd, Hour, Participant, SceneDescription, Sky, Street
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.studio import Studio
from models.datasets.drawn.upload import Placed
from vision.arrays import F64, U8
from vision.events.lamps import Lamp
from vision.geometry.lines import Line
from vision.vehicles import VehicleKind

SIZE_PX = (640, 360)
FPS = 12.5
NEAREST_M, FARTHEST_M = 7.0, 75.0
STREET = Street(
    ahead_m=10.5, oncoming_m=0.0, lane_m=3.5, median_m=0.6, pavement_m=4.0, crossing_at_m=None, crossing_half_m=0.0,
    green_verge=True,
)  # fmt: skip
CAMERA = Camera((5.5, 0.0, 8.0), 0.0, float(np.arctan(0.42 * SIZE_PX[1] / 620)), 0.0, 620.0, SIZE_PX)
SKY = Sky(
    hour=Hour.SUN, sun_azimuth_rad=2.4, sun_height_rad=0.95, haze=0.35, rain=0, glare=0, blur_px=0.5, sharpen=0,
    noise=2, jpeg=90, saturation=0.8, contrast=1.0, warmth=0.01, shrink=1, caption=False,
)  # fmt: skip
COLUMNS = 10
FILE_GAP_M = 0.5
CARS = 0.04


@dataclass(frozen=True, slots=True)
class Phase:
    """Traffic for a while: vehicles a second over the whole road, and their common speed."""

    seconds: float
    per_s: float
    speed_mps: float


@dataclass(slots=True)
class Rider:
    """y_m: where the rear wheel stands along the road; x_m across it."""

    kind: VehicleKind
    number: int
    x_m: float
    y_m: float
    sway_rad: float


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture and the true feet, in pixels, of everyone in it by a number that lasts."""

    media_s: float
    image: U8
    feet_px: dict[int, tuple[float, float]]


def line(y_m: float) -> Line:
    """Across the road, so far from the camera."""
    ends = CAMERA.project(np.array([(STREET.median_m / 2, y_m, 0.0), (STREET.right_m, y_m, 0.0)]))[:, :2]
    (x1, y1), (x2, y2) = ends.tolist()
    return Line("line", "counting", ((x1, y1), (x2, y2)))


def shown(phases: Sequence[Phase], seed: int) -> Iterator[Shown]:
    """The clip, picture by picture; the same for the same phases and seed."""
    description = SceneDescription((seed, 9), STREET, CAMERA, SKY, Crowd(0, 0, 0, 0), Lamp.OFF)
    stage = world.build_stage(description)
    studio = Studio(SIZE_PX)
    studio.set_stage(stage.flat, stage.solid, stage.light)
    studio.freeze_stage(CAMERA)
    rng = np.random.default_rng(seed)
    for media_s, riders in _traffic(phases, rng):
        places = {number: _place(one, media_s) for number, one in riders.items()}
        placed, outlines, feet_px = [], [], {}
        for number, at in places.items():
            motion = turned(at.x_m, at.y_m, at.heading_rad)
            corners = CAMERA.project(corners_m(at.kind, at.model) @ motion[:3, :3].T + motion[:3, 3])[:, :2]
            if np.isnan(corners).any() or not _in_view(corners):
                continue
            placed.append(Placed(model(at.kind, at.model), motion))
            outlines.append((corners_m(at.kind, at.model), motion))
            feet_px[number] = (float((corners[:, 0].min() + corners[:, 0].max()) / 2), float(corners[:, 1].max()))
        image = studio.draw(CAMERA, placed, cast(outlines, stage.light.sun_m, world.sunshine(description)))
        yield Shown(media_s, _grained(image, rng), feet_px)
    studio.close()


def _traffic(phases: Sequence[Phase], rng: np.random.Generator) -> Iterator[tuple[float, dict[int, Rider]]]:
    """Riders in files beside one another: all at one speed, nobody nearer to the one in front than he could ride."""
    riders: dict[int, Rider] = {}
    born, media_s, owed = 0, 0.0, 0.0
    speed_mps = phases[0].speed_mps
    for phase in phases:
        for _ in range(round(phase.seconds * FPS)):
            speed_mps += float(np.clip(phase.speed_mps - speed_mps, -0.16, 0.12))
            for one in riders.values():
                one.y_m += speed_mps / FPS
            riders = {number: one for number, one in riders.items() if one.y_m < FARTHEST_M}
            owed += phase.per_s / FPS
            while owed > 0:
                new = _arrival(riders, rng)
                if new is None:
                    break
                born += 1
                riders[born] = new
                owed -= float(rng.exponential(1.0))
            owed = min(owed, 3.0)
            yield round(media_s, 6), riders
            media_s += 1 / FPS


def _arrival(riders: dict[int, Rider], rng: np.random.Generator) -> Rider | None:
    """Somebody new at the near end, in a file with room for him; None where there is none."""
    kind = VehicleKind.CAR if rng.random() < CARS else VehicleKind.MOTORBIKE
    number = int(rng.integers(MODELS[kind]))
    length_m, width_m = footprint_m(kind, number)
    apart_m = STREET.ahead_m / COLUMNS
    for column in rng.permutation(COLUMNS).tolist():
        x_m = STREET.median_m / 2 + apart_m * (column + 0.5) + float(rng.normal(0, 0.1))
        if abs(x_m - STREET.median_m / 2 - STREET.ahead_m / 2) > STREET.ahead_m / 2 - width_m / 2:
            continue
        near = [
            one
            for one in riders.values()
            if abs(one.x_m - x_m) < (width_m + footprint_m(one.kind, one.number)[1]) / 2 - 0.1
            and one.y_m - NEAREST_M < (length_m + footprint_m(one.kind, one.number)[0]) / 2 + FILE_GAP_M
        ]
        if not near:
            return Rider(kind, number, x_m, NEAREST_M, float(rng.uniform(0, 2 * np.pi)))
    return None


def _place(one: Rider, media_s: float) -> Participant:
    sway_m = 0.12 if one.kind is VehicleKind.MOTORBIKE else 0.0
    x_m = one.x_m + sway_m * float(np.sin(one.sway_rad + 1.3 * media_s))
    return Participant(one.kind, one.number, x_m, one.y_m, 0.0)


def _in_view(corners_px: F64) -> bool:
    low, high = corners_px.min(axis=0), corners_px.max(axis=0)
    return bool((high > 0).all() and low[0] < SIZE_PX[0] and low[1] < SIZE_PX[1])


def _grained(image: U8, rng: np.random.Generator) -> U8:
    grain = rng.normal(0, 2.0, (SIZE_PX[1] // 2, SIZE_PX[0] // 2)).astype(np.float32)
    soft = cv2.GaussianBlur(image, (3, 3), 0.55).astype(np.float32)
    return np.asarray(np.clip(soft + cv2.resize(grain, SIZE_PX)[..., None], 0, 255), np.uint8)
