"""The unmoving world of a scene: road, paint, kerbs, houses, trees, lamps."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn import surfaces
from models.datasets.drawn.clutter import clutter
from models.datasets.drawn.houses import houses
from models.datasets.drawn.markings import paint_road
from models.datasets.drawn.mesh import Mesh
from models.datasets.drawn.scene import Hour, SceneDescription, Street
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.signals import Signal, signal_places
from models.datasets.drawn.trees import trees
from models.datasets.drawn.upload import Daylight, Textured
from vision.arrays import U8

FAR_M = 420.0


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """flat lies on the road in order of painting; the signal heads are not among `solid`: their lamps change."""

    flat: tuple[Mesh | Textured, ...]
    solid: tuple[Mesh | Textured, ...]
    light: Daylight
    signals: tuple[Signal, ...]


def build_stage(scene: SceneDescription) -> Stage:
    """Everything that stands still, from the scene's seed."""
    rng = np.random.default_rng([*scene.seed, 2])
    light = daylight(scene)
    street, spans = scene.street, beside(scene.street)
    solid: list[Mesh | Textured] = [_sky_dome(light), *houses(rng, street, spans, scene.sky.hour is Hour.NIGHT)]
    wood = [] if street.bare_pavement else trees(rng, street, spans, scene.camera.at_m[0])
    furniture = _furniture(rng, street)
    things = None if street.bare_pavement else clutter(rng, street, spans)
    shadows = cast(
        [(mesh.vertex, np.eye(4)) for mesh in wood], light.sun_m, 0.55 * sunshine(scene)
    )  # light falls through leaves
    if things is not None:
        furniture.append(things)
    flat = [*_ground(rng, street), paint_road(rng, street), shadows]
    signals = signal_places(np.random.default_rng([*scene.seed, 6]), street)
    return Stage(tuple(flat), (*solid, *wood, *furniture), light, signals)


def sunshine(scene: SceneDescription) -> float:
    """How much of the light the sun gives, 0..1: what makes shadows hard."""
    return {Hour.SUN: 1.0, Hour.OVERCAST: 0.12, Hour.DUSK: 0.35, Hour.NIGHT: 0.15}[scene.sky.hour]


def daylight(scene: SceneDescription) -> Daylight:
    sky = scene.sky
    flat = np.cos(sky.sun_height_rad)
    sun_m = (
        float(flat * np.cos(sky.sun_azimuth_rad)), float(flat * np.sin(sky.sun_azimuth_rad)),
        float(np.sin(sky.sun_height_rad)),
    )  # fmt: skip
    ambient, sun, haze = {
        Hour.SUN: ((0.60, 0.62, 0.67), (0.84, 0.78, 0.68), (0.74, 0.80, 0.87)),
        Hour.OVERCAST: ((0.80, 0.81, 0.83), (0.34, 0.34, 0.34), (0.80, 0.82, 0.84)),
        Hour.DUSK: ((0.52, 0.51, 0.57), (0.52, 0.40, 0.31), (0.58, 0.50, 0.50)),
        Hour.NIGHT: ((0.42, 0.40, 0.38), (0.36, 0.31, 0.23), (0.06, 0.06, 0.08)),
    }[sky.hour]
    return Daylight(ambient, sun, sun_m, haze, 30.0, 180.0 + 1200.0 * (1 - sky.haze) ** 2)


def _ground(rng: np.random.Generator, street: Street) -> list[Mesh | Textured]:
    base = float(rng.uniform(0.30, 0.52))
    asphalt = surfaces.asphalt(rng, base)
    verge = surfaces.grass(rng) if street.green_verge else surfaces.paving(rng)
    pavement = surfaces.paving(rng)
    wide = street.pavement_m
    pieces: list[Mesh | Textured] = [
        _patch((-300, 300), (-60, 500), surfaces.grass(rng) if street.green_verge else surfaces.paving(rng), 3),
        _patch((street.left_m - wide, street.right_m + wide), (-60, FAR_M), pavement, 2.5),
        _patch((street.left_m, street.right_m), (-60, FAR_M), asphalt, 16),
    ]
    if street.crossing_at_m is not None:
        low, high = street.crossing_at_m - street.crossing_half_m, street.crossing_at_m + street.crossing_half_m
        for side in ((-300, street.left_m - wide), (street.right_m + wide, 300)):
            pieces.append(_patch(side, (low - wide, high + wide), pavement, 2.5))
        pieces.append(_patch((-300, 300), (low, high), asphalt, 16))
    if street.median_m:
        pieces += [_patch((-street.median_m / 2, street.median_m / 2), span, verge, 3) for span in beside(street)]
    return pieces


