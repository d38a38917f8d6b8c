"""Trucks: cabs with boxes, tarpaulins, flatbeds, tanks, tippers, mixers and containers, and pick-ups."""

import numpy as np

from models.datasets.drawn import cars, fittings
from models.datasets.drawn.cargo import load
from models.datasets.drawn.fittings import AMBER, CABS, CHROME, DARK, GLOSS, RED_LAMP, WHITE_LAMP
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.people import pick
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.plates.plate import Layout

# Length from and to, width, height of the cab, height of the floor, wheel radius, length of the cab.
SIZES = {
    "carry": (3.7, 4.4, 1.55, 1.80, 0.62, 0.28, 1.25),
    "light": (4.9, 6.4, 1.95, 2.15, 0.80, 0.38, 1.55),
    "heavy": (7.0, 9.2, 2.45, 2.85, 1.10, 0.49, 1.95),
    "long": (9.5, 12.0, 2.48, 3.15, 1.25, 0.52, 2.15),
}


def truck(rng: np.random.Generator) -> Mesh:
    """A truck of 3.7 to 12 m; one in seven is a pick-up with a car's face."""
    if rng.random() < 0.15:
        return _pickup(rng)
    shape = Sculptor()
    size = str(rng.choice(list(SIZES), p=[0.16, 0.36, 0.32, 0.16]))
    shortest, longest, width, cab_high, floor, wheel, cab_long = SIZES[size]
    length = float(rng.uniform(shortest, longest))
    paint = pick(rng, CABS)
    tip = length / 2
    _cab(shape, rng, paint, (tip - cab_long, tip), (width, cab_high))
    back, front = -tip, tip - cab_long - float(rng.uniform(0.08, 0.35))
    shape.box((0, -0.05, floor - 0.24), (width * 0.42, length * 0.95, 0.24), DARK)
    load(shape, rng, (back, front), (width, floor, cab_high), truck=size, paint=paint)
    axles = [(tip - cab_long * 0.52, wheel), (back + length * 0.17, wheel)]
    if size == "long" or (size == "heavy" and rng.random() < 0.6):
        axles.append((back + length * 0.17 + wheel * 2.25, wheel))
    if size == "long" and rng.random() < 0.5:
        axles.append((tip - cab_long * 0.52 - wheel * 2.3, wheel))
    fittings.wheels(shape, width * 0.97, tuple(axles), pick(rng, ((0.45, 0.45, 0.46), (0.30, 0.30, 0.31), paint)), 8)
    _below(shape, rng, (back, front), (width, floor, wheel), size)
    _rear(shape, back, width, floor)
    shape.plate((0.0, tip + 0.075, 0.50), Layout.CAR_LONG if rng.random() < 0.4 else Layout.CAR_SHORT, 1)
    shape.plate((0.0, back - 0.08, floor - 0.30), Layout.CAR_SHORT, -1)
    fittings.shining(shape, width * 0.38, (tip, back), (cab_high * 0.30, floor - 0.22), 0.13)
    return shape.mesh(0.6, GLOSS * 0.7)


def _cab(
    shape: Sculptor, rng: np.random.Generator, paint: Colour, ends: tuple[float, float], size: tuple[float, float]
) -> None:
    back, tip = ends
    width, high = size
    x, waist = width / 2 * 0.97, high * 0.52
    bumper = high * 0.20
    shape.loft(
        [(back, bumper, waist + 0.04, x), (tip - 0.15, bumper, waist + 0.04, x),
         (tip - 0.02, bumper + 0.03, waist, x * 0.95)],
        paint, sides=20,
    )  # fmt: skip
    lean = float(rng.uniform(0.06, 0.20)) * high
    shape.frustum(
        (-x, x, back, tip - 0.05), (-x * 0.93, x * 0.93, back + 0.03, tip - lean), (waist, high - 0.06), paint
    )
    shape.loft(
        [(back, high - 0.16, high - 0.05, x * 0.90), (back + 0.3, high - 0.16, high + 0.02, x * 0.93),
         (tip - lean - 0.25, high - 0.16, high + 0.02, x * 0.93),
         (tip - lean + 0.02, high - 0.16, high - 0.07, x * 0.90)],
        paint, sides=16,
    )  # fmt: skip
    dark, sky = fittings.glass(rng)
    screen = fittings.end(x * 0.95, tip - 0.03, (waist, high - 0.06), 1, lean)
    shape.pane(screen, (0.03, 0.97), (0.06, 0.92), (dark, sky), 0.02)
    for side in (-1, 1):
        flank = fittings.wall(side * x * 0.985, (back + 0.12, tip - 0.25), (bumper + 0.05, high - 0.15))
        shape.pane(flank, (0.30, 0.95) if side > 0 else (0.05, 0.70), (0.46, 0.92), (dark, sky), 0.016)
        shape.panel(flank, (0.22, 0.23) if side > 0 else (0.77, 0.78), (0.0, 1.0), DARK, 0.02)
    _cab_face(shape, rng, paint, tip, (x, high))


