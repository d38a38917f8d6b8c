"""What is to be drawn: place, camera, weather and traffic, all of it a pure function of a seed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.datasets.drawn.camera import Camera
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind


class Hour(StrEnum):
    SUN = "sun"
    OVERCAST = "overcast"
    DUSK = "dusk"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Street:
    """A road along +y that another one may cross. Metres; the middle of the road is x = 0.

    ahead_m, oncoming_m  width of the half for traffic along +y (x > 0, right-hand traffic) and of the other half;
                         0 on a one-way road
    crossing_at_m        y of the middle of the crossing road; None where there is none
    """

    ahead_m: float
    oncoming_m: float
    lane_m: float
    median_m: float
    pavement_m: float
    crossing_at_m: float | None
    crossing_half_m: float
    green_verge: bool

    @property
    def left_m(self) -> float:
        return -self.oncoming_m - self.median_m / 2

    @property
    def right_m(self) -> float:
        return self.ahead_m + self.median_m / 2


@dataclass(frozen=True, slots=True)
class Sky:
    """Light, weather and what the lens and the encoder do to the picture. Shares 0..1."""

    hour: Hour
    sun_azimuth_rad: float
    sun_height_rad: float
    haze: float
    rain: float
    glare: float
    blur_px: float
    sharpen: float
    noise: float
    jpeg: int
    saturation: float
    contrast: float
    warmth: float
    shrink: float
    caption: bool


@dataclass(frozen=True, slots=True)
class Crowd:
    """Traffic to aim for. `motorbikes` is their share among vehicles."""

    vehicles: int
    walkers: int
    motorbikes: float
    queue: float


@dataclass(frozen=True, slots=True)
class SceneDescription:
    seed: tuple[int, ...]
    street: Street
    camera: Camera
    sky: Sky
    crowd: Crowd
    lamp: Lamp


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone on the road. heading_rad 0 looks along +y, growing to the left; `model` is a number of the garage."""

    kind: VehicleKind
    model: int
    x_m: float
    y_m: float
    heading_rad: float


def random_scene(seed: tuple[int, ...], size_px: tuple[int, int]) -> SceneDescription:
    """Any road camera's view: the same one for the same seed and size."""
    rng = np.random.default_rng(seed)
    street = _street(rng)
    camera = _camera(rng, street, size_px)
    return SceneDescription(
        seed, street, camera, _sky(rng), _crowd(rng), Lamp(str(rng.choice(["red", "yellow", "green"])))
    )


def _street(rng: np.random.Generator) -> Street:
    lane = float(rng.uniform(3.0, 3.7))
    ahead, oncoming = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    if rng.random() < 0.25:
        ahead, oncoming = (0, oncoming + 1) if rng.random() < 0.5 else (ahead + 1, 0)
    two_ways = ahead and oncoming
    return Street(
        ahead_m=ahead * lane, oncoming_m=oncoming * lane, lane_m=lane,
        median_m=float(rng.uniform(0.6, 3.5)) if two_ways and rng.random() < 0.45 else 0.0,
        pavement_m=float(rng.uniform(1.5, 6)),
        crossing_at_m=float(rng.uniform(14, 60)) if rng.random() < 0.7 else None,
        crossing_half_m=float(rng.uniform(4, 11)), green_verge=bool(rng.random() < 0.35),
    )  # fmt: skip


def _camera(rng: np.random.Generator, street: Street, size_px: tuple[int, int]) -> Camera:
    width, height = size_px
    high = float(rng.uniform(4, 12))
    x = float(rng.uniform(street.left_m - 3, street.right_m + 3))
    # Most cameras see 40 to 75 degrees across.
    focal = width / 2 / np.tan(np.radians(rng.uniform(38, 76)) / 2)
    # Where the horizon lies, as a share of the height from the top: a little above the picture to a third down it.
    horizon = float(rng.uniform(-0.22, 0.30))
    pitch = float(np.arctan((0.5 - horizon) * height / focal))
    middle_m = float(rng.uniform(25, 70))
    aim = float(np.arctan2(x - rng.uniform(street.left_m, street.right_m), middle_m))
    skew = float(rng.normal(0, 0.22))
    return Camera((x, 0.0, high), aim + skew, pitch, float(rng.normal(0, 0.012)), float(focal), size_px)


def _sky(rng: np.random.Generator) -> Sky:
    hour = Hour(str(rng.choice(list(Hour), p=[0.36, 0.38, 0.10, 0.16])))
    return Sky(
        hour=hour, sun_azimuth_rad=float(rng.uniform(-np.pi, np.pi)),
        sun_height_rad=float(np.radians(rng.uniform(25, 80))),
        haze=float(rng.beta(1.2, 3.0)), rain=float(rng.uniform(0.3, 1)) if rng.random() < 0.12 else 0.0,
        glare=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.12 else 0.0,
        blur_px=float(abs(rng.normal(0, 0.7))), sharpen=float(rng.uniform(0, 0.9)) if rng.random() < 0.4 else 0.0,
        noise=float(rng.uniform(0, 3.5) + (rng.uniform(2, 7) if hour is Hour.NIGHT else 0)),
        jpeg=int(rng.integers(35, 93)),
        saturation=float(rng.uniform(0.45, 1.0)), contrast=float(rng.uniform(0.8, 1.25)),
        warmth=float(rng.normal(0, 0.04)),
        shrink=float(rng.uniform(0.4, 1.0)) if rng.random() < 0.3 else 1.0, caption=bool(rng.random() < 0.2),
    )  # fmt: skip


def _crowd(rng: np.random.Generator) -> Crowd:
    vietnam = rng.random() < 0.7
    return Crowd(
        vehicles=int(np.exp(rng.uniform(np.log(25), np.log(260)))),
        walkers=int(rng.integers(0, 9)) if rng.random() < 0.75 else int(rng.integers(9, 24)),
        motorbikes=float(rng.uniform(0.6, 0.9) if vietnam else rng.uniform(0.05, 0.5)),
        queue=float(rng.uniform(0.3, 1)) if rng.random() < 0.45 else 0.0,
    )
