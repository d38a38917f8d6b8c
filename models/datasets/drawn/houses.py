"""Houses along the pavements and at the end of the road."""

import numpy as np

from models.datasets.drawn import surfaces
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.scene import Street
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.drawn.upload import Textured
from vision.arrays import F64, U8

WALLS: tuple[Colour, ...] = (
    (0.80, 0.74, 0.60), (0.75, 0.75, 0.73), (0.62, 0.52, 0.42), (0.55, 0.60, 0.62), (0.82, 0.70, 0.45),
    (0.60, 0.38, 0.32),
)  # fmt: skip


def houses(
    rng: np.random.Generator, street: Street, spans: list[tuple[float, float]], night: bool
) -> list[Mesh | Textured]:
    """Fronts along both pavements beside the stretches `spans`, and at the end of the road; gaps here and there."""
    pieces: list[Mesh | Textured] = []
    gap = float(rng.uniform(0.05, 0.6))
    fronts = [surfaces.house_front(rng, WALLS[int(rng.integers(len(WALLS)))], night) for _ in range(6)]
    shops = [surfaces.shop_front(rng, night) for _ in range(2)]
    for side in (-1, 1):
        edge = side * (street.right_m if side > 0 else -street.left_m) + side * (street.pavement_m + rng.uniform(0, 12))
        for low, high in spans:
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
