"""The unmoving world of a scene: road, paint, kerbs, houses, trees, lamps."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn import surfaces
from models.datasets.drawn.markings import paint_road
from models.datasets.drawn.mesh import Colour, Mesh, Place, Sculptor, turned
from models.datasets.drawn.scene import Hour, SceneDescription, Street
from models.datasets.drawn.shadows import cast
from models.datasets.drawn.studio import Daylight, Textured
from vision.arrays import F64, U8
from vision.events.lamps import Lamp

FAR_M = 420.0
NEAREST_TREE_M = 13.0
"""Nearer ones would fill the picture with leaves."""
WALLS: tuple[Colour, ...] = (
    (0.80, 0.74, 0.60), (0.75, 0.75, 0.73), (0.62, 0.52, 0.42), (0.55, 0.60, 0.62), (0.82, 0.70, 0.45),
    (0.60, 0.38, 0.32),
)  # fmt: skip
LEAVES: tuple[Colour, ...] = ((0.16, 0.30, 0.12), (0.22, 0.38, 0.14), (0.12, 0.24, 0.12), (0.28, 0.38, 0.18))
LIT = {Lamp.RED: (1.0, 0.12, 0.08), Lamp.YELLOW: (1.0, 0.75, 0.1), Lamp.GREEN: (0.1, 1.0, 0.55)}
UNLIT = {Lamp.RED: (0.20, 0.05, 0.05), Lamp.YELLOW: (0.20, 0.15, 0.04), Lamp.GREEN: (0.04, 0.16, 0.10)}


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """flat lies on the road in order of painting; signals are the places of the signal heads (x, y, z, heading)."""

    flat: tuple[Mesh | Textured, ...]
    solid: tuple[Mesh | Textured, ...]
    light: Daylight
    signals: tuple[tuple[float, float, float, float], ...]


def build_stage(scene: SceneDescription) -> Stage:
    """Everything that stands still, from the scene's seed."""
    rng = np.random.default_rng([*scene.seed, 2])
    light = daylight(scene)
    street = scene.street
    solid: list[Mesh | Textured] = [_sky_dome(light), *_houses(rng, street, scene.sky.hour is Hour.NIGHT)]
    trees = _trees(rng, street, scene.camera.at_m[0])
    furniture = _furniture(rng, street)
    shadows = cast(
        [(mesh.vertex, np.eye(4)) for mesh in trees], light.sun_m, 0.55 * sunshine(scene)
    )  # light falls through leaves
    flat = [*_ground(rng, street), paint_road(rng, street), shadows]
    signals = signal_places(street)
    return Stage(tuple(flat), (*solid, *trees, *furniture), light, signals)


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
        Hour.DUSK: ((0.44, 0.43, 0.50), (0.50, 0.37, 0.28), (0.58, 0.50, 0.50)),
        Hour.NIGHT: ((0.33, 0.31, 0.30), (0.34, 0.28, 0.19), (0.06, 0.06, 0.08)),
    }[sky.hour]
    return Daylight(ambient, sun, sun_m, haze, 30.0, 180.0 + 1200.0 * (1 - sky.haze) ** 2)


def signal_places(street: Street) -> tuple[tuple[float, float, float, float], ...]:
    """Heads beyond the crossing for each way of the main road: x, y, z and where they look."""
    if street.crossing_at_m is None:
        return ()
    near, far = street.crossing_at_m - street.crossing_half_m, street.crossing_at_m + street.crossing_half_m
    places = []
    if street.ahead_m:
        places.append((street.right_m + 0.7, far + 1.0, 3.2, np.pi))
    if street.oncoming_m:
        places += [(street.left_m - 0.7, near - 1.0, 3.2, 0.0), (street.left_m - 0.7, far + 6.0, 3.2, 0.0)]
    return tuple(places)


