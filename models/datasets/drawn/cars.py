"""Cars: sedans, hatchbacks, SUVs, people carriers and vans. Dimensions after common models; the skin is ours."""

from dataclasses import dataclass, fields

import numpy as np

from models.datasets.drawn import fittings
from models.datasets.drawn.fittings import AMBER, CHROME, DARK, GLOSS, RED_LAMP, WHITE_LAMP
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.people import pick
from models.datasets.drawn.sculptor import Sculptor
from vision.arrays import F64

PAINT: tuple[Colour, ...] = (
    (0.90, 0.90, 0.90), (0.90, 0.90, 0.89), (0.06, 0.06, 0.07), (0.10, 0.10, 0.11), (0.58, 0.59, 0.60),
    (0.35, 0.36, 0.38), (0.55, 0.05, 0.07), (0.10, 0.18, 0.40), (0.36, 0.27, 0.20), (0.80, 0.45, 0.08),
    (0.72, 0.68, 0.58), (0.20, 0.28, 0.32),
)  # fmt: skip
TAXI: tuple[Colour, ...] = (
    (0.10, 0.55, 0.28), (0.92, 0.92, 0.92), (0.90, 0.72, 0.12), (0.05, 0.60, 0.62), (0.80, 0.10, 0.10),
)  # fmt: skip


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

    def sized(self, share: float) -> "Body":
        return Body(*(getattr(self, one.name) * share for one in fields(self)))


SEDAN = Body(4.50, 1.78, 1.46, 0.93, 1.12, 0.60, 0.78, 0.66)
HATCH = Body(3.75, 1.66, 1.50, 0.92, 0.80, 0.10, 0.62, 0.34)
SUV = Body(4.60, 1.86, 1.74, 1.06, 1.08, 0.12, 0.58, 0.36)
CARRIER = Body(4.70, 1.80, 1.78, 0.98, 0.85, 0.10, 0.80, 0.30)
VAN = Body(4.75, 1.76, 1.98, 1.05, 0.42, 0.05, 0.62, 0.12)
MICROVAN = Body(3.55, 1.50, 1.84, 0.96, 0.28, 0.05, 0.48, 0.10)
SHAPES = ((SEDAN, 0.34), (HATCH, 0.15), (SUV, 0.25), (CARRIER, 0.13), (VAN, 0.08), (MICROVAN, 0.05))


def car(rng: np.random.Generator) -> Mesh:
    """One of the shapes; one in four a taxi with its sign."""
    shape = Sculptor()
    bodies, shares = zip(*SHAPES, strict=True)
    plan = bodies[int(rng.choice(len(bodies), p=np.array(shares) / sum(shares)))]
    taxi = plan in (SEDAN, HATCH, CARRIER) and rng.random() < 0.25
    plan = plan.sized(float(rng.uniform(0.95, 1.05)))
    paint = pick(rng, TAXI if taxi else PAINT)
    hull(shape, plan, paint, cladding=plan.height > 1.6 and rng.random() < 0.5)
    cabin(shape, plan, paint, rng)
    _sides(shape, plan, paint, rng, taxi)
    nose(shape, plan, paint, rng)
    tail(shape, plan, paint, rng)
    _roof(shape, plan, rng, taxi)
    return shape.mesh(gloss=GLOSS)


def hull(shape: Sculptor, plan: Body, paint: Colour, cladding: bool) -> None:
    """The body up to the windows, on its wheels."""
    half, tip, low = plan.width / 2, plan.length / 2, 0.20
    hood, deck = plan.belt * 0.95, plan.belt
    skin = [
        (-tip, low + 0.16, deck - 0.20, half * 0.80), (-tip + 0.10, low + 0.03, deck - 0.04, half * 0.93),
        (-tip + 0.55, low, deck, half), (0.0, low, deck, half), (tip - plan.bonnet, low, deck, half),
        (tip - 0.45, low, hood - 0.05, half * 0.985), (tip - 0.12, low + 0.03, hood - 0.17, half * 0.91),
        (tip, low + 0.14, hood - 0.30, half * 0.78),
    ]  # fmt: skip
    shape.loft(skin, paint, sides=24)
    skirt = DARK if cladding else (paint[0] * 0.55, paint[1] * 0.55, paint[2] * 0.55)
    shape.loft([(y, low - 0.02, low + 0.16, wide * 1.012) for y, _, _, wide in skin[1:-1]], skirt, sides=12)
    radius = 0.315 * plan.height / 1.5 if plan.height < 1.7 else 0.36
    axles = ((plan.length * 0.30, radius), (-plan.length * 0.285, radius))
    fittings.arches(shape, half, axles)
    fittings.wheels(shape, plan.width + 0.02, axles)


