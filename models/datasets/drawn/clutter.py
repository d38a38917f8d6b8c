"""What stands about on Asian pavements: stalls, parasols, bins, pots, boards, poles and wires, railings, bus stops."""

import numpy as np

from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.people import pick
from models.datasets.drawn.scene import Street
from models.datasets.drawn.sculptor import Sculptor

PAINT: tuple[Colour, ...] = (
    (0.80, 0.15, 0.12), (0.15, 0.35, 0.70), (0.90, 0.75, 0.15), (0.20, 0.50, 0.25), (0.85, 0.85, 0.82),
    (0.55, 0.40, 0.25), (0.35, 0.35, 0.36), (0.90, 0.45, 0.10),
)  # fmt: skip
GREY: Colour = (0.52, 0.53, 0.54)


def clutter(rng: np.random.Generator, street: Street, spans: list[tuple[float, float]]) -> Mesh | None:
    """Things on both pavements beside the stretches `spans` of the road; None on a bare one."""
    shape = Sculptor()
    many = int(rng.integers(0, 26)) if rng.random() < 0.8 else 0
    makers = (_parasol, _bin, _crates, _pots, _board, _bench, _stall)
    for _ in range(many):
        low, high = spans[int(rng.integers(len(spans)))]
        right = rng.random() < 0.5
        out = float(rng.uniform(0.7, max(0.9, street.pavement_m)))
        x = street.right_m + out if right else street.left_m - out
        y = float(rng.uniform(max(low, 4), max(min(high, 90), max(low, 4) + 1)))
        makers[int(rng.integers(len(makers)))](shape, rng, x, y)
    if rng.random() < 0.3:
        _wires(shape, rng, street)
    for edge in (street.left_m - 0.3, street.right_m + 0.3):
        if rng.random() < 0.18:
            _railing(shape, rng, edge, spans)
    if many == 0 and not shape.used:
        return None
    return shape.mesh(0.3)


def _parasol(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    wide, high = float(rng.uniform(0.8, 1.5)), float(rng.uniform(1.9, 2.5))
    colour = pick(rng, PAINT)
    shape.tube((x, y, 0), (x, y, high), 0.03, GREY)
    shape.tube((x, y, high - 0.3), (x, y, high), wide, colour, 0.04, sides=8)
    shape.tube((x, y, high - 0.26), (x, y, high - 0.3), 0.03, colour, wide, sides=8)


def _bin(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    shape.box((x, y, 0.5), (0.55, 0.6, 0.9), pick(rng, PAINT))
    shape.box((x, y, 1.0), (0.6, 0.65, 0.1), (0.2, 0.2, 0.2))


def _crates(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    for _ in range(int(rng.integers(2, 7))):
        w, d, h = rng.uniform(0.25, 0.6, 3).tolist()
        shape.box((x + float(rng.normal(0, 0.4)), y + float(rng.normal(0, 0.5)), h / 2), (w, d, h), pick(rng, PAINT))


def _pots(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    for i in range(int(rng.integers(1, 5))):
        place = y + i * 0.7
        shape.tube((x, place, 0), (x, place, 0.4), 0.16, (0.5, 0.32, 0.24), 0.22, sides=8)
        green = float(rng.uniform(0.22, 0.42))
        shape.ball((x, place, 0.7), (0.3, 0.3, float(rng.uniform(0.25, 0.5))), (green * 0.6, green, green * 0.45))


def _board(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    """A sign or hoarding on legs, something like writing on it."""
    wide, high, lift = float(rng.uniform(0.6, 2.4)), float(rng.uniform(0.6, 2.2)), float(rng.uniform(0.3, 2.4))
    colour, ink = pick(rng, PAINT), pick(rng, PAINT)
    for side in (-0.4, 0.4):
        shape.tube((x + side * wide, y, 0), (x + side * wide, y, lift), 0.04, GREY)
    board = shape.box((x, y, lift + high / 2), (wide, 0.08, high), colour)
    for face in ("front", "back"):
        for row in range(int(rng.integers(1, 4))):
            low = 0.15 + 0.27 * row
            shape.panel(board[face], (0.1, float(rng.uniform(0.5, 0.9))), (low, low + 0.14), ink, 0.02)


def _bench(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    wood = pick(rng, PAINT)
    shape.box((x, y, 0.45), (0.45, 1.5, 0.08), wood)
    shape.box((x + 0.22, y, 0.7), (0.06, 1.5, 0.4), wood)
    for end in (-0.6, 0.6):
        shape.box((x, y + end, 0.2), (0.4, 0.06, 0.4), GREY)


def _stall(shape: Sculptor, rng: np.random.Generator, x: float, y: float) -> None:
    """A cart or counter under a roof, wares on it."""
    colour = pick(rng, PAINT)
    shape.box((x, y, 0.5), (0.9, 1.6, 0.8), colour)
    for a in (-0.4, 0.4):
        for b in (-0.75, 0.75):
            shape.tube((x + a, y + b, 0), (x + a, y + b, 2.1), 0.025, GREY, sides=4)
    shape.box((x, y, 2.12), (1.3, 2.0, 0.08), pick(rng, PAINT))
    for _ in range(8):
        size = float(rng.uniform(0.08, 0.2))
        place = (x + float(rng.uniform(-0.35, 0.35)), y + float(rng.uniform(-0.7, 0.7)), 0.95)
        shape.ball(place, (size, size, size), pick(rng, PAINT))


def _wires(shape: Sculptor, rng: np.random.Generator, street: Street) -> None:
    x = street.right_m + 0.9 if rng.random() < 0.5 else street.left_m - 0.9
    step = float(rng.uniform(20, 35))
    for i in range(6):
        y = 9 + i * step
        shape.tube((x, y, 0), (x, y, 7.5), 0.13, (0.55, 0.53, 0.50), 0.09)
        shape.box((x, y, 6.8), (1.2, 0.1, 0.1), GREY)
        for wire in range(5):
            z, out = 5.6 + 0.3 * wire, float(rng.uniform(-0.4, 0.4))
            middle = (x + out, y + step / 2, z - float(rng.uniform(0.2, 0.6)))
            shape.tube((x + out, y, z), middle, 0.018, (0.07, 0.07, 0.07), sides=3)
            shape.tube(middle, (x + out, y + step, z), 0.018, (0.07, 0.07, 0.07), sides=3)


def _railing(shape: Sculptor, rng: np.random.Generator, x: float, spans: list[tuple[float, float]]) -> None:
    colour = pick(rng, ((0.85, 0.85, 0.84), (0.55, 0.56, 0.57), (0.80, 0.65, 0.2)))
    for low, high in spans:
        start, stop = max(low, -2), min(high, 110)
        if stop - start < 2:
            continue
        for z in (0.35, 0.95):
            shape.box((x, (start + stop) / 2, z), (0.05, stop - start, 0.06), colour)
        for y in np.arange(start, stop, 0.6):
            shape.box((x, float(y), 0.5), (0.04, 0.04, 1.0), colour)
