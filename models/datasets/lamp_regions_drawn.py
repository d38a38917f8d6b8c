"""Draws signal heads as an operator's region would show them, with the true state.

The heads are flat paintings (housing, hoods, lenses of glass or LED dots, arrows, countdown digits) on painted
grounds; day, dusk, night and a low sun behind the head. `lamp_regions_wear` then does what lens, sensor and encoder do.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.lamp_regions_ground import Light, bgr, ground
from models.datasets.lamp_regions_wear import blurred, wear
from vision.arrays import F32, U8
from vision.events.lamps import Lamp

PITCH_PX = 30
"""From lamp to lamp on the drawing board; the camera's size comes afterwards."""
SHARES = {Lamp.RED: 0.23, Lamp.YELLOW: 0.18, Lamp.GREEN: 0.23, Lamp.OFF: 0.16, Lamp.UNKNOWN: 0.20}
HUES = {"red": (-6, 9), "yellow": (15, 27), "green": (62, 92)}
"""OpenCV's half degrees. Real reds reach into orange, real greens into cyan."""
ORDER = ("red", "yellow", "green")

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """image: (height, width, 3) BGR as cut from a frame, head upright or lying; state UNKNOWN: no answer is right."""

    image: U8
    state: Lamp


def draw_region(rng: np.random.Generator) -> DrawnRegion:
    """One region with a head in it, or with none."""
    state = Lamp(rng.choice(list(SHARES), p=list(SHARES.values())))
    light = Light(night=max(0.0, rng.uniform(-1.2, 1.0)), veil=max(0.0, rng.uniform(-0.8, 0.75)))
    if light.night > 0:
        light = Light(light.night, 0.0)
    if state is Lamp.UNKNOWN and rng.random() < 0.45:
        size = rng.integers(30, 200, 2)
        board = ground((int(size[0]), int(size[1])), light, rng)
        return DrawnRegion(wear(board, light.night, rng), state)
    lit = _lit(state, rng)
    if state is Lamp.OFF and light.night > 0.55:  # a dark head in the dark: nobody can tell it from no head
        state = Lamp.UNKNOWN
    board, head = _scene(lit, light, rng)
    if rng.random() < 0.3:  # lies on its side: red to the left
        board, head = _laid_down(board, head)
    region = _cut_loosely(board, head, rng)
    return DrawnRegion(wear(region, light.night, rng), state)


def _lit(state: Lamp, rng: np.random.Generator) -> tuple[str, ...]:
    if state is Lamp.OFF:
        return ()
    if state is not Lamp.UNKNOWN:
        return (state.value,)
    pairs = (("red", "green"), ("red", "yellow"), ("yellow", "green"), ("red", "yellow", "green"))
    return pairs[int(rng.integers(len(pairs)))]


def _scene(lit: tuple[str, ...], light: Light, rng: np.random.Generator) -> tuple[F32, Box]:
    """A board with one head on it and the head's box."""
    lamps = _lamps(lit, rng)
    width, height = int(PITCH_PX * rng.uniform(1.0, 1.5)), int(PITCH_PX * (len(lamps) + rng.uniform(0.05, 0.6)))
    room = int(0.68 * height)
    board = ground((height + 2 * room, width + 2 * room), light, rng)
    head = (float(room), float(room), float(room + width), float(room + height))
    shade = 1 - 0.93 * light.night
    _housing(board, head, shade, rng)
    look = _Look.chosen(rng)
    for place, (name, shines) in enumerate(lamps):
        middle = (room + width / 2, room + height / 2 + (place - (len(lamps) - 1) / 2) * PITCH_PX)
        _lamp(board, middle, name, shines=shines, look=look, light=light, rng=rng)
    if lit and rng.random() < 0.3:
        _countdown(board, head, lit[0] if rng.random() < 0.85 else str(rng.choice(ORDER)), rng)
    if rng.random() < 0.12:
        _neighbour(board, head, look, light, rng)
    if light.veil:
        sky = np.array([255, 250, 240]) * rng.uniform(0.6, 1.0)
        board = board * (1 - 0.75 * light.veil) + sky.astype(np.float32) * 0.75 * light.veil
    return np.clip(board, 0, 255).astype(np.float32), head


def _lamps(lit: tuple[str, ...], rng: np.random.Generator) -> list[tuple[str, bool]]:
    """(colour, shines) from top to bottom: mostly three, at times one, two or four (an arrow more)."""
    sort = rng.random()
    if sort < 0.14 and len(lit) < 2:
        names = [lit[0] if lit else str(rng.choice(ORDER))]
    elif sort < 0.22 and "yellow" not in lit:
        names = ["red", "green"]
    elif sort < 0.30:
        names = ["red", "yellow", "green", "green"]
    else:
        names = list(ORDER)
    lamps = [(name, name in lit) for name in names]
    if len(names) == 4 and "green" in lit:
        both = rng.random() < 0.5
        lamps[2], lamps[3] = ("green", both), ("green", True)
    return lamps[::-1] if rng.random() < 0.05 else lamps