def _cab_face(shape: Sculptor, rng: np.random.Generator, paint: Colour, tip: float, size: tuple[float, float]) -> None:
    x, high = size
    z = high * 0.30
    face = fittings.end(x * 0.95, tip - 0.005, (high * 0.22, high * 0.52), 1)
    trim = CHROME if rng.random() < 0.4 else pick(rng, (DARK, (0.35, 0.35, 0.36), paint))
    fittings.grille(shape, face, (0.18, 0.82), (0.35, 0.75), int(rng.integers(1, 4)), bright=trim)
    fittings.writing(shape, face, (0.36, 0.64), (0.82, 0.93), rng, colour=CHROME if sum(paint) < 1.5 else DARK)
    shape.box((0, tip + 0.01, high * 0.17), (x * 1.96, 0.10, high * 0.13), DARK if rng.random() < 0.5 else paint)
    for side in (-1, 1):
        shape.box((side * x * 0.80, tip - 0.0, z), (x * 0.32, 0.06, high * 0.075), WHITE_LAMP)
        shape.box((side * x * 0.90, tip - 0.02, z + high * 0.07), (x * 0.16, 0.05, high * 0.035), AMBER)
    fittings.mirrors(shape, x, (tip - 0.12, high * 0.64), (0.15, 0.08, high * 0.15), DARK)
    if rng.random() < 0.3:
        shape.box((0, tip - 0.15, high + 0.0), (x * 1.7, 0.25, 0.10), DARK)


def _below(
    shape: Sculptor, rng: np.random.Generator, span: tuple[float, float], size: tuple[float, float, float], kind: str
) -> None:
    """Tanks, boxes and guards between the axles."""
    back, front = span
    width, floor, wheel = size
    middle = (back + front) / 2 + 0.4
    for side in (-1, 1):
        if kind == "carry":
            continue
        long = (front - back) * 0.28
        shape.box(
            (side * width * 0.40, middle + float(rng.uniform(-0.3, 0.5)), wheel * 1.0),
            (0.40, long, 0.42),
            pick(rng, (DARK, CHROME, (0.3, 0.3, 0.3))),
        )
        for z in (floor - 0.35, floor - 0.6) if rng.random() < 0.5 else ():
            shape.box((side * width * 0.47, middle, z), (0.04, (front - back) * 0.5, 0.07), (0.6, 0.6, 0.58))
        shape.box((side * width * 0.40, back + 0.25, floor - 0.5), (0.45, 0.03, 0.5), DARK)


def _rear(shape: Sculptor, back: float, width: float, floor: float) -> None:
    bumper = shape.box((0, back - 0.02, floor - 0.30), (width * 0.92, 0.08, 0.17), DARK)
    for low in (0.02, 0.82):
        shape.panel(bumper["back"], (low, low + 0.16), (0.1, 0.9), RED_LAMP)
        shape.panel(bumper["back"], (low + 0.05, low + 0.11), (0.1, 0.9), AMBER, 0.02)
    stripes = fittings.end(width * 0.46, back - 0.04, (0.40, 0.52), -1)
    for i in range(8):
        shape.panel(stripes, (i / 8, (i + 1) / 8), (0, 1), (0.80, 0.10, 0.08) if i % 2 else (0.85, 0.85, 0.82))


def _pickup(rng: np.random.Generator) -> Mesh:
    """Four doors, an open bed."""
    shape = Sculptor()
    plan = cars.Body(5.2, 1.84, 1.78, 1.08, 1.25, 1.75, 0.62, 0.25).sized(float(rng.uniform(0.96, 1.04)))
    paint = pick(rng, cars.PAINT)
    cars.hull(shape, plan, paint, cladding=True)
    cars.cabin(shape, plan, paint, rng)
    cars.nose(shape, plan, paint, rng)
    cars.tail(shape, plan, paint, rng)
    half, tip = plan.width / 2, plan.length / 2
    y0, y1 = -tip + 0.12, -tip + plan.boot - 0.08
    shape.face([(-half * 0.8, y0, plan.belt + 0.012), (half * 0.8, y0, plan.belt + 0.012),
                (half * 0.8, y1, plan.belt + 0.012), (-half * 0.8, y1, plan.belt + 0.012)], DARK)  # fmt: skip
    for side in (-1, 1):
        shape.box((side * half * 0.86, (y0 + y1) / 2, plan.belt + 0.03), (0.10, y1 - y0, 0.08), paint)
    if rng.random() < 0.6:
        high = float(rng.uniform(0.15, 0.7))
        shape.box(
            (0, (y0 + y1) / 2, plan.belt + high / 2), (half * 1.4, (y1 - y0) * 0.8, high), pick(rng, fittings.CABS)
        )
    fittings.mirrors(shape, half * 0.99, (tip - plan.bonnet - 0.3, plan.belt + 0.06), (0.18, 0.1, 0.16), DARK)
    return shape.mesh(gloss=GLOSS)