def beside(street: Street) -> list[tuple[float, float]]:
    """The stretches of y along which kerbs and medians run: all but the crossing."""
    if street.crossing_at_m is None:
        return [(-60.0, FAR_M)]
    clear = street.crossing_half_m + 5.2
    return [(-60.0, street.crossing_at_m - clear), (street.crossing_at_m + clear, FAR_M)]


def _patch(x: tuple[float, float], y: tuple[float, float], image: U8, repeat_m: float) -> Textured:
    """A flat piece of ground in strips short enough for the light and haze to change along it."""
    rows = np.linspace(y[0], y[1], max(2, int((y[1] - y[0]) / 12) + 1))
    vertex = np.array([(side, row, 0.0) for row in rows for side in x], np.float32)
    i = 2 * np.arange(len(rows) - 1)
    triangle = np.concatenate([np.stack([i, i + 1, i + 3], 1), np.stack([i, i + 3, i + 2], 1)]).astype(np.int32)
    rgba = np.full((len(vertex), 4), 255, np.uint8)
    mesh = Mesh(vertex, np.tile(np.array([0, 0, 1], np.float32), (len(vertex), 1)), rgba, triangle)
    return Textured(mesh, vertex[:, :2] / repeat_m, image)


def _furniture(rng: np.random.Generator, street: Street) -> list[Mesh]:
    """Kerbs, lamp posts, signs, railings."""
    shape = Sculptor()
    stone = (0.62, 0.61, 0.59)
    for low, high in beside(street):
        for x in (street.left_m - 0.12, street.right_m + 0.12):
            shape.box((x, (low + high) / 2, 0.07), (0.22, high - low, 0.14), stone)
        if street.median_m:
            for x in (-street.median_m / 2, street.median_m / 2):
                shape.box((x, (low + high) / 2, 0.08), (0.18, high - low, 0.16), stone)
            if street.median_m < 1.4 and rng.random() < 0.6:
                shape.box((0, (low + high) / 2, 0.85), (0.05, high - low, 0.06), (0.6, 0.6, 0.6))
                for y in np.arange(max(low, 0), min(high, 120), 1.2):
                    shape.box((0, float(y), 0.45), (0.05, 0.05, 0.9), (0.6, 0.6, 0.6))
    step = float(rng.uniform(18, 45))
    for y in np.arange(float(rng.uniform(8, 20)), 200, step):
        side = 1 if rng.random() < 0.5 else -1
        x = (street.right_m if side > 0 else street.left_m) + side * 0.8
        shape.tube((x, float(y), 0), (x, float(y), 8), 0.09, (0.45, 0.46, 0.47), 0.06)
        shape.tube((x, float(y), 8), (x - side * 2.2, float(y), 8.5), 0.05, (0.45, 0.46, 0.47))
    for _ in range(int(rng.integers(0, 6))):
        side, y = (1 if rng.random() < 0.5 else -1), float(rng.uniform(8, 70))
        x = (street.right_m if side > 0 else street.left_m) + side * 0.7
        shape.tube((x, y, 0), (x, y, 2.6), 0.03, (0.6, 0.6, 0.6))
        colour = ((0.75, 0.1, 0.1), (0.1, 0.25, 0.65), (0.85, 0.75, 0.1))[int(rng.integers(3))]
        shape.tube((x, y - 0.04, 2.6), (x, y - 0.02, 2.6), 0.35, colour, sides=12, capped=True)
    return [shape.mesh(0)]


def _sky_dome(light: Daylight) -> Mesh:
    """A wall of sky far away: haze at the horizon, deeper above."""
    shape = Sculptor()
    r, g, b = light.haze
    deep = (r * 0.72, g * 0.80, b * 0.95)
    shape.tube((0, 0, -10), (0, 0, 260), 1200, light.haze, sides=24)
    mesh = shape.mesh(0)
    rgba = mesh.rgba.copy()
    rgba[mesh.vertex[:, 2] > 0, :3] = (np.array(deep) * 255).astype(np.uint8)
    # Seen from inside, so turned inside out; no normals, so that no sun shades it.
    return Mesh(mesh.vertex, np.zeros_like(mesh.normal), rgba, np.ascontiguousarray(mesh.triangle[:, ::-1]))
