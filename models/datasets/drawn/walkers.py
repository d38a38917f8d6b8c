"""People on foot: standing, walking, carrying, selling; and who pushes a bicycle with goods."""

from dataclasses import replace

import numpy as np

from models.datasets.drawn.mesh import Cover, Mesh, Place
from models.datasets.drawn.people import CLOTH, COATS, STRAW, Dress, bent, dress, head, pick
from models.datasets.drawn.sculptor import Sculptor

GOODS = (
    (0.85, 0.25, 0.20),
    (0.95, 0.75, 0.15),
    (0.30, 0.55, 0.20),
    (0.85, 0.55, 0.70),
    (0.90, 0.88, 0.80),
    (0.55, 0.35, 0.2),
)
BASKET = (0.62, 0.48, 0.28)


def walker(rng: np.random.Generator) -> Mesh:
    """A pedestrian looking along +y."""
    shape = Sculptor()
    who = dress(rng, helmet_share=0.03, child=bool(rng.random() < 0.10))
    step = 0.0 if rng.random() < 0.25 else float(rng.uniform(-0.36, 0.36))
    on_foot(shape, rng, (0.0, 0.0), who, step=step, hands=_hands(rng, who, step))
    _carried(shape, rng, who)
    return shape.mesh()


def _hands(rng: np.random.Generator, who: Dress, step: float) -> tuple[Place, Place]:
    """Swinging, or one of them raised to a telephone or a handle."""
    s = who.scale
    hands: list[Place] = [(side * 0.26 * s, -step * side * 0.8 * s, 0.80 * s) for side in (-1, 1)]
    if rng.random() < 0.25:
        side = int(rng.integers(2))
        hands[side] = ((side * 2 - 1) * 0.16 * s, 0.25 * s, float(rng.uniform(1.05, 1.42)) * s)
    return hands[0], hands[1]


def on_foot(shape: Sculptor, rng: np.random.Generator, at: tuple[float, float], who: Dress, *, step: float,
            hands: tuple[Place, Place]) -> None:  # fmt: skip
    """A person who stands or walks at `at`; hands relative to it, `step` is half a stride as a share of the height."""
    x, y = at
    s = who.scale
    hip_z, shoulder_z = 0.86 * s, 1.38 * s
    skirt = rng.random() < 0.2
    cloth = who.coat or who.shirt
    for side, hand in zip((-1, 1), hands, strict=True):
        stride = step * side
        hip, foot = (x + side * 0.09 * s, y, hip_z), (x + side * 0.1 * s, y + stride * s, 0.05)
        knee = bent(hip, foot, (0, 0.05, 0))
        shape.tube(hip, knee, 0.095 * s, who.trousers, 0.065 * s)
        shape.tube(knee, foot, 0.062 * s, who.skin if skirt else who.trousers, 0.045 * s)
        shape.ball((foot[0], foot[1] + 0.05, 0.04), (0.045, 0.13, 0.045), (0.12, 0.11, 0.11))
        shoulder = (x + side * 0.2 * s * who.girth, y, shoulder_z)
        grip = (x + hand[0], y + hand[1], hand[2])
        elbow = bent(shoulder, grip, (side * 0.03, -0.05, 0))
        shape.tube(shoulder, elbow, 0.058 * s, cloth, 0.048 * s)
        shape.tube(elbow, grip, 0.045 * s, cloth if who.sleeves or who.coat else who.skin, 0.035 * s)
        shape.ball(grip, (0.045, 0.045, 0.05), who.skin)
    shape.tube((x, y, hip_z - 0.06), (x, y + 0.01, 1.3 * s), 0.15 * s * who.girth, cloth, 0.185 * s, sides=8)
    shape.tube((x, y + 0.01, 1.3 * s), (x, y + 0.01, 1.47 * s), 0.185 * s, cloth, 0.06 * s, sides=8)
    if who.coat or skirt:
        shape.tube((x, y, hip_z), (x, y, 0.45 * s), 0.16 * s, who.coat or who.trousers, 0.26 * s, sides=8)
    head(shape, (x, y + 0.03, 1.58 * s), who, rng)


