"""Riders and walkers: bodies of varied size, dress and head-gear."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn.mesh import Colour, Head, Place, Sculptor

SKIN: tuple[Colour, ...] = ((0.80, 0.60, 0.47), (0.72, 0.52, 0.39), (0.62, 0.44, 0.33), (0.86, 0.68, 0.56))
CLOTH: tuple[Colour, ...] = (
    (0.12, 0.13, 0.16), (0.85, 0.85, 0.84), (0.20, 0.28, 0.50), (0.62, 0.14, 0.14), (0.50, 0.50, 0.50),
    (0.88, 0.75, 0.30), (0.15, 0.45, 0.30), (0.85, 0.50, 0.58), (0.40, 0.30, 0.22), (0.40, 0.60, 0.75),
    (0.02, 0.62, 0.30), (0.93, 0.42, 0.08), (0.30, 0.22, 0.42), (0.10, 0.62, 0.62), (0.72, 0.66, 0.55),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = (
    (0.10, 0.10, 0.12), (0.16, 0.20, 0.32), (0.28, 0.30, 0.34), (0.45, 0.40, 0.34), (0.22, 0.28, 0.42),
)  # fmt: skip
HELMETS: tuple[Colour, ...] = (
    (0.90, 0.90, 0.90), (0.10, 0.10, 0.11), (0.65, 0.10, 0.10), (0.15, 0.25, 0.60), (0.02, 0.60, 0.30),
    (0.90, 0.45, 0.10), (0.85, 0.60, 0.70), (0.55, 0.55, 0.57), (0.90, 0.80, 0.20), (0.35, 0.20, 0.15),
)  # fmt: skip
HAIR: tuple[Colour, ...] = ((0.05, 0.04, 0.04), (0.12, 0.08, 0.06), (0.35, 0.33, 0.32))
STRAW: Colour = (0.82, 0.74, 0.55)
COATS: tuple[Colour, ...] = (
    (0.20, 0.35, 0.75), (0.75, 0.25, 0.55), (0.80, 0.75, 0.20), (0.25, 0.55, 0.35), (0.60, 0.62, 0.66),
    (0.45, 0.15, 0.2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dress:
    """What a person wears and how tall the person is, as a share of an adult of 1.66 m."""

    skin: Colour
    shirt: Colour
    trousers: Colour
    hair: Colour
    cover: str
    cover_colour: Colour
    sleeves: bool
    mask: bool
    coat: Colour | None
    scale: float
    girth: float


def pick(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little lighter or darker."""
    chosen = np.array(colours[int(rng.integers(len(colours)))])
    r, g, b = np.clip(chosen * rng.uniform(0.85, 1.15) + rng.normal(0, 0.015, 3), 0, 1).tolist()
    return r, g, b


def dress(rng: np.random.Generator, helmet_share: float, child: bool = False, coat_share: float = 0.06) -> Dress:
    bare = "none" if rng.random() < 0.6 else str(rng.choice(["hat", "cap"]))
    cover = "helmet" if rng.random() < helmet_share else bare
    colours = {"helmet": HELMETS, "hat": (STRAW,), "cap": CLOTH, "none": HAIR}[cover]
    return Dress(
        skin=pick(rng, SKIN), shirt=pick(rng, CLOTH), trousers=pick(rng, TROUSERS), hair=pick(rng, HAIR),
        cover=cover, cover_colour=pick(rng, colours), sleeves=bool(rng.random() < 0.55),
        mask=bool(rng.random() < 0.35), coat=pick(rng, COATS) if rng.random() < coat_share else None,
        scale=float(rng.uniform(0.62, 0.75) if child else rng.normal(1.0, 0.05)), girth=float(rng.uniform(0.9, 1.25)),
    )  # fmt: skip


def head(shape: Sculptor, at: Place, who: Dress, rng: np.random.Generator) -> None:
    """A head at `at` (its middle), looking along +y."""
    x, y, z = at
    r = 0.105 * (0.6 + 0.4 * who.scale)
    shape.ball((x, y, z), (r * 0.85, r, r * 1.18), who.skin)
    if who.mask:
        shape.ball((x, y + r * 0.35, z - r * 0.45), (r * 0.8, r * 0.75, r * 0.6), pick(rng, CLOTH))
    if who.cover == "helmet":
        big = r * 1.32
        shape.ball((x, y - 0.01, z + r * 0.15), (big, big * 1.12, big * 1.08), who.cover_colour, upper=True)
        shape.tube((x, y - 0.01, z - r * 0.2), (x, y - 0.01, z + r * 0.2), big * 0.97, who.cover_colour, sides=8)
        shape.ball((x, y + big * 0.85, z + r * 0.25), (big * 0.6, big * 0.35, 0.02), (0.08, 0.08, 0.09))
        if rng.random() < 0.3:  # a visor
            shape.ball((x, y + r * 0.45, z), (r * 0.9, r * 0.85, r * 0.6), (0.12, 0.13, 0.16))
    elif who.cover == "hat":
        shape.tube((x, y, z + r * 0.3), (x, y, z + r * 0.3 + 0.17), 0.24, who.cover_colour, 0.01, sides=10)
        shape.tube((x, y, z + r * 0.32), (x, y, z + r * 0.3), 0.01, (0.5, 0.44, 0.32), 0.24, sides=10)
    else:
        shape.ball((x, y - r * 0.12, z + r * 0.2), (r * 0.95, r * 1.05, r * 1.08), who.cover_colour, upper=True)
        if who.cover == "cap":
            shape.ball((x, y + r * 1.2, z + r * 0.45), (r * 0.7, r * 0.7, 0.015), who.cover_colour)
        elif rng.random() < 0.5:  # long hair
            shape.ball((x, y - r * 0.7, z - r * 0.7), (r * 0.75, r * 0.5, r * 1.5), who.cover_colour)
    shape.heads.append(Head(at, who.cover))