@dataclass(frozen=True, slots=True)
class _Look:
    """clear: lenses without colour of their own; dots: LED; hood 0..1; strength of the light; radius in pitches."""

    clear: bool
    dots: bool
    hood: float
    strength: float
    radius: float
    burnt: float
    flicker: float

    @classmethod
    def chosen(cls, rng: np.random.Generator) -> "_Look":
        return cls(
            clear=bool(rng.random() < 0.35),
            dots=bool(rng.random() < 0.45),
            hood=max(0.0, rng.uniform(-0.4, 1)),
            strength=rng.uniform(0.45, 1.15),
            radius=rng.uniform(0.32, 0.46),
            burnt=max(0.0, rng.uniform(-0.6, 1)),
            flicker=rng.uniform(0.25, 0.7) if rng.random() < 0.12 else 1.0,
        )


def _housing(board: F32, head: Box, shade: float, rng: np.random.Generator) -> None:
    x1, y1, x2, y2 = (round(value) for value in head)
    base = [(30, 30, 30), (60, 60, 60), (25, 40, 25), (40, 140, 170), (95, 95, 95), (150, 150, 150)]
    colour = np.array(base[int(rng.choice(6, p=[0.42, 0.22, 0.14, 0.08, 0.09, 0.05]))]) * rng.uniform(0.6, 1.3) * shade
    if rng.random() < 0.2:  # a back board, at times with a light rim
        far = int(rng.integers(3, 12))
        cv2.rectangle(board, (x1 - far, y1 - far), (x2 + far, y2 + far), (25 * shade,) * 3, -1)
        if rng.random() < 0.5:
            cv2.rectangle(board, (x1 - far, y1 - far), (x2 + far, y2 + far), (220 * shade,) * 3, 2)
    if rng.random() < 0.6:  # the pole
        width = int(rng.integers(4, 12))
        at, grey = int(rng.uniform(x1, x2)), rng.uniform(50, 190) * shade
        cv2.line(board, (at, y2), (at + int(rng.integers(-3, 4)), board.shape[0]), (grey,) * 3, width)
    behind = board[max(0, y1 - 6), min(max(0, x1 - 6), board.shape[1] - 1)].tolist()
    cv2.rectangle(board, (x1, y1), (x2, y2), colour.tolist(), -1)
    for corner in ((x1, y1), (x2, y1), (x1, y2), (x2, y2)):
        cv2.circle(board, corner, 3, behind, -1)


def _lamp(board: F32, middle: tuple[float, float], name: str, *, shines: bool, look: _Look, light: Light,
          rng: np.random.Generator) -> None:  # fmt: skip
    """One lens with its hood; `shines` adds the light itself."""
    at, radius = (round(middle[0]), round(middle[1])), PITCH_PX * look.radius
    shade = (1 - 0.95 * light.night) * rng.uniform(0.8, 1.2)
    hue = rng.uniform(*HUES[name])
    if look.clear:
        glass = bgr(hue, rng.uniform(0.0, 0.15), rng.uniform(0.35, 0.75) * shade)
    else:
        glass = bgr(hue, rng.uniform(0.2, 0.65), rng.uniform(0.08, 0.3) * shade)
    cv2.circle(board, at, round(radius), glass, -1, cv2.LINE_AA)
    if look.dots and not shines:
        _dot(board, at, radius, tuple(0.7 * value for value in glass))
    if shines:
        _shine(board, (at, radius, hue), look, light, rng)
    if look.hood > 0:
        _hood(board, at, radius, look.hood, 1 - 0.95 * light.night)


def _shine(
    board: F32, disc: tuple[tuple[int, int], float, float], look: _Look, light: Light, rng: np.random.Generator
) -> None:
    """Light in the disc (middle, radius, hue), and what spills from it."""
    at, radius, hue = disc
    burnt = look.burnt * (0.5 + 0.5 * light.night)
    strength = look.strength if light.night < 0.2 else max(0.8, look.strength)
    colour = np.array(bgr(hue, rng.uniform(0.7, 1.0), min(1.0, strength)), np.float32)
    glow = np.zeros(board.shape[:2], np.float32)
    if rng.random() < 0.18:
        _arrow(glow, at, radius, rng)
    else:
        cv2.circle(glow, at, round(radius * 0.95), 1.0, -1, cv2.LINE_AA)
    if look.dots:
        _dot(glow, at, radius, (0.35,))
    if look.flicker < 1:  # LEDs pulse with the mains and the shutter catches part of the wave
        edge = int(at[1] + radius * rng.uniform(-0.6, 0.6))
        glow[: edge if rng.random() < 0.5 else None, :] *= look.flicker
    board[...] = board * (1 - glow[..., None]) + colour * glow[..., None]
    if burnt > 0.15:
        core = blurred(glow, radius * 0.3)[..., None] ** 2 * min(1.0, burnt)
        board[...] = board * (1 - core) + np.array([250.0, 252.0, 255.0], np.float32) * core
    bloom = blurred(glow, radius * rng.uniform(0.4, 1.6))[..., None]
    board[...] += colour * bloom * rng.uniform(0.1, 0.25 + 1.2 * light.night)