def _carried(shape: Sculptor, rng: np.random.Generator, who: Dress) -> None:
    s, chance = who.scale, rng.random()
    if chance < 0.18:  # a rucksack
        shape.ball((0, -0.22 * s, 1.18 * s), (0.17, 0.12, 0.24), pick(rng, CLOTH))
    elif chance < 0.36:  # a bag or two in the hand
        for side in (-1, 1)[: int(rng.integers(1, 3))]:
            shape.ball((side * 0.30 * s, 0.0, 0.58 * s), (0.10, 0.16, 0.20), pick(rng, CLOTH + GOODS))
    elif chance < 0.43:  # an umbrella
        shape.tube((0.15, 0.2, 1.1 * s), (0.1, 0.1, 2.0 * s), 0.012, (0.3, 0.3, 0.3), sides=4)
        shape.tube((0.1, 0.1, 1.80 * s), (0.1, 0.1, 2.02 * s), 0.55, pick(rng, COATS), 0.02, sides=10)
        shape.tube((0.1, 0.1, 1.83 * s), (0.1, 0.1, 1.80 * s), 0.02, (0.2, 0.2, 0.2), 0.55, sides=10)
    elif chance < 0.50:  # a shoulder pole with two baskets
        shape.tube((0.12, -0.75, 1.36 * s), (0.12, 0.75, 1.36 * s), 0.02, BASKET, sides=5)
        for y in (-0.68, 0.68):
            shape.tube((0.12, y, 0.35), (0.12, y, 0.55), 0.18, BASKET, 0.26, sides=10)
            shape.ball((0.12, y, 0.55), (0.23, 0.23, 0.15), pick(rng, GOODS), upper=True)
            for lean in (-0.2, 0.2):
                shape.tube((0.12 + lean, y, 0.55), (0.12, y, 1.36 * s), 0.008, BASKET, sides=3)
    elif chance < 0.54:  # a child by the hand
        on_foot(
            shape, rng, (0.42, 0.0), dress(rng, 0.0, child=True), step=0.1, hands=((-0.2, 0.0, 0.85), (0.18, 0.0, 0.5))
        )


def goods(shape: Sculptor, rng: np.random.Generator) -> None:
    """Flowers, fruit or wares piled on the rack of a bicycle and hung at its sides."""
    what = str(rng.choice(["flowers", "baskets", "wares"]))
    if what == "flowers":
        shape.tube((0, -0.5, 0.62), (0, -0.55, 0.95), 0.25, BASKET, 0.42, sides=10)
        for _ in range(40):
            place = (
                float(rng.normal(0, 0.17)),
                -0.55 + float(rng.normal(0, 0.17)),
                0.98 + float(abs(rng.normal(0, 0.15))),
            )
            shape.ball(place, (0.11, 0.11, 0.10), pick(rng, GOODS))
    elif what == "baskets":
        for side in (-1, 1):
            shape.tube((side * 0.40, -0.5, 0.42), (side * 0.40, -0.5, 0.75), 0.22, BASKET, 0.30, sides=10)
            shape.ball((side * 0.40, -0.5, 0.75), (0.27, 0.27, 0.2), pick(rng, GOODS), upper=True)
        shape.tube((-0.3, -0.5, 0.8), (0.3, -0.5, 0.8), 0.03, BASKET, sides=5)
    else:
        for _ in range(9):
            place = (float(rng.normal(0, 0.2)), float(rng.uniform(-0.8, -0.3)), float(rng.uniform(0.75, 1.3)))
            size = rng.uniform(0.15, 0.4, 3).tolist()
            shape.box(place, (size[0], size[1], size[2]), pick(rng, GOODS + CLOTH))


def pusher(shape: Sculptor, rng: np.random.Generator) -> None:
    """Someone on foot to the left of a bicycle, hands on its bar; a conical hat as often as not."""
    who = dress(rng, helmet_share=0.05)
    if rng.random() < 0.5:
        who = replace(who, cover=Cover.HAT, cover_colour=pick(rng, (STRAW,)))
    hands: tuple[Place, Place] = ((0.12, 0.5, 1.0), (0.42, 0.35, 0.98))
    on_foot(shape, rng, (-0.45, -0.15), who, step=float(rng.uniform(-0.3, 0.3)), hands=hands)