def cabin(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator) -> None:
    """Pillars, panes and a bowed roof over the hull."""
    half = plan.width / 2 * 0.94
    back, front = -plan.length / 2 + plan.boot, plan.length / 2 - plan.bonnet
    top = (-half * 0.80, half * 0.80, back + plan.rake_back, front - plan.rake_front)
    cabin = shape.frustum((-half, half, back, front), top, (plan.belt - 0.06, plan.height - 0.03), paint)
    dark, sky = fittings.glass(rng)
    pillars = paint if rng.random() < 0.7 else DARK
    shape.pane(cabin["front"], (0.045, 0.955), (0.08, 0.95), (dark, sky))
    shape.pane(cabin["back"], (0.08, 0.92), (0.20, 0.90), (dark, sky))
    for face in ("right", "left"):
        _side_windows(shape, cabin[face], face, plan.boot < 0.3, (dark, sky), pillars=pillars)
    _bowed_roof(shape, plan, top[2:], half * 0.82, DARK if rng.random() < 0.14 else paint)


def _side_windows(
    shape: Sculptor, wall: F64, face: str, long: bool, glass: tuple[Colour, Colour], *, pillars: Colour
) -> None:
    """Two panes, or three where the cabin is long, in a dark frame."""
    shape.panel(wall, (0.04, 0.96), (0.10, 0.90), DARK, 0.008)
    edges = [0.06, 0.36, 0.39, 0.66, 0.69, 0.93] if long else [0.05, 0.46, 0.49, 0.93]
    if face == "left":
        edges = [1 - edge for edge in reversed(edges)]
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        shape.pane(wall, (low, high), (0.13, 0.87), glass)
    for low, high in zip(edges[1:-1:2], edges[2::2], strict=True):
        shape.panel(wall, (low, high), (0.10, 0.90), pillars, 0.02)


def _bowed_roof(shape: Sculptor, plan: Body, ends: tuple[float, float], wide: float, colour: Colour) -> None:
    """No roof is a flat board."""
    (y0, y1), rise = ends, plan.height
    shape.loft(
        [(y0 - 0.06, rise - 0.08, rise - 0.03, wide * 0.92), (y0 + 0.15, rise - 0.08, rise + 0.0, wide),
         ((y0 + y1) / 2, rise - 0.08, rise + 0.03, wide), (y1 - 0.15, rise - 0.08, rise + 0.0, wide),
         (y1 + 0.06, rise - 0.08, rise - 0.03, wide * 0.92)],
        colour, sides=16,
    )  # fmt: skip


def _sides(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator, taxi: bool) -> None:
    half, tip = plan.width / 2, plan.length / 2
    seams = [tip - plan.bonnet - 0.12, tip - plan.bonnet - 1.18, -tip + max(plan.boot, 0.75) + 0.15]
    stripe = pick(rng, TAXI)
    for side in (-1, 1):
        flank = fittings.wall(side * half * 1.003, (-tip * 0.5, tip * 0.5), (0.35, plan.belt))
        for y in seams:
            shape.box((side * half * 0.998, y, 0.60), (0.012, 0.014, plan.belt - 0.42), DARK)
        for y in seams[:2]:
            shape.box((side * half * 1.004, y - 0.75, plan.belt - 0.13), (0.02, 0.17, 0.03), CHROME)
        if taxi:
            shape.panel(flank, (0.0, 1.0), (0.52, 0.66), stripe, 0.006)
            fittings.writing(
                shape, flank, (0.15, 0.8), (0.30, 0.48), rng, colour=(0.95, 0.95, 0.95) if sum(paint) < 1.6 else DARK
            )
    mirror = paint if rng.random() < 0.7 else DARK
    fittings.mirrors(shape, half * 0.99, (tip - plan.bonnet - 0.30, plan.belt + 0.05), (0.17, 0.11, 0.13), mirror)


