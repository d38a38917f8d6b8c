"""Cars, buses and trucks. Dimensions after common models; the skin is ours."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.mesh import Colour, Lamp, Sculptor
from models.datasets.drawn.people import pick
from vision.arrays import F64

PAINT: tuple[Colour, ...] = (
    (0.90, 0.90, 0.90), (0.90, 0.90, 0.89), (0.07, 0.07, 0.08), (0.12, 0.12, 0.13), (0.58, 0.59, 0.60),
    (0.40, 0.41, 0.43), (0.60, 0.07, 0.08), (0.14, 0.22, 0.42), (0.42, 0.32, 0.24), (0.80, 0.50, 0.12),
    (0.75, 0.71, 0.62),
)  # fmt: skip
TAXI: tuple[Colour, ...] = (
    (0.10, 0.55, 0.28),
    (0.92, 0.92, 0.92),
    (0.90, 0.72, 0.12),
    (0.05, 0.55, 0.60),
    (0.80, 0.10, 0.10),
)
BUS: tuple[Colour, ...] = (
    (0.75, 0.12, 0.10),
    (0.90, 0.75, 0.15),
    (0.10, 0.48, 0.25),
    (0.90, 0.90, 0.90),
    (0.15, 0.35, 0.62),
    (0.62, 0.52, 0.42),
)
CABS: tuple[Colour, ...] = (
    (0.88, 0.88, 0.88),
    (0.15, 0.30, 0.60),
    (0.70, 0.12, 0.10),
    (0.12, 0.42, 0.26),
    (0.85, 0.60, 0.15),
)
GLASS: Colour = (0.10, 0.12, 0.14)
SHEEN: Colour = (0.30, 0.35, 0.40)
TYRE: Colour = (0.06, 0.06, 0.06)
RIM: Colour = (0.50, 0.50, 0.52)
DARK: Colour = (0.10, 0.10, 0.11)
WHITE_LAMP: Colour = (0.93, 0.94, 0.92)
RED_LAMP: Colour = (0.70, 0.06, 0.05)
AMBER: Colour = (0.90, 0.55, 0.12)


@dataclass(frozen=True, slots=True)
class Body:
    """Metres. bonnet, boot: how far the lower edges of the glass lie from the nose and the tail; rake: how far the
    upper edges lie further in."""

    length: float
    width: float
    height: float
    belt: float
    bonnet: float
    boot: float
    rake_front: float
    rake_back: float


SEDAN = Body(4.45, 1.76, 1.47, 0.92, 1.05, 0.62, 0.75, 0.62)
HATCH = Body(3.75, 1.66, 1.50, 0.92, 0.80, 0.08, 0.62, 0.30)
SUV = Body(4.55, 1.86, 1.72, 1.05, 1.05, 0.10, 0.55, 0.35)
VAN = Body(4.65, 1.80, 1.85, 1.05, 0.62, 0.06, 0.70, 0.16)


def car(rng: np.random.Generator) -> Sculptor:
    """A sedan, hatchback, SUV or van; one in five a taxi with its sign."""
    shape = Sculptor()
    plan = (SEDAN, HATCH, SUV, VAN)[int(rng.choice(4, p=[0.40, 0.18, 0.30, 0.12]))]
    taxi = rng.random() < 0.2
    size = float(rng.uniform(0.95, 1.05))
    plan = Body(*(value * size for value in (plan.length, plan.width, plan.height, plan.belt, plan.bonnet, plan.boot,
                                             plan.rake_front, plan.rake_back)))  # fmt: skip
    paint = pick(rng, TAXI if taxi else PAINT)
    _car_body(shape, plan, paint)
    _car_cabin(shape, plan, paint, rng)
    _car_ends(shape, plan, paint, rng)
    if taxi:
        roof = (0.0, -0.1, plan.height + 0.06)
        shape.box(roof, (0.55, 0.18, 0.14), pick(rng, ((0.95, 0.9, 0.3), (0.95, 0.95, 0.95), (0.2, 0.6, 0.3))))
    elif plan.height > 1.65 and rng.random() < 0.5:
        for side in (-1, 1):
            x = side * plan.width * 0.36
            shape.tube((x, -1.1, plan.height + 0.04), (x, 0.5, plan.height + 0.04), 0.02, DARK, sides=4)
    return shape


def bus(rng: np.random.Generator) -> Sculptor:
    """A city bus, coach or minibus of 6 to 12 m."""
    shape = Sculptor()
    mini = rng.random() < 0.35
    length, width, height = (
        (float(rng.uniform(5.8, 7.2)), 2.05, 2.65)
        if mini
        else (float(rng.uniform(8.5, 12)), 2.5, float(rng.uniform(3.0, 3.5)))
    )
    paint, second = pick(rng, BUS), pick(rng, BUS)
    x, y = width / 2, length / 2
    lower = shape.frustum(
        (-x, x, -y, y), (-x, x, -y, y - 0.03), (0.32, height * 0.42), second if rng.random() < 0.5 else paint
    )
    roof = (-x * 0.95, x * 0.95, -y + 0.06, y - 0.16)
    upper = shape.frustum((-x, x, -y, y - 0.03), roof, (height * 0.42, height), paint,
                          top=pick(rng, ((0.85, 0.85, 0.84), (0.6, 0.6, 0.6), paint)))  # fmt: skip
    shape.panel(upper["front"], (0.05, 0.95), (0.0, 0.72), GLASS)
    shape.panel(upper["front"], (0.2, 0.8), (0.78, 0.95), (0.15, 0.12, 0.05))
    shape.panel(upper["front"], (0.08, 0.55), (0.35, 0.65), SHEEN, 0.02)
    shape.panel(upper["back"], (0.10, 0.90), (0.25, 0.80), GLASS)
    panes = max(4, int(length / 1.35))
    for face in ("right", "left"):
        for i in range(panes):
            a = (i + 0.08) / panes
            shape.panel(upper[face], (a, a + 0.86 / panes), (0.12, 0.72), GLASS)
            shape.panel(upper[face], (a, a + 0.86 / panes), (0.55, 0.72), SHEEN, 0.018)
        shape.panel(lower[face], (0.0, 1.0), (0.35, 0.5), second)
    door = (0.82, 0.92)
    shape.panel(lower["right"], door, (0.0, 1.0), GLASS, 0.02)
    _lamps(shape, lower, y, width, z=0.75)
    _wheels(shape, width, ((length * 0.28, 0.46), (-length * 0.27, 0.46)) if not mini else ((1.9, 0.38), (-1.7, 0.38)))
    for side in (-1, 1):
        shape.box((side * (x + 0.16), y + 0.05, height * 0.66), (0.16, 0.12, 0.36), DARK)
    if not mini:
        shape.box((0, -1.0, height + 0.12), (1.6, 2.2, 0.24), (0.75, 0.75, 0.74))
    return shape


def truck(rng: np.random.Generator) -> Sculptor:
    """A light or heavy truck: box, tarpaulin, flatbed with load, tanker or tipper."""
    shape = Sculptor()
    heavy = rng.random() < 0.45
    length = float(rng.uniform(7.2, 9.5) if heavy else rng.uniform(4.8, 6.2))
    width, cab_high, floor = (2.45, 2.85, 1.1) if heavy else (1.9, 2.1, 0.80)
    paint = pick(rng, CABS)
    nose, cab_long = length / 2, 1.9 if heavy else 1.55
    _cab(shape, paint, nose, cab_long, size=(width, cab_high))
    shape.box((0, 0, floor - 0.22), (width * 0.5, length * 0.96, 0.26), DARK)
    back, front = -length / 2, nose - cab_long - 0.12
    _cargo(shape, rng, (back, front), width, floor=floor, cab_high=cab_high)
    axles = [(nose - 0.9, 0.48 if heavy else 0.37), (back + 1.1, 0.48 if heavy else 0.37)]
    if heavy:
        axles.append((back + 2.3, 0.48))
    _wheels(shape, width * 0.97, tuple(axles))
    bumper = shape.box((0, back - 0.02, floor - 0.25), (width * 0.92, 0.08, 0.16), DARK)
    for across in ((0.02, 0.16), (0.84, 0.98)):
        shape.panel(bumper["back"], across, (0.1, 0.9), RED_LAMP)
    for side in (-1, 1):
        shape.lamps.append(Lamp((side * width * 0.42, back - 0.1, floor - 0.25), (1.0, 0.12, 0.08), 0.1, -1))
    return shape


def _car_body(shape: Sculptor, plan: Body, paint: Colour) -> None:
    half, nose, low = plan.width / 2, plan.length / 2, 0.20
    hood, deck = plan.belt * 0.93, plan.belt
    shape.loft(
        [
            (-nose, low + 0.16, deck - 0.22, half * 0.80), (-nose + 0.10, low + 0.03, deck - 0.05, half * 0.93),
            (-nose + 0.55, low, deck, half), (0.0, low, deck, half), (nose - plan.bonnet, low, deck, half),
            (nose - 0.45, low, hood - 0.06, half * 0.98), (nose - 0.10, low + 0.03, hood - 0.20, half * 0.90),
            (nose, low + 0.14, hood - 0.32, half * 0.78),
        ],
        paint,
        sides=16,
    )  # fmt: skip
    radius = 0.31 * plan.height / 1.5
    axle = plan.length * 0.295
    for y in (axle, -axle):
        shape.tube((-half * 1.004, y, radius), (half * 1.004, y, radius), radius * 1.17, DARK, sides=14, capped=True)
    _wheels(shape, plan.width + 0.02, ((axle, radius), (-axle, radius)))


def _car_cabin(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator) -> None:
    half, nose = plan.width / 2 * 0.93, plan.length / 2
    back, front = -nose + plan.boot, nose - plan.bonnet
    top = (-half * 0.80, half * 0.80, back + plan.rake_back, front - plan.rake_front)
    # One car in three has a glass or dark roof.
    roof = DARK if rng.random() < 0.12 else paint
    cabin = shape.frustum((-half, half, back, front), top, (plan.belt - 0.05, plan.height), paint, top=roof)
    shape.panel(cabin["front"], (0.05, 0.95), (0.06, 0.94), GLASS)
    shape.panel(cabin["front"], (0.15, 0.62), (0.40, 0.88), SHEEN, 0.018)
    shape.panel(cabin["back"], (0.07, 0.93), (0.15, 0.90), GLASS)
    for face, order in (("right", ((0.06, 0.49), (0.53, 0.93))), ("left", ((0.07, 0.47), (0.51, 0.94)))):
        for across in order:
            shape.panel(cabin[face], across, (0.12, 0.86), GLASS)
            shape.panel(cabin[face], across, (0.55, 0.86), (0.18, 0.21, 0.25), 0.018)
    for side in (-1, 1):
        shape.box((side * (plan.width / 2 + 0.09), front - 0.25, plan.belt + 0.03), (0.16, 0.10, 0.13), paint)


def _car_ends(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator) -> None:
    nose, half = plan.length / 2, plan.width / 2
    z = plan.belt * 0.66
    front = shape.box((0, nose - 0.04, z - 0.02), (half * 1.62, 0.14, 0.20), paint)
    shape.panel(front["front"], (0.0, 0.24), (0.2, 1.0), WHITE_LAMP)
    shape.panel(front["front"], (0.76, 1.0), (0.2, 1.0), WHITE_LAMP)
    shape.panel(front["front"], (0.28, 0.72), (0.1, 0.9), DARK if rng.random() < 0.7 else (0.6, 0.6, 0.62))
    lip = shape.box((0, nose + 0.01, 0.36), (half * 1.5, 0.08, 0.20), DARK if rng.random() < 0.6 else paint)
    shape.panel(lip["front"], (0.34, 0.66), (0.2, 0.8), (0.9, 0.9, 0.88))
    tail_z = plan.belt * 0.80
    tail = shape.box((0, -nose + 0.05, tail_z), (half * 1.72, 0.16, 0.20), paint)
    shape.panel(tail["back"], (0.0, 0.22), (0.05, 0.95), RED_LAMP)
    shape.panel(tail["back"], (0.78, 1.0), (0.05, 0.95), RED_LAMP)
    low = shape.box((0, -nose - 0.01, 0.40), (half * 1.6, 0.10, 0.26), paint)
    shape.panel(low["back"], (0.0, 1.0), (0.0, 0.45), DARK)
    shape.panel(tail["back"], (0.34, 0.66), (-0.9, -0.15), (0.9, 0.9, 0.88))
    for side in (-1, 1):
        shape.lamps.append(Lamp((side * half * 0.68, nose + 0.06, z), (1.0, 0.97, 0.88), 0.13, 1))
        shape.lamps.append(Lamp((side * half * 0.72, -nose - 0.08, tail_z), (1.0, 0.12, 0.08), 0.10, -1))


def _cab(shape: Sculptor, paint: Colour, nose: float, long: float, *, size: tuple[float, float]) -> None:
    width, high = size
    x = width / 2 * 0.97
    base = (-x, x, nose - long, nose)
    lower = shape.frustum(base, base, (0.45, high * 0.52), paint)
    upper = shape.frustum(base, (-x * 0.94, x * 0.94, nose - long, nose - 0.30), (high * 0.52, high), paint)
    shape.panel(upper["front"], (0.06, 0.94), (0.06, 0.82), GLASS)
    shape.panel(upper["front"], (0.12, 0.55), (0.40, 0.78), SHEEN, 0.02)
    for face in ("right", "left"):
        shape.panel(upper[face], (0.25, 0.85) if face == "right" else (0.15, 0.75), (0.05, 0.75), GLASS)
    shape.panel(lower["front"], (0.25, 0.75), (0.35, 0.75), DARK)
    shape.panel(lower["front"], (0.0, 1.0), (0.0, 0.22), DARK)
    for across in ((0.02, 0.18), (0.82, 0.98)):
        shape.panel(lower["front"], across, (0.28, 0.55), WHITE_LAMP)
    for side in (-1, 1):
        shape.lamps.append(Lamp((side * x * 0.8, nose + 0.06, high * 0.32), (1.0, 0.97, 0.88), 0.14, 1))
        shape.box((side * (x + 0.16), nose - 0.15, high * 0.66), (0.12, 0.08, 0.36), DARK)


def _cargo(
    shape: Sculptor, rng: np.random.Generator, ends: tuple[float, float], width: float, *, floor: float, cab_high: float
) -> None:
    back, front = ends
    x, long = width / 2, front - back
    kind = str(rng.choice(["box", "canvas", "flatbed", "tanker", "tipper"], p=[0.38, 0.2, 0.2, 0.08, 0.14]))
    if kind in ("box", "canvas"):
        high = cab_high + float(rng.uniform(0.0, 0.6))
        body = shape.frustum((-x, x, back, front), (-x, x, back, front), (floor, high),
                             pick(rng, ((0.88, 0.88, 0.87), (0.7, 0.7, 0.7), (0.8, 0.75, 0.6)) if kind == "box"
                                  else ((0.20, 0.32, 0.24), (0.25, 0.35, 0.55), (0.45, 0.42, 0.35))))  # fmt: skip
        for face in ("right", "left"):
            if rng.random() < 0.5:
                shape.panel(body[face], (0.2, 0.8), (0.45, 0.7), pick(rng, CABS))
            shape.panel(body[face], (0.0, 1.0), (0.0, 0.05), DARK)
        shape.panel(body["back"], (0.49, 0.51), (0.02, 0.98), DARK)
    elif kind == "tanker":
        r = x * 0.86
        shape.tube(
            (0, back, floor + r),
            (0, front, floor + r),
            r,
            pick(rng, ((0.8, 0.8, 0.8), (0.75, 0.3, 0.1), (0.3, 0.45, 0.35))),
            sides=14,
            capped=True,
        )
    else:
        paint = pick(rng, CABS)
        rail = 0.45 if kind == "flatbed" else 0.9
        shape.box((0, (back + front) / 2, floor), (width, long, 0.12), DARK)
        for side in (-1, 1):
            shape.box((side * (x - 0.04), (back + front) / 2, floor + rail / 2), (0.08, long, rail), paint)
        for y in (back + 0.04, front - 0.04):
            shape.box((0, y, floor + rail / 2), (width, 0.08, rail), paint)
        if rng.random() < 0.7:
            pile = float(rng.uniform(0.3, 1.2))
            stuff = pick(rng, ((0.5, 0.42, 0.32), (0.66, 0.50, 0.33), (0.55, 0.55, 0.52), (0.25, 0.4, 0.25)))
            shape.frustum(
                (-x + 0.1, x - 0.1, back + 0.1, front - 0.1),
                (-x + 0.3, x - 0.3, back + 0.5, front - 0.3),
                (floor, floor + rail * 0.6 + pile),
                stuff,
            )


def _lamps(shape: Sculptor, body: dict[str, F64], nose: float, width: float, *, z: float) -> None:
    for across in ((0.03, 0.17), (0.83, 0.97)):
        shape.panel(body["front"], across, (0.28, 0.56), WHITE_LAMP)
        shape.panel(body["back"], across, (0.25, 0.53), RED_LAMP)
        shape.panel(body["back"], across, (0.55, 0.68), AMBER)
    shape.panel(body["front"], (0.0, 1.0), (0.0, 0.16), DARK)
    shape.panel(body["back"], (0.0, 1.0), (0.0, 0.16), DARK)
    shape.panel(body["back"], (0.38, 0.62), (0.2, 0.36), (0.9, 0.9, 0.88))
    for side in (-1, 1):
        shape.lamps.append(Lamp((side * width * 0.40, nose + 0.06, z), (1.0, 0.97, 0.88), 0.15, 1))
        shape.lamps.append(Lamp((side * width * 0.40, -nose - 0.06, z), (1.0, 0.12, 0.08), 0.12, -1))


def _wheels(shape: Sculptor, width: float, axles: tuple[tuple[float, float], ...]) -> None:
    for y, radius in axles:
        for side in (-1, 1):
            out, inner = side * width / 2, side * (width / 2 - 0.20)
            ends = ((inner, y, radius), (out, y, radius)) if side > 0 else ((out, y, radius), (inner, y, radius))
            shape.tube(*ends, radius, TYRE, sides=14, capped=True)
            hub = out + side * 0.012
            rim = ((out - side * 0.05, y, radius), (hub, y, radius))
            shape.tube(*(rim if side > 0 else rim[::-1]), radius * 0.62, RIM, sides=10, capped=True)
