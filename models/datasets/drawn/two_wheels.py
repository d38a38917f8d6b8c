"""Motorbikes and bicycles with the people and loads on them. Dimensions after common scooters and underbones."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from models.datasets.drawn.mesh import Colour, Cover, Lamp, Mesh, Place
from models.datasets.drawn.people import CLOTH, Dress, dress, dressed_in, pick, rider
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.drawn.walkers import goods, pusher
from models.datasets.plates.plate import Layout

PAINT: tuple[Colour, ...] = (
    (0.08, 0.08, 0.09), (0.85, 0.85, 0.85), (0.60, 0.08, 0.08), (0.15, 0.22, 0.45), (0.45, 0.45, 0.47),
    (0.12, 0.30, 0.20), (0.70, 0.55, 0.30), (0.40, 0.12, 0.12), (0.05, 0.35, 0.55), (0.85, 0.75, 0.20),
)  # fmt: skip
TYRE: Colour = (0.06, 0.06, 0.06)
RIM: Colour = (0.35, 0.35, 0.36)
DARK: Colour = (0.09, 0.09, 0.10)
STEEL: Colour = (0.45, 0.45, 0.46)
LOADS: tuple[Colour, ...] = (
    (0.66, 0.50, 0.33),
    (0.80, 0.80, 0.78),
    (0.20, 0.45, 0.25),
    (0.85, 0.45, 0.1),
    (0.25, 0.35, 0.6),
)
DELIVERY: tuple[Colour, ...] = ((0.02, 0.62, 0.30), (0.93, 0.42, 0.08), (0.80, 0.12, 0.12), (0.95, 0.78, 0.10))


def motorbike(rng: np.random.Generator) -> Mesh:
    """1.85 × 0.7 m, with one to three people, sometimes a load; one in twenty is parked without anyone on it. Looks
    along +y, origin in the middle of the road."""
    shape = Sculptor()
    scooter = rng.random() < 0.55
    paint = pick(rng, PAINT)
    parked = rng.random() < 0.05
    grips = _machine(shape, rng, paint, scooter, 0.3 if parked else float(rng.normal(0, 0.05)))
    if not parked:
        people = int(rng.choice([1, 2, 3], p=[0.70, 0.26, 0.04]))
        _people(shape, rng, people, grips, _anyone(rng, people), floor_z=0.30 if scooter else 0.28, wide=0.15)
        _load(shape, rng, people, scooter)
    return shape.mesh()


def ridden(
    rng: np.random.Generator, covers: Sequence[Cover], coat_share: float = 0.06, dark_share: float = 0.0
) -> Mesh:
    """A motorbike with an adult under each of `covers`, the driver first; no load on it. dark_share: of the helmets."""
    shape = Sculptor()
    scooter = rng.random() < 0.55
    grips = _machine(shape, rng, pick(rng, PAINT), scooter, float(rng.normal(0, 0.05)))
    who = (dressed_in(rng, cover, coat_share, dark_share) for cover in covers)
    # Adults need more of the seat than the child that sits between the parents of `motorbike`.
    apart = {2: 0.34, 3: 0.26}.get(len(covers), 0.22)
    _people(shape, rng, len(covers), grips, who, floor_z=0.30 if scooter else 0.28, wide=0.15, apart_m=apart)
    return shape.mesh()


def _machine(
    shape: Sculptor, rng: np.random.Generator, paint: Colour, scooter: bool, turn: float
) -> tuple[Place, Place]:
    """Gives back the two grips (left, right)."""
    _wheels(shape, 0.63, 0.285 if not scooter else 0.25, 0.055 if scooter else 0.045)
    (_scooter if scooter else _underbone)(shape, paint)
    grips = _front(shape, paint, turn, scooter)
    _tail(shape, paint)
    return grips


def _anyone(rng: np.random.Generator, count: int) -> Iterator[Dress]:
    """One after the other, most of them in helmets; the middle one of three is a child."""
    yield dress(rng, 0.80)
    for place in range(1, count):
        yield dress(rng, 0.65, child=place == 1 and count == 3)


def bicycle(rng: np.random.Generator) -> Mesh:
    """1.75 × 0.6 m with its rider; one in four is pushed by a street seller, goods on it."""
    shape = Sculptor()
    paint = pick(rng, PAINT)
    _frame(shape, rng, paint)
    if rng.random() < 0.25:
        goods(shape, rng)
        pusher(shape, rng)
        return shape.mesh()
    who = dress(rng, helmet_share=0.12, child=bool(rng.random() < 0.2))
    down = float(rng.uniform(0.15, 0.45))
    feet: tuple[Place, Place] = ((-0.14, 0.0, down), (0.14, 0.0, 0.6 - down))
    rider(shape, (0, -0.2, 0.88), ((-0.26, 0.30, 1.02), (0.26, 0.30, 1.02)), feet, who=who, rng=rng, lean=0.16)
    chance = rng.random()
    if chance < 0.2:
        shape.box((0, -0.58, 0.86), (0.5, 0.4, 0.4), pick(rng, LOADS))
    elif chance < 0.35:
        goods(shape, rng)
    elif chance < 0.5:  # someone on the rack
        back = dress(rng, helmet_share=0.1, child=bool(rng.random() < 0.5))
        hands: tuple[Place, Place] = ((-0.17, -0.3, 1.1), (0.17, -0.3, 1.1))
        rider(shape, (0, -0.62, 0.72), hands, ((-0.22, -0.4, 0.3), (0.22, -0.4, 0.3)), who=back, rng=rng, lean=0.05)
    return shape.mesh()


def _frame(shape: Sculptor, rng: np.random.Generator, paint: Colour) -> None:
    for y in (-0.54, 0.54):
        _thin_wheel(shape, y, 0.33)
    neck, crank, saddle = (0, 0.40, 0.82), (0, -0.05, 0.30), (0, -0.22, 0.86)
    for start, end in (
        ((0, 0.54, 0.33), neck), (neck, crank), (crank, saddle), (crank, (0, -0.54, 0.33)),
        ((0, -0.18, 0.75), (0, -0.54, 0.33)), (neck, (0, -0.18, 0.75)), (neck, (0, 0.36, 1.0)),
    ):  # fmt: skip
        shape.tube(start, end, 0.022, paint)
    shape.tube((-0.27, 0.32, 1.02), (0.27, 0.32, 1.02), 0.018, DARK)
    shape.ball(saddle, (0.08, 0.13, 0.04), DARK)
    if rng.random() < 0.6:
        shape.tube((0, 0.62, 0.80), (0, 0.64, 1.0), 0.14, (0.5, 0.5, 0.48), 0.19, sides=8)
    if rng.random() < 0.5:  # a rack
        shape.box((0, -0.55, 0.70), (0.14, 0.4, 0.02), STEEL)


def _wheels(shape: Sculptor, reach: float, radius: float, half: float) -> None:
    for y in (-reach, reach):
        shape.tube((-half, y, radius), (half, y, radius), radius, TYRE, sides=12, capped=True)
        shape.tube((-half - 0.006, y, radius), (half + 0.006, y, radius), radius * 0.6, RIM, sides=8, capped=True)


def _thin_wheel(shape: Sculptor, y: float, radius: float) -> None:
    """A rim one can look through."""
    turn = np.linspace(0, 2 * np.pi, 13)
    rim = [(0.0, y + radius * float(np.cos(t)), radius + radius * float(np.sin(t)) * 0.95) for t in turn]
    for start, end in pairwise(rim):
        shape.tube(start, end, 0.022, TYRE, sides=4)
    for i in range(0, 12, 2):
        shape.tube((0, y, radius), rim[i], 0.006, STEEL, sides=3)


def _scooter(shape: Sculptor, paint: Colour) -> None:
    dark = (paint[0] * 0.5, paint[1] * 0.5, paint[2] * 0.5)
    shape.loft(
        [(-0.88, 0.50, 0.74, 0.10), (-0.6, 0.42, 0.78, 0.18), (-0.2, 0.36, 0.74, 0.18), (0.0, 0.30, 0.62, 0.15)], paint
    )
    shape.loft([(-0.78, 0.74, 0.80, 0.11), (-0.5, 0.74, 0.84, 0.16), (-0.1, 0.70, 0.80, 0.14)], DARK)
    shape.box((0, 0.16, 0.27), (0.30, 0.46, 0.10), dark)
    shape.frustum((-0.21, 0.21, 0.34, 0.44), (-0.15, 0.15, 0.42, 0.50), (0.25, 0.92), paint)
    shape.tube((0.14, -0.4, 0.3), (0.16, -0.85, 0.36), 0.055, STEEL, capped=True)


def _underbone(shape: Sculptor, paint: Colour) -> None:
    shape.loft(
        [(-0.85, 0.60, 0.74, 0.07), (-0.55, 0.50, 0.76, 0.13), (-0.2, 0.44, 0.72, 0.12), (0.1, 0.42, 0.62, 0.09)], paint
    )
    shape.loft([(-0.80, 0.74, 0.79, 0.09), (-0.4, 0.74, 0.82, 0.13), (-0.05, 0.70, 0.77, 0.10)], DARK)
    shape.frustum((-0.20, 0.20, 0.22, 0.42), (-0.13, 0.13, 0.36, 0.48), (0.36, 0.86), paint)
    shape.box((0, 0.02, 0.32), (0.22, 0.40, 0.22), STEEL)
    shape.tube((0.13, 0.0, 0.24), (0.15, -0.85, 0.38), 0.045, STEEL, capped=True)
    for side in (-1, 1):
        shape.tube((side * 0.09, -0.63, 0.28), (side * 0.11, -0.5, 0.62), 0.025, STEEL)


def _front(shape: Sculptor, paint: Colour, turn: float, scooter: bool) -> tuple[Place, Place]:
    """Fork, mudguard, head-lamp, bar and mirrors; gives back the two grips (left, right)."""
    top = 0.98 if scooter else 1.0
    for side in (-1, 1):
        shape.tube((side * 0.07, 0.63, 0.28), (side * 0.07, 0.46, 0.80), 0.024, STEEL)
    shape.ball((0, 0.64, 0.40), (0.075, 0.26, 0.16), paint, upper=True)
    shape.ball((0, 0.44, top - 0.05), (0.15, 0.13, 0.13), paint)
    shape.ball((0, 0.545, top - 0.05), (0.085, 0.04, 0.065), (0.95, 0.95, 0.90))
    shape.lamps.append(Lamp((0, 0.59, top - 0.05), (1.0, 0.96, 0.85), 0.10, 1))
    back, out = 0.30, 0.34
    left = (-out * np.cos(turn), back - out * np.sin(turn), top + 0.04)
    right = (out * np.cos(turn), back + out * np.sin(turn), top + 0.04)
    for grip in (left, right):
        shape.tube((0, 0.40, top + 0.02), grip, 0.022, DARK)
        mirror = (grip[0] * 0.85, grip[1] + 0.10, top + 0.20)
        shape.tube((grip[0] * 0.75, grip[1] + 0.03, top + 0.05), mirror, 0.010, DARK, sides=4)
        shape.ball(mirror, (0.06, 0.015, 0.04), DARK)
    return left, right


def _tail(shape: Sculptor, paint: Colour) -> None:
    shape.ball((0, -0.84, 0.69), (0.10, 0.16, 0.07), paint)
    shape.box((0, -0.93, 0.69), (0.17, 0.06, 0.07), (0.72, 0.07, 0.06))
    for side in (-1, 1):
        shape.ball((side * 0.13, -0.90, 0.64), (0.045, 0.04, 0.03), (0.90, 0.50, 0.10))
    shape.lamps.append(Lamp((0, -0.98, 0.69), (1.0, 0.12, 0.08), 0.06, -1))
    shape.box((0, -0.905, 0.53), (0.21, 0.012, 0.16), DARK)
    shape.plate((0.0, -0.945, 0.53), Layout.MOTORBIKE, -1, 0.25)
    shape.ball((0, -0.72, 0.56), (0.06, 0.2, 0.06), DARK)


def _people(shape: Sculptor, rng: np.random.Generator, count: int, grips: tuple[Place, Place], who: Iterator[Dress], *,
            floor_z: float, wide: float, apart_m: float | None = None) -> None:  # fmt: skip
    """`who` is asked for the next one when it is seated: all draw from one generator in turn."""
    first = next(who)
    seat_y = -0.12 if count == 1 else -0.05
    pegs: tuple[Place, Place] = ((-wide, 0.16, floor_z), (wide, 0.16, floor_z))
    if rng.random() < 0.12:  # a foot on the ground
        pegs = ((-0.36, 0.05, 0.05), pegs[1])
    rider(shape, (0, seat_y, 0.80), grips, pegs, who=first, rng=rng, lean=float(rng.uniform(0.05, 0.16)))
    apart = apart_m or (0.20 if count == 3 else 0.34)
    for place in range(1, count):
        back = next(who)
        y = seat_y - apart * place - (0.0 if count == 2 else 0.06)
        hands: tuple[Place, Place] = ((-0.17, y + 0.30, 1.05), (0.17, y + 0.30, 1.05))
        feet: tuple[Place, Place] = ((-0.21, y + 0.26, 0.36), (0.21, y + 0.26, 0.36))
        rider(shape, (0, y, 0.84), hands, feet, who=back, rng=rng, lean=0.06)


def _load(shape: Sculptor, rng: np.random.Generator, people: int, scooter: bool) -> None:
    chance = rng.random()
    if people == 1 and chance < 0.10:  # a delivery box
        shape.box((0, -0.66, 1.07), (0.46, 0.44, 0.46), pick(rng, DELIVERY))
    elif people == 1 and chance < 0.20:  # a pile
        high, wide = float(rng.uniform(0.3, 0.9)), float(rng.uniform(0.4, 0.9))
        shape.box((0, -0.62, 0.86 + high / 2), (wide, 0.5, high), pick(rng, LOADS))
        if rng.random() < 0.5:
            for side in (-1, 1):
                shape.ball((side * 0.36, -0.6, 0.6), (0.17, 0.26, 0.3), pick(rng, LOADS))
    elif chance < 0.30 and scooter:  # bags at the feet
        shape.ball((0, 0.24, 0.48), (0.16, 0.13, 0.2), pick(rng, LOADS))
    elif chance < 0.42:  # a bag that hangs at the side
        shape.ball((0.3, -0.25, 0.72), (0.09, 0.16, 0.2), pick(rng, CLOTH))
