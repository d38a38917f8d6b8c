"""What trucks carry, and what they carry it in."""

from collections.abc import Callable

import numpy as np

from models.datasets.drawn import fittings
from models.datasets.drawn.fittings import CABS, CHROME, DARK
from models.datasets.drawn.mesh import Colour
from models.datasets.drawn.people import pick
from models.datasets.drawn.sculptor import Sculptor

BOXES: tuple[Colour, ...] = (
    (0.90, 0.90, 0.89), (0.90, 0.90, 0.89), (0.70, 0.71, 0.72), (0.80, 0.75, 0.60), (0.25, 0.42, 0.70),
    (0.75, 0.2, 0.15),
)  # fmt: skip
CONTAINERS: tuple[Colour, ...] = (
    (0.20, 0.35, 0.60), (0.65, 0.25, 0.15), (0.15, 0.42, 0.30), (0.80, 0.45, 0.12), (0.75, 0.75, 0.74),
    (0.85, 0.3, 0.5),
)  # fmt: skip
CANVAS: tuple[Colour, ...] = ((0.20, 0.32, 0.24), (0.25, 0.35, 0.55), (0.45, 0.42, 0.35), (0.55, 0.25, 0.15))
HEAPS: tuple[Colour, ...] = (
    (0.50, 0.42, 0.32), (0.66, 0.50, 0.33), (0.55, 0.55, 0.52), (0.25, 0.40, 0.25), (0.60, 0.30, 0.20),
    (0.75, 0.72, 0.66),
)  # fmt: skip
Span = tuple[float, float]
Size = tuple[float, float, float]
"""Width, height of the floor, height of the cab."""


def load(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, *, truck: str, paint: Colour) -> None:
    """Fill the space behind the cab, from y `span[0]` to `span[1]`, as trucks of this size do."""
    choices: dict[str, dict[Callable[[Sculptor, np.random.Generator, Span, Size, Colour], None], float]] = {
        "carry": {_box: 0.3, _canvas: 0.25, _open: 0.45},
        "light": {_box: 0.42, _canvas: 0.25, _open: 0.28, _tank: 0.05},
        "heavy": {_box: 0.27, _canvas: 0.17, _open: 0.12, _tank: 0.12, _tipper: 0.2, _mixer: 0.12},
        "long": {_box: 0.25, _canvas: 0.12, _tank: 0.13, _tipper: 0.1, _container: 0.4},
    }
    makers, shares = zip(*choices[truck].items(), strict=True)
    makers[int(rng.choice(len(makers), p=shares))](shape, rng, span, size, paint)