def nose(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator) -> None:
    """Lamps, grille, bumper and front plate."""
    half, tip, z = plan.width / 2, plan.length / 2, plan.belt * 0.70
    for side in (-1, 1):
        shape.ball((side * half * 0.70, tip - 0.13, z), (half * 0.25, 0.17, 0.10), DARK)
        shape.ball((side * half * 0.69, tip - 0.10, z), (half * 0.20, 0.16, 0.07), WHITE_LAMP)
        shape.ball((side * half * 0.70, tip - 0.06, 0.40), (0.10, 0.06, 0.05), (0.75, 0.75, 0.72))
    face = fittings.end(half * 0.48, tip + 0.012, (z - 0.13, z + 0.07), 1)
    fittings.grille(
        shape, face, (0.0, 1.0), (0.0, 1.0), int(rng.integers(0, 4)), bright=CHROME if rng.random() < 0.5 else paint
    )
    mouth = fittings.end(half * 0.55, tip + 0.03, (0.24, 0.42), 1)
    shape.face(mouth, DARK)
    shape.ball((0, tip + 0.0, z), (0.06, 0.03, 0.05), CHROME)
    # Wipers and the dark gap below the windscreen.
    base = tip - plan.bonnet
    shape.box((0, base + 0.03, plan.belt - 0.02), (half * 1.5, 0.10, 0.05), DARK)
    fittings.plates(shape, rng, (tip + 0.045, -tip - 0.035), (0.46, plan.belt * (0.72 if plan.boot > 0.3 else 0.66)))
    fittings.shining(shape, half * 0.69, (tip, -tip), (z, plan.belt * 0.80), 0.12)


def tail(shape: Sculptor, plan: Body, paint: Colour, rng: np.random.Generator) -> None:
    """Lamps and bumper of the back."""
    half, tip = plan.width / 2, plan.length / 2
    tall = plan.height > 1.6
    z = plan.belt * (0.92 if tall else 0.82)
    size = (half * 0.12, 0.10, 0.22) if tall else (half * 0.26, 0.13, 0.09)
    for side in (-1, 1):
        x = side * half * (0.82 if tall else 0.70)
        shape.ball((x, -tip + 0.09, z), size, RED_LAMP)
        shape.ball((x, -tip + 0.075, z - size[2] * 0.35), (size[0] * 0.7, size[1], size[2] * 0.3), AMBER)
        shape.box((side * half * 0.72, -tip + 0.02, 0.38), (0.2, 0.06, 0.04), RED_LAMP)
    bumper = fittings.end(half * 0.80, -tip - 0.01, (0.22, 0.40), -1)
    shape.face(bumper, DARK if rng.random() < 0.7 else paint)
    boot = fittings.end(half * 0.75, -tip - 0.012, (plan.belt * 0.55, plan.belt * 0.88), -1, 0.02)
    if rng.random() < 0.5:
        shape.panel(boot, (0.25, 0.75), (0.85, 0.93), CHROME, 0.01)
    shape.tube((half * 0.5, -tip + 0.1, 0.24), (half * 0.5, -tip - 0.03, 0.24), 0.03, CHROME)


def _roof(shape: Sculptor, plan: Body, rng: np.random.Generator, taxi: bool) -> None:
    if taxi:
        sign = pick(rng, ((0.95, 0.9, 0.3), (0.95, 0.95, 0.95), (0.2, 0.6, 0.3)))
        shape.box((0.0, -0.1, plan.height + 0.09), (0.50, 0.18, 0.14), sign)
    elif plan.height > 1.65 and rng.random() < 0.5:
        for side in (-1, 1):
            x = side * plan.width * 0.36
            shape.tube((x, -1.1, plan.height + 0.05), (x, 0.4, plan.height + 0.05), 0.025, DARK, sides=5)
    if rng.random() < 0.05:  # a load on the roof
        shape.box((0, -0.2, plan.height + 0.2), (0.9, 1.2, 0.3), pick(rng, ((0.3, 0.3, 0.32), (0.5, 0.42, 0.3))))
