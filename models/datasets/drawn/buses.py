"""Buses: city buses, coaches, midibuses and 16-seat minibuses. Dimensions after common models; the skin is ours."""

from dataclasses import dataclass

import numpy as np

from models.datasets.drawn import fittings
from models.datasets.drawn.fittings import AMBER, CHROME, DARK, GLOSS, RED_LAMP, WHITE_LAMP
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.people import pick
from models.datasets.drawn.sculptor import Sculptor

PAINT: tuple[Colour, ...] = (
    (0.75, 0.12, 0.10), (0.90, 0.75, 0.15), (0.10, 0.48, 0.25), (0.90, 0.90, 0.90), (0.15, 0.35, 0.62),
    (0.62, 0.52, 0.42), (0.10, 0.62, 0.62), (0.90, 0.45, 0.10), (0.88, 0.88, 0.86), (0.45, 0.70, 0.30),
    (0.50, 0.52, 0.55), (0.30, 0.55, 0.80),
)  # fmt: skip
ADVERT: tuple[Colour, ...] = (
    (0.95, 0.2, 0.25), (0.95, 0.85, 0.2), (0.2, 0.6, 0.9), (0.95, 0.95, 0.95), (0.2, 0.7, 0.4), (0.85, 0.4, 0.7),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Metres. sill, brow: lower and upper edge of the side windows as shares of the height; slope: how far the top of
    the front lies behind its foot; bonnet: a nose before the windscreen."""

    length: float
    width: float
    height: float
    sill: float
    brow: float
    slope: float
    bonnet: float
    wheel: float

    @property
    def tip(self) -> float:
        return self.length / 2


def bus(rng: np.random.Generator) -> Mesh:
    """A bus of 5.6 to 12 m."""
    shape = Sculptor()
    style = str(rng.choice(["city", "coach", "midi", "mini"], p=[0.38, 0.20, 0.22, 0.20]))
    plan = _plan(rng, style)
    paint, second = pick(rng, PAINT), pick(rng, PAINT)
    if style == "mini":
        paint = pick(
            rng, ((0.90, 0.90, 0.90), (0.90, 0.90, 0.90), (0.65, 0.66, 0.68), (0.75, 0.68, 0.5), (0.2, 0.2, 0.22))
        )
        second = paint
    roof = pick(rng, ((0.86, 0.86, 0.85), (0.86, 0.86, 0.85), (0.6, 0.6, 0.6), paint))
    _shell(shape, plan, paint, second if rng.random() < 0.55 else paint, roof)
    _windows(shape, plan, rng, style, paint)
    _livery(shape, plan, rng, style, second)
    _front(shape, plan, rng, style)
    _back(shape, plan, rng, style)
    axles = ((plan.length * 0.29, plan.wheel), (-plan.length * 0.27, plan.wheel))
    fittings.arches(shape, plan.width / 2, axles)
    fittings.wheels(shape, plan.width + 0.02, axles, (0.42, 0.42, 0.43), 8)
    if style == "city" or (rng.random() < 0.5 and style != "mini"):
        tone = float(rng.uniform(0.6, 0.85))
        shape.box((0, float(rng.uniform(-2, 1)), plan.height + 0.10), (1.5, 2.0, 0.22), (tone, tone, tone))
        shape.box((0, plan.tip - 1.6, plan.height + 0.03), (0.8, 0.8, 0.10), (tone * 0.7, tone * 0.7, tone * 0.7))
    return shape.mesh(0.6, GLOSS)


def _plan(rng: np.random.Generator, style: str) -> Plan:
    if style == "city":
        return Plan(float(rng.uniform(8.3, 12)), 2.48, float(rng.uniform(2.95, 3.25)), 0.40, 0.80, 0.12, 0.0, 0.47)
    if style == "coach":
        return Plan(float(rng.uniform(9.5, 12)), 2.48, float(rng.uniform(3.35, 3.65)), 0.46, 0.86, 0.35, 0.0, 0.50)
    if style == "midi":
        return Plan(float(rng.uniform(6.3, 8.2)), 2.08, float(rng.uniform(2.65, 2.95)), 0.46, 0.82, 0.30, 0.0, 0.40)
    return Plan(float(rng.uniform(5.5, 6.1)), 2.02, float(rng.uniform(2.30, 2.75)), 0.46, 0.78, 0.55, 0.75, 0.36)


def _shell(shape: Sculptor, plan: Plan, paint: Colour, lower: Colour, roof: Colour) -> None:
    """A rounded box; the nose of a minibus is lower than its roof."""
    half, tip, high, sill = plan.width / 2, plan.tip, plan.height, plan.height * plan.sill
    front = tip - plan.bonnet
    shape.loft(
        [(-tip, 0.40, sill + 0.1, half * 0.93), (-tip + 0.12, 0.30, sill + 0.1, half),
         (front - 0.1, 0.30, sill + 0.1, half),
         (tip - 0.14, 0.30, sill * (0.86 if plan.bonnet else 1.05), half * 0.98),
         (tip, 0.42, sill * (0.70 if plan.bonnet else 1.0), half * 0.88)],
        lower, sides=24,
    )  # fmt: skip
    inner = half * 0.95
    back, top = -tip + 0.10, front - plan.slope
    shape.frustum(
        (-half * 0.995, half * 0.995, -tip + 0.02, front - 0.03), (-inner, inner, back, top), (sill, high - 0.08), paint
    )
    shape.loft(
        [(back - 0.04, high - 0.22, high - 0.05, inner * 0.96), (back + 0.3, high - 0.22, high, inner),
         (top - 0.5, high - 0.22, high, inner), (top + 0.02, high - 0.22, high - 0.08, inner * 0.95)],
        roof, sides=20,
    )  # fmt: skip


def _windows(shape: Sculptor, plan: Plan, rng: np.random.Generator, style: str, paint: Colour) -> None:
    half, tip = plan.width / 2, plan.tip
    low, high = plan.height * plan.sill, plan.height * plan.brow
    front = tip - plan.bonnet - plan.slope * 0.7
    dark, sky = fittings.glass(rng)
    seamless = style == "coach" or rng.random() < 0.4
    panes = max(3, round((front + tip) / float(rng.uniform(1.1, 1.6))))
    curtains = rng.random() < 0.3
    for side in (-1, 1):
        flank = fittings.wall(side * half * 0.985, (-tip + 0.35, front), (low, high))
        # The wall leans inwards a little; panels that stand upright before it hide that.
        shape.panel(flank, (0.0, 1.0), (0.0, 1.0), DARK if seamless else paint, 0.016)
        for i in range(panes):
            a = (i + 0.06) / panes
            shape.pane(flank, (a, a + 0.88 / panes), (0.08, 0.94), (dark, sky), 0.022)
            if not seamless:
                shape.panel(flank, (a, a + 0.88 / panes), (0.66, 0.69), (0.4, 0.4, 0.4), 0.026)
            if curtains and rng.random() < 0.6:
                shape.panel(flank, (a, a + 0.3 / panes), (0.08, 0.94), (0.62, 0.52, 0.42), 0.024)
            elif rng.random() < 0.35:  # somebody sits there
                shape.panel(flank, (a + 0.3 / panes, a + 0.55 / panes), (0.08, 0.55), (0.2, 0.17, 0.15), 0.024)
    doors = {"city": (0.0, 0.42), "coach": (0.0,), "midi": (0.12,), "mini": (0.20,)}[style]
    for share in doors:
        _door(shape, plan, front - 0.25 - share * plan.length, 1.15 if style in ("city", "mini") else 0.85, (dark, sky))


def _door(shape: Sculptor, plan: Plan, y: float, wide: float, panes: tuple[Colour, Colour]) -> None:
    """On the right, as traffic keeps to the right: two leaves of glass from step to brow."""
    frame = fittings.wall(plan.width / 2 * 1.0, (y - wide, y), (0.38, plan.height * plan.brow))
    shape.panel(frame, (0.0, 1.0), (0.0, 1.0), DARK, 0.028)
    for a in (0.05, 0.53):
        shape.pane(frame, (a, a + 0.42), (0.08, 0.95), panes, 0.034)


def _livery(shape: Sculptor, plan: Plan, rng: np.random.Generator, style: str, second: Colour) -> None:
    """Stripes, adverts, names, flaps along the sides."""
    half, tip = plan.width / 2, plan.tip
    for side in (-1, 1):
        flank = fittings.wall(
            side * half * 1.004, (-tip + 0.15, tip - plan.bonnet - 0.2), (0.45, plan.height * plan.sill)
        )
        if rng.random() < 0.6:
            shape.panel(flank, (0.0, 1.0), (0.55, 0.80), second, 0.008)
        if style == "city" and rng.random() < 0.6:
            start = float(rng.uniform(0.1, 0.4))
            shape.panel(flank, (start, start + 0.4), (0.1, 1.0), pick(rng, ADVERT), 0.012)
            fittings.writing(shape, flank, (start + 0.05, start + 0.33), (0.4, 0.7), rng, colour=pick(rng, ADVERT))
        elif style != "mini":
            fittings.writing(shape, flank, (0.3, 0.75), (0.5, 0.85), rng, colour=pick(rng, ADVERT))
        for a in np.arange(0.1, 0.85, 0.18) if style in ("coach", "midi") else ():
            shape.panel(flank, (float(a), float(a) + 0.004), (0.0, 0.9), DARK, 0.02)
        shape.panel(flank, (0.0, 1.0), (-0.1, 0.06), DARK, 0.02)


def _front(shape: Sculptor, plan: Plan, rng: np.random.Generator, style: str) -> None:
    half, tip = plan.width / 2, plan.tip
    sill, brow = plan.height * plan.sill, plan.height * 0.90
    foot = tip - plan.bonnet
    dark, sky = fittings.glass(rng)
    lean = plan.slope * 0.92
    screen = fittings.end(
        half * 0.95, foot + (0.02 if not plan.bonnet else 0.0), (sill * (0.82 if not plan.bonnet else 1), brow), 1, lean
    )
    shape.panel(screen, (0.0, 1.0), (0.0, 1.0), DARK, 0.02)
    shape.pane(screen, (0.03, 0.97), (0.04, 0.80 if style == "city" else 0.92), (dark, sky), 0.03)
    if style in ("city", "midi") and rng.random() < 0.7:
        shape.panel(screen, (0.495, 0.505), (0.04, 0.80), DARK, 0.035)
    if style != "mini":
        sign = fittings.end(half * 0.75, foot - lean * 0.9 + 0.06, (brow - 0.22, brow + 0.02), 1)
        shape.panel(sign, (0.05, 0.95), (0.0, 1.0), (0.06, 0.05, 0.04), 0.03)
        fittings.writing(shape, sign, (0.12, 0.85), (0.25, 0.75), rng, colour=AMBER)
    _face(shape, plan, rng)
    arm = 0.20 if style == "mini" else 0.30
    at = (foot + (0.12 if style != "mini" else -0.5), plan.height * 0.62)
    fittings.mirrors(shape, half * 0.98, at, (arm * 0.6, 0.12, arm * 1.2), DARK)


def _face(shape: Sculptor, plan: Plan, rng: np.random.Generator) -> None:
    """Lamps, grille, bumper and the plates of both ends."""
    half, tip = plan.width / 2, plan.tip
    z = 0.72 if not plan.bonnet else 0.82
    for side in (-1, 1):
        shape.ball((side * half * 0.74, tip - 0.05, z), (0.22, 0.11, 0.13), DARK)
        shape.ball((side * half * 0.74, tip - 0.02, z), (0.17, 0.11, 0.10), WHITE_LAMP)
        shape.box((side * half * 0.74, tip + 0.0, 0.46), (0.24, 0.05, 0.08), AMBER)
    face = fittings.end(half * 0.42, tip + 0.015, (z - 0.13, z + 0.10), 1)
    fittings.grille(shape, face, (0.0, 1.0), (0.0, 1.0), int(rng.integers(0, 4)))
    shape.face(fittings.end(half * 0.9, tip + 0.01, (0.30, 0.42), 1), DARK)
    fittings.plates(shape, rng, (tip + 0.04, -tip - 0.045), (0.52, 0.85))
    fittings.shining(shape, half * 0.74, (tip, -tip), (z, 0.9), 0.15)


def _back(shape: Sculptor, plan: Plan, rng: np.random.Generator, style: str) -> None:
    half, tip, high = plan.width / 2, plan.tip, plan.height
    rear = fittings.end(half * 0.94, -tip - 0.005, (0.42, high * 0.88), -1, 0.08)
    dark, sky = fittings.glass(rng)
    if style == "mini":
        for a in (0.06, 0.53):
            shape.pane(rear, (a, a + 0.41), (0.50, 0.92), (dark, sky), 0.02)
        shape.panel(rear, (0.495, 0.505), (0.0, 1.0), DARK, 0.02)
    else:
        low = float(rng.uniform(0.52, 0.62))
        shape.pane(rear, (0.10, 0.90), (low, 0.93), (dark, sky), 0.02)
        fittings.grille(shape, rear, (0.2, 0.8), (0.02, 0.10), 3, bright=(0.25, 0.25, 0.26))
        if rng.random() < 0.4:
            shape.panel(rear, (0.15, 0.85), (0.26, low - 0.05), pick(rng, ADVERT), 0.015)
        fittings.writing(shape, rear, (0.2, 0.8), (low - 0.16, low - 0.08), rng, colour=pick(rng, ADVERT))
    for a in (0.01, 0.89):
        shape.panel(rear, (a, a + 0.10), (0.16, 0.36), RED_LAMP, 0.022)
        shape.panel(rear, (a, a + 0.10), (0.30, 0.36), AMBER, 0.026)
        shape.panel(rear, (a, a + 0.10), (0.12, 0.16), CHROME, 0.026)
    shape.face(fittings.end(half * 0.96, -tip - 0.02, (0.30, 0.44), -1), DARK)