def _box(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    (back, front), (width, floor, cab) = span, size
    high = max(cab + float(rng.uniform(-0.1, 0.7)), floor + 1.1)
    x = width / 2
    colour = pick(rng, BOXES)
    body = shape.frustum((-x, x, back, front), (-x, x, back, front), (floor, high), colour)
    trim = (colour[0] * 0.7, colour[1] * 0.7, colour[2] * 0.7)
    for face in ("right", "left"):
        for a in np.linspace(0.0, 0.99, int(rng.integers(2, 9))):
            shape.panel(body[face], (float(a), float(a) + 0.008), (0.0, 1.0), trim, 0.01)
        if rng.random() < 0.6:
            shape.panel(body[face], (0.15, 0.85), (0.40, 0.75), pick(rng, CABS), 0.012)
            fittings.writing(shape, body[face], (0.2, 0.8), (0.50, 0.66), rng, colour=pick(rng, BOXES))
        shape.panel(body[face], (0.0, 1.0), (0.0, 0.06), DARK, 0.014)
        shape.panel(body[face], (0.0, 1.0), (0.96, 1.0), trim, 0.014)
    for a in (0.0, 0.49, 0.97):
        shape.panel(body["back"], (a, a + 0.025), (0.02, 0.98), trim)
    for a in (0.25, 0.72):
        shape.panel(body["back"], (a, a + 0.02), (0.05, 0.95), CHROME)


def _container(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    (back, front), (width, floor, _) = span, size
    x, colour = width / 2, pick(rng, CONTAINERS)
    body = shape.frustum((-x, x, back, front), (-x, x, back, front), (floor, floor + 2.5), colour)
    dark = (colour[0] * 0.72, colour[1] * 0.72, colour[2] * 0.72)
    for face in ("right", "left"):
        ribs = int((front - back) / 0.28)
        for i in range(ribs):
            shape.panel(body[face], (i / ribs, (i + 0.4) / ribs), (0.04, 0.96), dark, 0.006)
        fittings.writing(shape, body[face], (0.3, 0.7), (0.55, 0.75), rng, colour=(0.92, 0.92, 0.9))
    for a in (0.06, 0.30, 0.5, 0.68, 0.92):
        shape.panel(body["back"], (a, a + 0.02), (0.02, 0.98), (0.55, 0.55, 0.55))


def _canvas(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    """Boards below, a tarpaulin over bows above."""
    (back, front), (width, floor, cab) = span, size
    x, colour = width / 2, pick(rng, CANVAS)
    high = max(cab + float(rng.uniform(0.0, 0.5)), floor + 1.2)
    rail = floor + float(rng.uniform(0.4, 0.8))
    _boards(shape, span, width, (floor, rail), paint)
    bows = max(3, int((front - back) / 0.7))
    for i in range(bows):
        y0, y1 = (back + (front - back) * (i + part) / bows for part in (0.0, 1.0))
        sag = float(rng.uniform(0.0, 0.06))
        low = rail - 0.1
        middle = ((y0 + y1) / 2, low, high - sag, x * (1 - sag * 0.4))
        shape.loft([(y0, low, high, x), middle, (y1, low, high, x)], colour, sides=16)


def _open(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    """A flatbed with boards, empty or with a heap, crates or bars."""
    (back, front), (width, floor, cab) = span, size
    rail = floor + float(rng.uniform(0.3, 0.55))
    shape.box((0, (back + front) / 2, floor), (width, front - back, 0.12), DARK)
    _boards(shape, span, width, (floor, rail), pick(rng, CABS) if rng.random() < 0.5 else paint)
    what = str(rng.choice(["none", "heap", "crates", "bars", "cage"], p=[0.2, 0.25, 0.3, 0.1, 0.15]))
    x = width / 2 - 0.12
    if what == "heap":
        _heap(shape, rng, (back, front), x, (floor, rail + float(rng.uniform(0.1, 0.7))))
    elif what == "crates":
        for y in np.arange(back + 0.4, front - 0.4, 0.65):
            high = float(rng.uniform(0.3, max(0.5, cab - floor)))
            shape.box(
                (float(rng.normal(0, 0.08)), float(y), floor + high / 2), (x * 1.8, 0.6, high), pick(rng, HEAPS + CABS)
            )
    elif what == "bars":
        for i in range(6):
            y = float(rng.uniform(-0.2, 0.6))
            shape.tube(
                (-x + i * 0.3, back - y, rail + 0.1),
                (-x + i * 0.3, front + 0.3, rail + 0.15),
                0.05,
                pick(rng, HEAPS),
                sides=5,
            )
    elif what == "cage":
        for y in np.linspace(back + 0.1, front - 0.1, 7):
            for side in (-1, 1):
                shape.box((side * x, float(y), (rail + cab) / 2), (0.05, 0.05, cab - rail), CHROME)
        _heap(shape, rng, (back, front), x, (floor, cab - 0.3))


def _tipper(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    (back, front), (width, floor, _) = span, size
    colour = paint if rng.random() < 0.5 else pick(rng, CABS)
    rail, x = floor + float(rng.uniform(0.9, 1.5)), width / 2
    shape.frustum((-x * 0.9, x * 0.9, back + 0.3, front), (-x, x, back, front), (floor, rail), colour, top=DARK)
    for side in (-1, 1):
        for y in np.linspace(back + 0.4, front - 0.1, 7):
            shape.box((side * x * 0.98, float(y), (floor + rail) / 2), (0.12, 0.10, rail - floor), colour)
        shape.box((side * x, (back + front) / 2, rail), (0.12, front - back, 0.12), colour)
    shape.box((0, front + 0.15, rail + 0.05), (width * 0.95, 0.6, 0.08), colour)
    if rng.random() < 0.7:
        _heap(shape, rng, span, x * 0.95, (rail - 0.2, rail + float(rng.uniform(0.1, 0.5))))


def _tank(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    (back, front), (width, floor, _) = span, size
    radius = width / 2 * 0.90
    colour = pick(
        rng, ((0.8, 0.8, 0.8), (0.75, 0.3, 0.1), (0.3, 0.45, 0.35), (0.9, 0.9, 0.88), (0.2, 0.4, 0.65), paint)
    )
    middle = floor + radius * 0.85
    shape.loft([(back, middle - radius * 0.8, middle + radius * 0.7, radius * 0.9)]
               + [(y, middle - radius * 0.85, middle + radius * 0.85, radius) for y in (back + 0.15, front - 0.15)]
               + [(front, middle - radius * 0.8, middle + radius * 0.7, radius * 0.9)], colour, sides=20)  # fmt: skip
    for y in np.linspace(back + 0.4, front - 0.4, 4):
        shape.tube(
            (0, float(y), middle + radius * 0.8),
            (0, float(y), middle + radius * 0.8 + 0.12),
            0.25,
            CHROME,
            sides=10,
            capped=True,
        )
    for side in (-1, 1):
        flank = fittings.wall(
            side * radius * 1.0, (back + 0.3, front - 0.3), (middle - radius * 0.4, middle + radius * 0.4)
        )
        shape.panel(flank, (0.0, 1.0), (0.35, 0.65), pick(rng, CABS), 0.01)
        fittings.writing(shape, flank, (0.2, 0.8), (0.4, 0.6), rng, colour=(0.95, 0.95, 0.95))
        shape.box((side * radius * 0.9, (back + front) / 2, floor), (0.2, front - back, 0.12), DARK)


def _mixer(shape: Sculptor, rng: np.random.Generator, span: Span, size: Size, paint: Colour) -> None:
    """A drum that rises to the back."""
    back, front = span
    width, floor, _ = size
    colour, long = pick(rng, ((0.85, 0.85, 0.84), (0.85, 0.7, 0.15), (0.3, 0.5, 0.4), paint)), front - back
    shape.box((0, (back + front) / 2, floor), (width * 0.7, long, 0.2), DARK)
    stations = [
        (0.02, 0.5, 0.45),
        (0.15, 0.75, 0.35),
        (0.45, 1.15, 0.15),
        (0.7, 1.1, 0.08),
        (0.92, 0.75, 0.15),
        (0.98, 0.5, 0.25),
    ]
    shape.loft(
        [(back + long * a, floor + lift, floor + lift + radius * 2, radius) for a, radius, lift in stations],
        colour,
        sides=16,
    )
    stripe = pick(rng, CABS)
    shape.loft([(back + long * a, floor + 0.06, floor + 2.44, 1.19) for a in (0.5, 0.62)], stripe, sides=16)
    shape.box((0, back + 0.25, floor + 1.6), (width * 0.5, 0.4, 0.8), DARK)


def _boards(shape: Sculptor, span: Span, width: float, z: tuple[float, float], colour: Colour) -> None:
    (back, front), (low, high) = span, z
    middle = (low + high) / 2
    for side in (-1, 1):
        board = shape.box(
            (side * (width / 2 - 0.03), (back + front) / 2, middle), (0.06, front - back, high - low), colour
        )
        for a in (0.0, 0.25, 0.5, 0.75, 0.985):
            shape.panel(board["right" if side > 0 else "left"], (a, a + 0.015), (0.0, 1.0), DARK, 0.01)
    for y in (back + 0.03, front - 0.03):
        shape.box((0, y, middle), (width, 0.06, high - low), colour)


def _heap(shape: Sculptor, rng: np.random.Generator, span: Span, x: float, z: tuple[float, float]) -> None:
    (back, front), (low, high) = span, z
    colour = pick(rng, HEAPS)
    shape.frustum((-x, x, back + 0.1, front - 0.1), (-x * 0.75, x * 0.75, back + 0.5, front - 0.5), (low, high), colour)
    for _ in range(10):
        place = (float(rng.uniform(-x, x)) * 0.7, float(rng.uniform(back + 0.4, front - 0.4)), high - 0.05)
        lump = float(rng.uniform(0.15, 0.35))
        tone = float(rng.uniform(0.8, 1.15))
        shape.ball(place, (lump, lump, lump * 0.7), (colour[0] * tone, colour[1] * tone, colour[2] * tone), upper=True)
