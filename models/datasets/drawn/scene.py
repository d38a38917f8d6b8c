"""What is to be drawn: place, camera, weather and traffic."""

from dataclasses import dataclass
from enum import StrEnum

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
    bare_pavement        nothing stands on the pavements but posts at the kerb
    """

    ahead_m: float
    oncoming_m: float
    lane_m: float
    median_m: float
    pavement_m: float
    crossing_at_m: float | None
    crossing_half_m: float
    green_verge: bool
    bare_pavement: bool = False

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
    comb_px: float = 0.0
    """How far what moves has moved between the two fields of an interlaced picture."""
    vignette: float = 0.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """Traffic to aim for.

    motorbikes  share among vehicles
    others      shares of car, bus, truck and bicycle among the rest
    queue       how much of the traffic waits at the stop line
    parked      vehicles at the kerb
    """

    vehicles: int
    walkers: int
    motorbikes: float
    queue: float
    others: tuple[float, float, float, float] = (0.60, 0.12, 0.15, 0.13)
    parked: int = 0


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