def signal_head(place: tuple[float, float, float, float], lit: Lamp) -> Mesh:
    """A pole with three lamps, one of them lit, looking along `heading`."""
    x, y, z, heading = place
    shape = Sculptor()
    shape.tube((0, -0.15, 0), (0, -0.15, z + 0.6), 0.07, (0.35, 0.36, 0.36), sides=8)
    shape.box((0, 0, z), (0.36, 0.22, 1.05), (0.07, 0.07, 0.07))
    for lamp, lift in ((Lamp.RED, 0.33), (Lamp.YELLOW, 0.0), (Lamp.GREEN, -0.33)):
        colour = LIT[lamp] if lamp is lit else UNLIT[lamp]
        shape.tube((0, 0.11, z + lift), (0, 0.13, z + lift), 0.135, colour, sides=12, capped=True)
        shape.tube((0, 0.11, z + lift + 0.12), (0, 0.3, z + lift + 0.13), 0.05, (0.06, 0.06, 0.06), 0.03)
    return shape.mesh(0).moved(turned(x, y, heading))


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
        pieces += [_patch((-street.median_m / 2, street.median_m / 2), span, verge, 3) for span in _beside(street)]
    return pieces


def _beside(street: Street) -> list[tuple[float, float]]:
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


def _houses(rng: np.random.Generator, street: Street, night: bool) -> list[Mesh | Textured]:
    """Fronts along both pavements and at the end of the road; gaps here and there."""
    pieces: list[Mesh | Textured] = []
    gap = float(rng.uniform(0.05, 0.6))
    fronts = [surfaces.house_front(rng, WALLS[int(rng.integers(len(WALLS)))], night) for _ in range(6)]
    shops = [surfaces.shop_front(rng, night) for _ in range(2)]
    for side in (-1, 1):
        edge = side * (street.right_m if side > 0 else -street.left_m) + side * (street.pavement_m + rng.uniform(0, 12))
        for low, high in _beside(street):
            y = max(low, -20.0) + (0 if low < 0 else street.pavement_m)
            stop = min(high, 260.0) - (0 if high > 400 else street.pavement_m)
            while y < stop - 4:
                long = float(min(rng.uniform(4, 22), stop - y))
                if rng.random() > gap and not (y < 4 and abs(edge) < 14):
                    tall = float(rng.uniform(4, 24))
                    front = fronts[int(rng.integers(len(fronts)))]
                    pieces += _house((edge, y), (side * 14.0, long), tall, front, shops[int(rng.integers(2))])
                y += long
    for _ in range(int(rng.integers(2, 9))):  # the end of the road
        x, tall = float(rng.normal(0, 60)), float(rng.uniform(8, 50))
        pieces += _house((x, float(rng.uniform(280, 410))), (30.0, 20.0), tall, fronts[0], shops[0])
    return pieces


def _house(
    corner: tuple[float, float], size: tuple[float, float], tall: float, front: U8, shop: U8
) -> list[Mesh | Textured]:
    (x, y), (deep, long) = corner, size
    x0, x1 = min(x, x + deep), max(x, x + deep)
    shape = Sculptor()
    faces = shape.frustum(
        (x0, x1, y, y + long), (x0, x1, y, y + long), (0, tall), (0.9, 0.9, 0.9), top=(0.45, 0.42, 0.40)
    )
    walls = [faces[name] for name in ("back", "right", "left", "front")]
    pieces: list[Mesh | Textured] = [_wall(wall, front, 9.0) for wall in walls]
    street_side = faces["left" if deep > 0 else "right"].copy()
    street_side[2:, 2] = min(3.6, tall)
    street_side[:, 0] += -0.1 if deep > 0 else 0.1
    roof = Sculptor()
    roof.face(faces["top"], (0.45, 0.42, 0.40))
    return [*pieces, _wall(street_side, shop, 16.0, 3.6), roof.mesh(0)]


