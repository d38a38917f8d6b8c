"""What cars, buses and trucks share: wheels, glass, lamps, mirrors, plates and their colours."""

import numpy as np

from models.datasets.drawn.mesh import Colour, Lamp, Place
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.plates.plate import Layout
from vision.arrays import F64

GLASS: Colour = (0.07, 0.08, 0.09)
TYRE: Colour = (0.06, 0.06, 0.06)
RIM: Colour = (0.56, 0.56, 0.58)
DARK: Colour = (0.09, 0.09, 0.10)
CHROME: Colour = (0.72, 0.73, 0.75)
WHITE_LAMP: Colour = (0.90, 0.92, 0.93)
RED_LAMP: Colour = (0.66, 0.05, 0.05)
AMBER: Colour = (0.90, 0.50, 0.10)
GLOSS = 0.8
HEADLIGHT: Colour = (1.0, 0.97, 0.88)
TAILLIGHT: Colour = (1.0, 0.12, 0.08)
CABS: tuple[Colour, ...] = (
    (0.88, 0.88, 0.88), (0.88, 0.88, 0.88), (0.15, 0.30, 0.60), (0.70, 0.12, 0.10), (0.12, 0.42, 0.26),
    (0.85, 0.60, 0.15), (0.45, 0.60, 0.75), (0.50, 0.50, 0.52),
)  # fmt: skip


def glass(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """A tint for the lower and the upper edge of one vehicle's panes: some mirror a bright sky, some are film-black."""
    shine = float(rng.choice([0.12, 0.28, 0.45])) * float(rng.uniform(0.8, 1.2))
    low = float(rng.uniform(0.04, 0.11))
    return (low, low * 1.05, low * 1.1), (shine * 0.92, shine, shine * 1.06)


def wheels(shape: Sculptor, width_m: float, axles: tuple[tuple[float, float], ...], rim: Colour = RIM,
           spokes: int = 5) -> None:  # fmt: skip
    """A pair of wheels at each (y, radius); `width_m` from tread to tread outside."""
    for y, radius in axles:
        for side in (-1, 1):
            out, inner = side * width_m / 2, side * (width_m / 2 - 0.22)
            _bar(shape, (inner, y, radius), (out, y, radius), radius, TYRE, side=side)
            _bar(shape, (out - side * 0.05, y, radius), (out + side * 0.010, y, radius), radius * 0.64, rim, side=side)
            _spokes(shape, (out + side * 0.016, y, radius), radius * 0.56, side, spokes)


def _bar(shape: Sculptor, start: Place, end: Place, radius: float, colour: Colour, *, side: int) -> None:
    ends = (start, end) if side > 0 else (end, start)
    shape.tube(*ends, radius, colour, sides=16, capped=True)


def _spokes(shape: Sculptor, hub: Place, radius: float, side: int, count: int) -> None:
    """The dark gaps between the spokes."""
    x, y, z = hub
    for i in range(count):
        turn = 2 * np.pi * i / count
        corners = [(0.25, -0.25), (0.95, -0.36), (0.95, 0.36), (0.25, 0.25)]
        points = [
            (x, y + side * radius * r * float(np.cos(turn + a)), z + radius * r * float(np.sin(turn + a)))
            for r, a in corners
        ]
        shape.face(points, DARK)


def arches(shape: Sculptor, half_m: float, axles: tuple[tuple[float, float], ...]) -> None:
    """The dark hollows round the wheels of a closed body."""
    for y, radius in axles:
        shape.tube(
            (-half_m * 1.004, y, radius), (half_m * 1.004, y, radius), radius * 1.18, DARK, sides=16, capped=True
        )


def shining(shape: Sculptor, x_m: float, ends_m: tuple[float, float], z_m: tuple[float, float], size_m: float) -> None:
    """Head-lamps at the front end and tail-lamps at the back end, left and right."""
    front, back = ends_m
    for side in (-1, 1):
        shape.lamps.append(Lamp((side * x_m, front + 0.06, z_m[0]), HEADLIGHT, size_m, 1))
        shape.lamps.append(Lamp((side * x_m, back - 0.06, z_m[1]), TAILLIGHT, size_m * 0.8, -1))


def mirrors(shape: Sculptor, x_m: float, at: tuple[float, float], size: Place, colour: Colour) -> None:
    y, z = at
    for side in (-1, 1):
        shape.box((side * (x_m + size[0] / 2), y, z), size, colour)


def grille(shape: Sculptor, face: F64, across: tuple[float, float], up: tuple[float, float], bars: int,
           *, bright: Colour = CHROME) -> None:  # fmt: skip
    """A dark mouth with bars over it."""
    shape.panel(face, across, up, DARK, 0.015)
    step = (up[1] - up[0]) / max(bars, 1)
    for bar in range(bars):
        low = up[0] + (bar + 0.55) * step
        shape.panel(face, across, (low, low + 0.3 * step), bright, 0.02)


def writing(shape: Sculptor, face: F64, across: tuple[float, float], up: tuple[float, float], rng: np.random.Generator,
            *, colour: Colour) -> None:  # fmt: skip
    """Blocks that look like words from afar."""
    x = across[0]
    while x < across[1] - 0.01:
        wide = float(rng.uniform(0.04, 0.16)) * (across[1] - across[0])
        shape.panel(face, (x, min(x + wide, across[1])), up, colour, 0.022)
        x += wide * float(rng.uniform(1.15, 1.5))


def wall(x_m: float, y_m: tuple[float, float], z_m: tuple[float, float]) -> F64:
    """The corners of an upright side face for panels; on the right where x is positive, else on the left."""
    (y0, y1), (z0, z1) = y_m, z_m
    ends = (y0, y1) if x_m > 0 else (y1, y0)
    return np.array([(x_m, ends[0], z0), (x_m, ends[1], z0), (x_m, ends[1], z1), (x_m, ends[0], z1)])


def end(half_m: float, y_m: float, z_m: tuple[float, float], facing: int, lean_m: float = 0.0) -> F64:
    """The corners of a front (+1) or back (-1) face for panels, its upper edge `lean_m` further in."""
    left = half_m if facing > 0 else -half_m
    low, high = z_m
    top = y_m - facing * lean_m
    return np.array([(left, y_m, low), (-left, y_m, low), (-left, top, high), (left, top, high)])


def plates(shape: Sculptor, rng: np.random.Generator, ends_m: tuple[float, float], z_m: tuple[float, float]) -> None:
    """One plate in front and one behind; both long, both short, or one of each."""
    front = Layout.CAR_LONG if rng.random() < 0.5 else Layout.CAR_SHORT
    back = front if rng.random() < 0.6 else Layout.CAR_SHORT
    shape.plate((0.0, ends_m[0], z_m[0]), front, 1)
    shape.plate((0.0, ends_m[1], z_m[1]), back, -1)
