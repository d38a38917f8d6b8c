"""The drawn junction of the demo clip: where its roads, lines and lamps lie, and who drives over it when."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.garage import MODELS
from models.datasets.drawn.markings import STOP_BEYOND_M
from models.datasets.drawn.scene import Crowd, Hour, Participant, SceneDescription, Sky, Street
from twin.approach import STEP_S, Approach, Driver, Road, Runner
from twin.lights import Light
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

SIZE_PX = (960, 540)
FPS = 25
GREEN_S, YELLOW_S, RED_S = 10.0, 3.0, 13.0
FIRST_GREEN_S = 7.0
LIGHT_A = Light(
    ((Lamp.GREEN, GREEN_S), (Lamp.YELLOW, YELLOW_S), (Lamp.RED, RED_S)), RED_S + GREEN_S + YELLOW_S - FIRST_GREEN_S
)
# The crossing road goes while A is red: late enough for whoever runs A's red at its start to be through.
LIGHT_B = Light(((Lamp.RED, 18.0), (Lamp.GREEN, 3.5), (Lamp.YELLOW, 2.0), (Lamp.RED, 2.5)), LIGHT_A.offset_s)
WARM_UP_S = 18.0

STOP_Y_M = 33.0
COUNTING_Y_M = STOP_Y_M + 3.0
PAINT_M = 0.35
STREET = Street(
    ahead_m=10.5, oncoming_m=7.0, lane_m=3.5, median_m=0.6, pavement_m=4.0,
    crossing_at_m=STOP_Y_M + PAINT_M + STOP_BEYOND_M + 7.2, crossing_half_m=7.2, green_verge=True,
)  # fmt: skip
CAMERA = Camera((3.6, 0.0, 8.0), 0.0, float(np.arctan(0.42 * SIZE_PX[1] / 930)), 0.0, 930.0, SIZE_PX)
SKY = Sky(
    hour=Hour.SUN, sun_azimuth_rad=2.4, sun_height_rad=0.95, haze=0.35, rain=0, glare=0, blur_px=0.5,
    sharpen=0, noise=2,
    jpeg=90, saturation=0.8, contrast=1.0, warmth=0.01, shrink=1, caption=False,
)  # fmt: skip
SIGNALS = (
    (STREET.right_m + 0.7, STOP_Y_M + 0.6, 3.1, float(np.pi)),
    (STREET.right_m + 0.7, STOP_Y_M + PAINT_M + STOP_BEYOND_M + 15.6, 3.6, float(np.pi)),
)


def description(seed: int) -> SceneDescription:
    """The unmoving world of the clip."""
    return SceneDescription((seed, 4), STREET, CAMERA, SKY, Crowd(0, 0, 0, 0), Lamp.RED)


@dataclass(frozen=True, slots=True)
class Seen:
    """One vehicle in one frame: its number in the clip and where it is. `front_m`, `rear_m`, `speed_mps` are along its
    own road from its own stop line; `road` is A for the approach the camera watches."""

    number: int
    at: Participant
    road: str
    front_m: float
    rear_m: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Everyone at one moment of the clip."""

    media_s: float
    lamp: Lamp
    everyone: tuple[Seen, ...]


def moments(seed: int, attempt: int, seconds: float) -> Iterator[Moment]:
    """One Moment per frame, from time 0; the same ones for the same numbers. `attempt` varies the traffic of a seed."""
    roads = _roads(np.random.default_rng([seed, attempt]))
    warm_up = round(WARM_UP_S / STEP_S)
    for step in range(-warm_up, round(seconds * FPS)):
        now_s = step * STEP_S
        if step >= 0:
            everyone = tuple(_seen(name, one) for name, road in roads.items() for one in road.drivers)
            yield Moment(round(now_s, 6), LIGHT_A.at(now_s), everyone)
        for road in roads.values():
            road.step(now_s)


def _roads(rng: np.random.Generator) -> dict[str, Approach]:
    red_s = FIRST_GREEN_S + GREEN_S + YELLOW_S
    car, bike = (int(rng.integers(MODELS[kind])) for kind in (VehicleKind.CAR, VehicleKind.MOTORBIKE))
    runners = (
        Runner(VehicleKind.CAR, car, red_s + 1.7, 11.0, 0.5 * STREET.lane_m),
        Runner(VehicleKind.MOTORBIKE, bike, red_s + 2.6, 10.5, 2.05 * STREET.lane_m),
    )
    wide = Road(3, 3.5, -52.0, 120.0, 85)
    side = Road(2, 3.5, -60.0, 75.0, 26)
    generators = rng.spawn(4)
    return {
        "A": Approach(wide, LIGHT_A, generators[0], 1, runners),
        "oncoming": Approach(Road(2, 3.5, -90.0, 85.0, 45), LIGHT_A, generators[1], 10_001),
        "from_left": Approach(side, LIGHT_B, generators[2], 20_001),
        "from_right": Approach(side, LIGHT_B, generators[3], 30_001),
    }


def _seen(road: str, one: Driver) -> Seen:
    assert STREET.crossing_at_m is not None
    middle, half = STREET.crossing_at_m, STREET.median_m / 2
    drift = float(np.arctan2(one.sideways_mps, max(one.speed_mps, 2.5)))
    x, y, heading = {
        "A": (half + one.x_m, STOP_Y_M + one.s_m, 0.0),
        "oncoming": (-half - one.x_m, 2 * middle - STOP_Y_M - one.s_m, np.pi),
        "from_left": (STREET.left_m - STOP_BEYOND_M + one.s_m, middle - one.x_m, -np.pi / 2),
        "from_right": (STREET.right_m + STOP_BEYOND_M - one.s_m, middle + one.x_m, np.pi / 2),
    }[road]
    return Seen(
        one.number, Participant(one.kind, one.model, float(x), float(y), float(heading - drift)), road,
        one.front_m, one.rear_m, one.speed_mps,
    )  # fmt: skip