def _wall(corners: F64, image: U8, wide_m: float, tall_m: float | None = None) -> Textured:
    shape = Sculptor()
    shape.face(corners, (1, 1, 1))
    along = np.linalg.norm(corners - corners[0], axis=1) * [0, 1, 0, 0]
    reach = float(along.max())
    start = float(corners[0].sum() % 1.0)
    u = start + np.array([0, reach, reach, 0]) / wide_m
    v = corners[:, 2] / (tall_m or wide_m * 2)
    return Textured(shape.mesh(0), np.stack([u, v], 1), image)


def _trees(rng: np.random.Generator, street: Street, camera_x_m: float) -> list[Mesh]:
    trees: list[Mesh] = []
    step = float(rng.uniform(7, 40))
    for side in (-1, 1):
        if rng.random() < 0.25:
            continue
        edge = (street.right_m if side > 0 else street.left_m) + side * min(1.0, street.pavement_m / 2)
        for low, high in _beside(street):
            for y in np.arange(max(low, 6), min(high, 180), step):
                if np.hypot(edge - camera_x_m, y) > NEAREST_TREE_M:
                    trees.append(_tree(rng, (edge, float(y + rng.normal(0, 1)), 0)))
    if street.median_m > 1.5 and rng.random() < 0.6:
        for low, high in _beside(street):
            trees += [_bush(rng, (0, float(y), 0)) for y in np.arange(max(low, 3), min(high, 150), 4)]
    return trees


def _tree(rng: np.random.Generator, foot: Place) -> Mesh:
    shape = Sculptor()
    x, y, _ = foot
    tall = float(rng.uniform(4.5, 10))
    shape.tube((x, y, 0), (x, y, tall * 0.75), 0.15, (0.28, 0.22, 0.17), 0.08, sides=7)
    clumps = rng.normal(0, 1, (int(rng.integers(8, 16)), 3)) * [tall * 0.16, tall * 0.16, tall * 0.10]
    middle = np.array([x, y, tall * 0.85])
    _leaves(shape, rng, middle + clumps, tall * 0.10, 70)
    return shape.mesh(0)


def _bush(rng: np.random.Generator, foot: Place) -> Mesh:
    shape = Sculptor()
    clumps = np.array(foot) + rng.normal(0, 1, (4, 3)) * [0.25, 0.9, 0.1] + [0, 0, 0.4]
    _leaves(shape, rng, clumps, 0.32, 45)
    return shape.mesh(0)


def _leaves(shape: Sculptor, rng: np.random.Generator, clumps: F64, wide_m: float, each: int) -> None:
    """Loose leaves about the middle of each clump: flat scraps any way round, lighter on top."""
    tone = np.array(LEAVES[int(rng.integers(len(LEAVES)))]) * float(rng.uniform(0.8, 1.2))
    count = len(clumps) * each
    lift = rng.normal(0, 1, (count, 3)) * [wide_m, wide_m, wide_m * 0.7]
    middle = np.repeat(clumps, each, axis=0) + lift
    reach = 0.12 * wide_m + 0.07
    corners = middle[:, None] + rng.normal(0, reach, (count, 4, 3))
    normal = np.tile(lift / wide_m * 0.6 + [0, 0, 0.7], (1, 4)).reshape(-1, 3)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    i = 4 * np.arange(count)
    faces = [np.stack([i, i + a, i + b], 1) for a, b in ((1, 2), (2, 3))]
    shape.add(corners.reshape(-1, 3), normal, np.concatenate(faces).astype(np.int32), (1, 1, 1))
    shape.tint_last(
        np.repeat(tone * rng.uniform(0.55, 1.35, (count, 1)) * (1 + 0.25 * lift[:, 2:] / wide_m), 4, axis=0)
    )


def _furniture(rng: np.random.Generator, street: Street) -> list[Mesh]:
    """Kerbs, lamp posts, signs, railings."""
    shape = Sculptor()
    stone = (0.62, 0.61, 0.59)
    for low, high in _beside(street):
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