def rider(shape: Sculptor, seat: Place, hands: tuple[Place, Place], feet: tuple[Place, Place], *, who: Dress,
          rng: np.random.Generator, lean: float = 0.12) -> Place:  # fmt: skip
    """A sitting person: hips at `seat`, hands and feet where they are put. Gives back the middle of the head."""
    s, fat = who.scale, who.girth
    x, y, z = seat
    hips = (x, y, z + 0.08 * s)
    chest = (x, y + lean * s, z + 0.42 * s)
    neck = (x, y + lean * 1.25 * s, z + 0.56 * s)
    cloth = who.coat or who.shirt
    shape.ball(hips, (0.17 * s * fat, 0.17 * s, 0.13 * s), who.trousers)
    shape.tube(hips, chest, 0.15 * s * fat, cloth, 0.185 * s * fat, sides=8)
    shape.tube(chest, neck, 0.185 * s * fat, cloth, 0.07 * s, sides=8)
    for side, hand, foot in ((-1, hands[0], feet[0]), (1, hands[1], feet[1])):
        shoulder = (x + side * 0.19 * s * fat, chest[1], z + 0.5 * s)
        elbow = _bent(shoulder, hand, (side * 0.10, -0.02, -0.10))
        shape.tube(shoulder, elbow, 0.062 * s, cloth, 0.05 * s)
        shape.tube(elbow, hand, 0.048 * s, cloth if who.sleeves or who.coat else who.skin, 0.04 * s)
        hip = (x + side * 0.10 * s, y + 0.03, z + 0.06 * s)
        knee = _bent(hip, foot, (side * 0.06, 0.24 * s, 0.14 * s))
        shape.tube(hip, knee, 0.095 * s, who.trousers, 0.07 * s)
        shape.tube(knee, foot, 0.065 * s, who.trousers if rng.random() < 0.8 else who.skin, 0.045 * s)
        shape.ball((foot[0], foot[1] + 0.05, foot[2]), (0.045, 0.12, 0.045), (0.12, 0.11, 0.11))
    if who.coat:  # a raincoat hangs over the legs
        hem = (x, y + 0.16, z - 0.28 * s)
        shape.tube((x, y + 0.1, z + 0.3 * s), hem, 0.17 * s * fat, who.coat, 0.36 * s, sides=8)
    top = (x, neck[1] + 0.03, z + 0.70 * s)
    head(shape, top, who, rng)
    return top


def walker(rng: np.random.Generator) -> Sculptor:
    """A pedestrian in mid-step, looking along +y."""
    shape = Sculptor()
    who = dress(rng, helmet_share=0.03, child=bool(rng.random() < 0.12))
    s, step = who.scale, float(rng.uniform(-0.3, 0.3))
    hip_z, shoulder_z = 0.86 * s, 1.38 * s
    skirt = rng.random() < 0.2
    for side in (-1, 1):
        stride = step * side
        hip, foot = (side * 0.09 * s, 0.0, hip_z), (side * 0.1 * s, stride * s, 0.05)
        knee = _bent(hip, foot, (0, 0.05, 0))
        shape.tube(hip, knee, 0.095 * s, who.trousers, 0.065 * s)
        shape.tube(knee, foot, 0.062 * s, who.skin if skirt else who.trousers, 0.045 * s)
        shape.ball((foot[0], foot[1] + 0.05, 0.04), (0.045, 0.13, 0.045), (0.12, 0.11, 0.11))
        shoulder = (side * 0.2 * s * who.girth, 0.0, shoulder_z)
        hand = (side * 0.26 * s, -stride * 0.8 * s, 0.80 * s)
        elbow = _bent(shoulder, hand, (side * 0.03, -0.05, 0))
        shape.tube(shoulder, elbow, 0.058 * s, who.shirt, 0.048 * s)
        shape.tube(elbow, hand, 0.045 * s, who.shirt if who.sleeves else who.skin, 0.035 * s)
    shape.tube((0, 0, hip_z - 0.06), (0, 0.01, 1.3 * s), 0.15 * s * who.girth, who.shirt, 0.185 * s, sides=8)
    shape.tube((0, 0.01, 1.3 * s), (0, 0.01, 1.47 * s), 0.185 * s, who.shirt, 0.06 * s, sides=8)
    if skirt:
        shape.tube((0, 0, hip_z), (0, 0, 0.45 * s), 0.16 * s, who.trousers, 0.26 * s, sides=8)
    if rng.random() < 0.3:
        shape.box((0, -0.22 * s, 1.2 * s), (0.3, 0.16, 0.42), pick(rng, CLOTH))
    head(shape, (0, 0.03, 1.58 * s), who, rng)
    return shape


def _bent(start: Place, end: Place, out: Place) -> Place:
    """The joint of a limb: its middle, pushed out."""
    x, y, z = ((a + b) / 2 + c for a, b, c in zip(start, end, out, strict=True))
    return x, y, z
