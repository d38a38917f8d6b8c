"""Draws lots for a scene: any road, camera, sky and crowd, all of it a pure function of a seed."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.scene import Crowd, Hour, SceneDescription, Sky, Street
from vision.events.lamps import Lamp

LAMPS: tuple[tuple[Lamp, float], ...] = ((Lamp.RED, 0.46), (Lamp.YELLOW, 0.10), (Lamp.GREEN, 0.40), (Lamp.OFF, 0.04))


def random_scene(seed: tuple[int, ...], size_px: tuple[int, int]) -> SceneDescription:
    """Any road camera's view: the same one for the same seed and size."""
    rng = np.random.default_rng(seed)
    street = _street(rng)
    camera = _camera(rng, street, size_px)
    sky, crowd = _sky(rng), _crowd(rng)
    lamps, shares = zip(*LAMPS, strict=True)
    return SceneDescription(seed, street, camera, sky, crowd, lamps[int(rng.choice(len(lamps), p=shares))])


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
    """Poles and bridges most of the time; low ones beside the road, ones that look across it, high and steep ones."""
    width, height = size_px
    kind = str(rng.choice(["pole", "low", "across", "high", "steep"], p=[0.44, 0.16, 0.15, 0.14, 0.11]))
    # Most cameras see 40 to 75 degrees across.
    wide = rng.uniform(45, 85) if kind == "low" else rng.uniform(34, 76)
    focal = width / 2 / np.tan(np.radians(wide) / 2)
    high = float(
        rng.uniform(*{"pole": (4, 11), "low": (2.2, 4), "across": (2.6, 9), "high": (10, 25), "steep": (5, 16)}[kind])
    )
    x = float(rng.uniform(street.left_m - 3, street.right_m + 3))
    if kind == "across":
        right = rng.random() < 0.5
        x = (street.right_m if right else street.left_m) + (1 if right else -1) * float(
            rng.uniform(0, street.pavement_m * 0.8)
        )
        heading = float(rng.uniform(0.6, 1.75)) * (1 if right else -1)
    else:
        middle_m = float(rng.uniform(25, 70))
        aim = float(np.arctan2(x - rng.uniform(street.left_m, street.right_m), middle_m))
        heading = aim + float(rng.normal(0, 0.10 if kind == "high" else 0.20))
    # Where the horizon lies, as a share of the height from the top: above the picture to a third down it.
    horizon = float(
        rng.uniform(*{"low": (0.05, 0.42), "high": (-0.9, 0.12), "across": (-0.5, 0.3)}.get(kind, (-0.22, 0.30)))
    )
    pitch = float(np.arctan((0.5 - horizon) * height / focal))
    if kind == "steep":
        pitch = float(np.radians(rng.uniform(38, 80)))
    bend = float(rng.uniform(-0.16, 0.02)) if rng.random() < 0.4 else 0.0
    return Camera((x, 0.0, high), heading, pitch, float(rng.normal(0, 0.015)), float(focal), size_px, bend)


def _sky(rng: np.random.Generator) -> Sky:
    hour = Hour(str(rng.choice(list(Hour), p=[0.38, 0.38, 0.10, 0.14])))
    night = hour is Hour.NIGHT
    grey = rng.random() < (0.15 if night else 0.02)
    poor = rng.random() < 0.35
    return Sky(
        hour=hour, sun_azimuth_rad=float(rng.uniform(-np.pi, np.pi)),
        sun_height_rad=float(np.radians(rng.uniform(20, 80))),
        haze=float(rng.beta(1.2, 3.0)), rain=float(rng.uniform(0.3, 1)) if rng.random() < 0.12 else 0.0,
        glare=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.12 else 0.0,
        blur_px=float(abs(rng.normal(0, 0.7))), sharpen=float(rng.uniform(0, 1.2)) if rng.random() < 0.4 else 0.0,
        noise=float(rng.uniform(0, 3.5) + (rng.uniform(2, 7) if night else 0)),
        jpeg=int(rng.integers(25, 93)),
        saturation=0.0 if grey else float(rng.uniform(0.4, 1.15)), contrast=float(rng.uniform(0.75, 1.3)),
        warmth=float(rng.normal(0, 0.05)),
        shrink=float(rng.uniform(0.3, 1.0)) if poor else 1.0, caption=bool(rng.random() < 0.2),
        comb_px=float(rng.uniform(1, 5)) if rng.random() < 0.05 else 0.0,
        vignette=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.2 else 0.0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Theme:
    """Ranges to draw from: how many vehicles and walkers, the motorbikes' share; weights of the others: car, bus,
    truck, bicycle."""

    vehicles: tuple[int, int]
    walkers: tuple[int, int]
    motorbikes: tuple[float, float]
    others: tuple[float, float, float, float]


# Junctions of Vietnam, of elsewhere, motorways, places with many buses and trucks, places with many people.
THEMES: tuple[tuple[_Theme, float], ...] = (
    (_Theme((45, 250), (0, 10), (0.45, 0.88), (2.2, 1.0, 1.1, 1.3)), 0.32),
    (_Theme((20, 130), (0, 14), (0.10, 0.50), (2.4, 1.1, 1.2, 1.3)), 0.22),
    (_Theme((14, 110), (0, 2), (0.00, 0.08), (3.0, 0.9, 1.5, 0.05)), 0.13),
    (_Theme((16, 95), (0, 10), (0.02, 0.30), (1.2, 2.4, 2.2, 0.4)), 0.18),
    (_Theme((10, 90), (10, 45), (0.05, 0.45), (1.0, 0.5, 0.5, 3.5)), 0.15),
)


def _crowd(rng: np.random.Generator) -> Crowd:
    themes, shares = zip(*THEMES, strict=True)
    theme = themes[int(rng.choice(len(themes), p=shares))]
    low, high = theme.vehicles
    car, bus, truck, bicycle = rng.dirichlet(theme.others).tolist()
    return Crowd(
        vehicles=int(np.exp(rng.uniform(np.log(low), np.log(high)))),
        walkers=int(rng.integers(theme.walkers[0], theme.walkers[1] + 1)),
        motorbikes=float(rng.uniform(*theme.motorbikes)),
        queue=float(rng.uniform(0.3, 1)) if rng.random() < 0.4 else 0.0,
        others=(car, bus, truck, bicycle),
        parked=int(rng.integers(1, 9)) if rng.random() < 0.35 else 0,
    )  # fmt: skip
