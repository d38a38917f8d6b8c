"""Bodies of varied size, dress and head-gear."""

from dataclasses import dataclass, replace

import numpy as np

from models.datasets.drawn.mesh import Colour, Cover, Place
from models.datasets.drawn.sculptor import Sculptor

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
DARK_HELMETS: tuple[Colour, ...] = ((0.05, 0.05, 0.06), (0.10, 0.10, 0.11), (0.22, 0.22, 0.24), (0.20, 0.12, 0.09))
"""As dark as hair."""
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
    cover: Cover
    cover_colour: Colour
    sleeves: bool
    mask: bool
    coat: Colour | None
    scale: float
    girth: float


def pick(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little lighter or darker, more or less faded."""
    chosen = np.array(colours[int(rng.integers(len(colours)))])
    chosen += (chosen.mean() - chosen) * float(rng.uniform(0.0, 0.45))
    r, g, b = np.clip(chosen * rng.uniform(0.85, 1.15) + rng.normal(0, 0.015, 3), 0, 1).tolist()
    return r, g, b


def dress(rng: np.random.Generator, helmet_share: float, child: bool = False, coat_share: float = 0.06) -> Dress:
    bare = Cover.NONE if rng.random() < 0.6 else Cover(str(rng.choice([Cover.HAT, Cover.CAP])))
    cover = Cover.HELMET if rng.random() < helmet_share else bare
    colours = {Cover.HELMET: HELMETS, Cover.HAT: (STRAW,), Cover.CAP: CLOTH, Cover.NONE: HAIR}[cover]
    return Dress(
        skin=pick(rng, SKIN), shirt=pick(rng, CLOTH), trousers=pick(rng, TROUSERS), hair=pick(rng, HAIR),
        cover=cover, cover_colour=pick(rng, colours), sleeves=bool(rng.random() < 0.55),
        mask=bool(rng.random() < 0.35), coat=pick(rng, COATS) if rng.random() < coat_share else None,
        scale=float(rng.uniform(0.62, 0.75) if child else rng.normal(1.0, 0.05)), girth=float(rng.uniform(0.9, 1.25)),
    )  # fmt: skip


def dressed_in(rng: np.random.Generator, cover: Cover, coat_share: float = 0.06, dark_share: float = 0.0) -> Dress:
    """An adult with this on the head; few are grey. dark_share: of the helmets, those as dark as hair for sure."""
    colours = {Cover.HELMET: HELMETS, Cover.HAT: (STRAW,), Cover.CAP: CLOTH, Cover.NONE: HAIR}[cover]
    # No lot is drawn where none is asked for: a seed shows whom it always showed.
    if dark_share and cover is Cover.HELMET and rng.random() < dark_share:
        colours = DARK_HELMETS
    hair = pick(rng, HAIR if rng.random() < 0.2 else HAIR[:2])
    return replace(dress(rng, 0.0, coat_share=coat_share), cover=cover, cover_colour=pick(rng, colours), hair=hair)


def head(shape: Sculptor, at: Place, who: Dress, rng: np.random.Generator) -> None:
    """A head at `at` (its middle), looking along +y."""
    x, y, z = at
    r = 0.105 * (0.6 + 0.4 * who.scale)
    shape.ball((x, y, z), (r * 0.85, r, r * 1.18), who.skin)
    if who.mask:
        shape.ball((x, y + r * 0.35, z - r * 0.45), (r * 0.8, r * 0.75, r * 0.6), pick(rng, CLOTH))
    if who.cover is Cover.HELMET:
        _helmet(shape, at, r, who, rng)
        return
    long = rng.random() < 0.4
    shape.ball((x, y - r * 0.2, z + r * 0.12), (r * 0.94, r * 0.98, r * 1.08), who.hair)
    if long:
        shape.ball((x, y - r * 0.7, z - r * 0.7), (r * 0.75, r * 0.5, r * 1.5), who.hair)
    if who.cover is Cover.HAT:
        shape.tube((x, y, z + r * 0.3), (x, y, z + r * 0.3 + 0.17), 0.24, who.cover_colour, 0.01, sides=10)
        shape.tube((x, y, z + r * 0.32), (x, y, z + r * 0.3), 0.01, (0.5, 0.44, 0.32), 0.24, sides=10)
    elif who.cover is Cover.CAP:
        shape.ball((x, y - r * 0.05, z + r * 0.45), (r * 0.98, r * 1.08, r * 0.80), who.cover_colour, upper=True)
        shape.ball((x, y + r * 1.25, z + r * 0.5), (r * 0.72, r * 0.75, 0.014), who.cover_colour)


def _helmet(shape: Sculptor, at: Place, r: float, who: Dress, rng: np.random.Generator) -> None:
    """A half shell with straps, one over the ears, or one over the whole head."""
    x, y, z = at
    big, paint = r * float(rng.uniform(1.24, 1.42)), who.cover_colour
    style = str(rng.choice(["half", "ears", "full"], p=[0.55, 0.32, 0.13]))
    dark = (0.08, 0.08, 0.09)
    if style == "full":
        shape.ball((x, y - 0.01, z + r * 0.05), (big, big * 1.15, big * 1.12), paint)
        shape.ball((x, y + r * 0.45, z + r * 0.12), (big * 0.80, big * 0.80, big * 0.40), dark)
        return
    shape.ball((x, y - 0.01, z + r * 0.15), (big, big * 1.12, big * 1.08), paint, upper=True)
    shape.ball((x, y + big * 0.85, z + r * 0.25), (big * 0.6, big * 0.35, 0.02), dark)
    shape.ball((x, y - 0.012, z + r * 0.15), (big * 1.01, big * 1.13, 0.02), dark)
    if style == "half":
        shape.ball((x, y - r * 0.3, z - r * 0.05), (r * 0.9, r * 0.85, r * 0.75), who.hair)
        for side in (-1, 1):
            shape.tube((x + side * big * 0.9, y, z + r * 0.15), (x, y + r * 0.5, z - r * 1.1), 0.008, dark, sides=3)
    else:
        shape.ball((x, y - r * 0.28, z - r * 0.1), (big * 0.98, big * 0.90, big * 0.95), paint)
    if rng.random() < 0.3:  # a stripe over the crown
        shape.ball((x, y - 0.01, z + r * 0.17), (big * 0.25, big * 1.13, big * 1.09), pick(rng, HELMETS), upper=True)
    if rng.random() < 0.35:  # a visor
        tint = (0.12, 0.13, 0.16) if rng.random() < 0.6 else (0.55, 0.6, 0.65)
        shape.ball((x, y + r * 0.45, z), (r * 0.95, r * 0.9, r * 0.65), tint)


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
        elbow = bent(shoulder, hand, (side * 0.10, -0.02, -0.10))
        shape.tube(shoulder, elbow, 0.062 * s, cloth, 0.05 * s)
        shape.tube(elbow, hand, 0.048 * s, cloth if who.sleeves or who.coat else who.skin, 0.04 * s)
        hip = (x + side * 0.10 * s, y + 0.03, z + 0.06 * s)
        knee = bent(hip, foot, (side * 0.06, 0.24 * s, 0.14 * s))
        shape.tube(hip, knee, 0.095 * s, who.trousers, 0.07 * s)
        shape.tube(knee, foot, 0.065 * s, who.trousers if rng.random() < 0.8 else who.skin, 0.045 * s)
        shape.ball((foot[0], foot[1] + 0.05, foot[2]), (0.045, 0.12, 0.045), (0.12, 0.11, 0.11))
    if who.coat:  # a raincoat hangs over the legs
        hem = (x, y + 0.16, z - 0.28 * s)
        shape.tube((x, y + 0.1, z + 0.3 * s), hem, 0.17 * s * fat, who.coat, 0.36 * s, sides=8)
    top = (x, neck[1] + 0.03, z + 0.70 * s)
    with shape.as_head(who.cover):
        head(shape, top, who, rng)
    return top


def bent(start: Place, end: Place, out: Place) -> Place:
    """The joint of a limb: its middle, pushed out."""
    x, y, z = ((a + b) / 2 + c for a, b, c in zip(start, end, out, strict=True))
    return x, y, z