def _arrow(glow: F32, at: tuple[int, int], radius: float, rng: np.random.Generator) -> None:
    dx, dy = ((-1, 0), (1, 0), (0, -1))[int(rng.integers(3))]
    reach = radius * 0.75
    start = (round(at[0] - dx * reach), round(at[1] - dy * reach))
    end = (round(at[0] + dx * reach), round(at[1] + dy * reach))
    cv2.arrowedLine(glow, start, end, 1.0, max(2, round(radius * 0.28)), cv2.LINE_AA, tipLength=0.5)


def _dot(board: F32, at: tuple[int, int], radius: float, gap: tuple[float, ...]) -> None:
    """Draws the dark gaps of an LED field."""
    far = int(radius)
    for offset in range(-far, far + 1, 3):
        half = int((radius**2 - offset**2) ** 0.5)
        cv2.line(board, (at[0] + offset, at[1] - half), (at[0] + offset, at[1] + half), gap, 1)
        cv2.line(board, (at[0] - half, at[1] + offset), (at[0] + half, at[1] + offset), gap, 1)


def _hood(board: F32, at: tuple[int, int], radius: float, depth: float, shade: float) -> None:
    """A visor: its dark underside covers the upper edge of the lens, its rim stands out a little."""
    covered = np.zeros(board.shape[:2], np.uint8)
    cv2.circle(covered, at, round(radius * 1.12), 1, -1)
    cv2.circle(covered, (at[0], round(at[1] + radius * 0.55 * depth)), round(radius * 1.12), 0, -1)
    board[covered > 0] = 18 * shade


def _countdown(board: F32, head: Box, name: str, rng: np.random.Generator) -> None:
    """A box of two LED digits beside, above or below the head."""
    x1, y1, x2, y2 = (int(value) for value in head)
    side, wide = int(rng.integers(4)), int(PITCH_PX * rng.uniform(0.9, 1.4))
    corner = ((x2 + 2, y1), (x1 - wide - 2, y1), (x1, y2 + 2), (x1, y1 - int(wide * 0.8) - 2))[side]
    cv2.rectangle(board, corner, (corner[0] + wide, corner[1] + int(wide * 0.8)), (14, 14, 14), -1)
    colour = bgr(rng.uniform(*HUES[name]), 0.9, 1.0)
    text, scale = f"{rng.integers(0, 99):02d}", wide / 46
    place = (corner[0] + int(wide * 0.08), corner[1] + int(wide * 0.66))
    written = np.zeros(board.shape[:2], np.uint8)  # OpenCV writes text only on bytes
    cv2.putText(written, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 2, cv2.LINE_AA)
    share = (written / np.float32(255))[..., None]
    board[...] = board * (1 - share) + np.array(colour, np.float32) * share


def _neighbour(board: F32, head: Box, look: _Look, light: Light, rng: np.random.Generator) -> None:
    """Another head that shows a little at the region's edge: what it shows must not count."""
    width = head[2] - head[0]
    shift = (width + PITCH_PX * rng.uniform(0.4, 0.9)) * (1 if rng.random() < 0.5 else -1)
    moved = (head[0] + shift, head[1], head[2] + shift, head[3])
    _housing(board, moved, 1 - 0.93 * light.night, rng)
    lit = int(rng.integers(3))
    for place, name in enumerate(ORDER):
        middle = ((moved[0] + moved[2]) / 2, (head[1] + head[3]) / 2 + (place - 1) * PITCH_PX)
        _lamp(board, middle, name, shines=place == lit, look=look, light=light, rng=rng)


def _laid_down(board: F32, head: Box) -> tuple[F32, Box]:
    """Turned counter-clockwise: the top comes to the left."""
    width = board.shape[1]
    x1, y1, x2, y2 = head
    return np.ascontiguousarray(np.rot90(board)), (y1, width - x2, y2, width - x1)


def _cut_loosely(board: F32, head: Box, rng: np.random.Generator) -> F32:
    """The region an operator might have drawn: 0 to 60 % more, not in the middle, at times a little too tight."""
    x1, y1, x2, y2 = head
    wide, high = x2 - x1, y2 - y1
    loose = rng.uniform(0, 0.6) * rng.dirichlet((1.5, 1.5)) if rng.random() < 0.9 else np.array([-0.05, -0.05])
    tall = rng.uniform(0, 0.6) * rng.dirichlet((1.5, 1.5)) if rng.random() < 0.9 else np.array([-0.03, -0.03])
    if rng.random() < 0.25:  # as wide a margin across as along
        loose = loose * max(wide, high) / min(wide, high) if wide < high else loose
        tall = tall * max(wide, high) / min(wide, high) if high < wide else tall
    turn = cv2.getRotationMatrix2D(((x1 + x2) / 2, (y1 + y2) / 2), float(np.clip(rng.normal(0, 4), -12, 12)), 1.0)
    turned = cv2.warpAffine(board, turn, (board.shape[1], board.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    left, right = max(0, int(x1 - loose[0] * wide)), int(x2 + loose[1] * wide)
    top, bottom = max(0, int(y1 - tall[0] * high)), int(y2 + tall[1] * high)
    return np.asarray(turned[top:bottom, left:right], np.float32)
