"""Draws a plate as it leaves the stamp: clean, from the front, one pixel a millimetre."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.datasets.plates.fonts import draw_letter, installed_fonts
from models.datasets.plates.glyphs import Hand, draw_glyph
from models.datasets.plates.plate import Ink, Layout, PlateText
from vision.arrays import F32, U8
from vision.plates.text import ALPHABET, Ground

PX_PER_MM = 1.0
SHARE_OF_FONTS = 0.15

BLANKS_MM = {Layout.CAR_LONG: (520, 110), Layout.CAR_SHORT: (330, 165), Layout.MOTORBIKE: (190, 140)}
CHARACTER_MM = {
    Layout.CAR_LONG: (38.0, 63.0, 10.0, 10.0),
    Layout.CAR_SHORT: (38.0, 63.0, 10.0, 10.0),
    Layout.MOTORBIKE: (22.0, 55.0, 7.0, 9.0),
}
"""Width, height, stroke and gap of the characters."""

GROUND_BGR: dict[Ground, tuple[int, int, int]] = {
    Ground.WHITE: (232, 234, 234),
    Ground.YELLOW: (30, 190, 240),
    Ground.BLUE: (170, 75, 20),
    Ground.RED: (35, 30, 190),
}
INK_BGR: dict[Ink, tuple[int, int, int]] = {Ink.BLACK: (25, 24, 22), Ink.WHITE: (235, 235, 235), Ink.RED: (35, 30, 195)}


@dataclass(frozen=True, slots=True)
class Look:
    """One maker's way: sizes in pixels, `font` None for our strokes."""

    width_px: float
    height_px: float
    gap_px: float
    hand: Hand
    font: str | None
    variant: int


def draw_plate(plate: PlateText, rng: np.random.Generator) -> U8:
    """(h, w, 3) uint8 BGR, the blank's size in millimetres times PX_PER_MM. Raise ValueError for a text that no plate
    bears."""
    if not plate.text or set("".join(plate.rows)) - set(ALPHABET + "-. "):
        raise ValueError(f"{plate.rows}: wanted characters of a plate, dashes, dots and spaces")
    width_px, height_px = (round(side * PX_PER_MM) for side in BLANKS_MM[plate.layout])
    ink = np.zeros((height_px, width_px), np.uint8)
    look = _look(plate, rng)
    for row, top_px in zip(plate.rows, _tops(plate, look, height_px, rng), strict=True):
        _write(ink, row, top_px, look, rng)
    if rng.random() < 0.85:
        _border(ink, rng)
    picture = _painted(plate, ink, rng)
    _bolts(picture, plate.layout, rng)
    return picture


def _look(plate: PlateText, rng: np.random.Generator) -> Look:
    width, height, stroke, gap = (side * PX_PER_MM for side in CHARACTER_MM[plate.layout])
    hand = Hand(
        stroke_px=stroke * rng.uniform(0.75, 1.15),
        roundness=rng.uniform(0.6, 1.0),
        round_ends=bool(rng.random() < 0.2),
        wobble=rng.uniform(0, 0.05),
    )
    fonts = installed_fonts()
    font = str(rng.choice(fonts)) if fonts and rng.random() < SHARE_OF_FONTS else None
    return Look(
        width_px=width * rng.uniform(0.88, 1.1),
        height_px=height * rng.uniform(0.92, 1.04),
        gap_px=gap * rng.uniform(0.7, 1.3),
        hand=hand,
        font=font,
        variant=int(rng.integers(1 << 30)),
    )


def _tops(plate: PlateText, look: Look, height_px: int, rng: np.random.Generator) -> list[float]:
    """Where each row begins; the free space is shared between edges and rows."""
    free = height_px - len(plate.rows) * look.height_px
    between = free / (len(plate.rows) + 1)
    sway = rng.uniform(-0.15, 0.15) * between
    return [between * (row + 1) + look.height_px * row + sway for row in range(len(plate.rows))]


def _write(ink: U8, row: str, top_px: float, look: Look, rng: np.random.Generator) -> None:
    """One row, centred, squeezed where it would reach over the edge."""
    widths = [_advance(one, look) for one in row]
    total = sum(widths) - look.gap_px
    squeeze = min(1.0, (ink.shape[1] * 0.93) / total)
    left = (ink.shape[1] - total * squeeze) / 2 + rng.uniform(-0.02, 0.02) * ink.shape[1] * (squeeze == 1.0)
    for character, width in zip(row, widths, strict=True):
        box = (left, top_px, left + (width - look.gap_px) * squeeze, top_px + look.height_px)
        if character in "-.":
            _separator(ink, character, box, look)
        elif character != " ":
            _character(ink, character, box, look)
        left += width * squeeze


def _advance(character: str, look: Look) -> float:
    """From the left side of a character to that of the next."""
    shares = {"-": 0.55, ".": 0.3, " ": 0.5}
    return look.width_px * shares.get(character, 1.0) + look.gap_px


def _character(ink: U8, character: str, box: tuple[float, float, float, float], look: Look) -> None:
    if look.font is not None:
        draw_letter(ink, character, box, look.font)
    else:
        draw_glyph(ink, character, box, look.hand, look.variant)


def _separator(ink: U8, character: str, box: tuple[float, float, float, float], look: Look) -> None:
    """A dash at half height, or a dot on the foot of the row."""
    left, top, right, foot = box
    half = look.hand.stroke_px * 0.5
    x = (left + right) / 2
    if character == "-":
        y = (top + foot) / 2
        reach = (right - left) * 0.45
        cv2.rectangle(ink, (round(x - reach), round(y - half)), (round(x + reach), round(y + half)), 255, -1)
    else:
        cv2.circle(ink, (round(x), round(foot - half * 1.1)), round(half * 1.1), 255, -1, cv2.LINE_AA)


def _border(ink: U8, rng: np.random.Generator) -> None:
    """The stamped rim with its round corners."""
    height, width = ink.shape
    inset, thick = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    radius = int(rng.integers(4, 14))
    left, top, right, foot = inset, inset, width - 1 - inset, height - 1 - inset
    for x1, y1, x2, y2 in (
        (left + radius, top, right - radius, top),
        (left + radius, foot, right - radius, foot),
        (left, top + radius, left, foot - radius),
        (right, top + radius, right, foot - radius),
    ):
        cv2.line(ink, (x1, y1), (x2, y2), 255, thick, cv2.LINE_AA)
    for x, y, turn in ((left, top, 180), (right, top, 270), (right, foot, 0), (left, foot, 90)):
        middle = (x + radius * (1 if x == left else -1), y + radius * (1 if y == top else -1))
        cv2.ellipse(ink, middle, (radius, radius), turn, 0, 90, 255, thick, cv2.LINE_AA)


def _painted(plate: PlateText, ink: U8, rng: np.random.Generator) -> U8:
    """Ground and ink in slightly varied colours, with the light and dark sides of the stamped relief."""
    ground = _varied(GROUND_BGR[plate.colour], rng)
    colour = _varied(INK_BGR[plate.ink], rng)
    share = (ink.astype(np.float32) / 255)[..., None]
    picture = ground * (1 - share) + colour * share
    relief = cv2.GaussianBlur(ink, (0, 0), 1.5).astype(np.float32)
    shift = int(rng.integers(1, 3))
    light = (np.roll(relief, (shift, shift), (0, 1)) - relief) / 255 * rng.uniform(-45, 45)
    return np.clip(picture + light[..., None], 0, 255).astype(np.uint8)


def _varied(colour: tuple[int, int, int], rng: np.random.Generator) -> F32:
    """Mostly lighter or darker, hardly another hue."""
    return np.clip(np.array(colour) + rng.normal(0, 14) + rng.normal(0, 5, 3), 0, 255).astype(np.float32)


def _bolts(picture: U8, layout: Layout, rng: np.random.Generator) -> None:
    """Screw heads: on motorbikes above and below the middle, on cars at the sides; often none to be seen."""
    height, width = picture.shape[:2]
    pairs = [(0.5, 0.07), (0.5, 0.93)] if layout is Layout.MOTORBIKE else [(0.05, 0.5), (0.95, 0.5)]
    corners = [(0.07, 0.1), (0.93, 0.1), (0.07, 0.9), (0.93, 0.9)]
    for x, y in [*pairs, *corners]:
        if rng.random() > 0.2:
            continue
        radius = int(rng.integers(2, 5))
        grey = int(rng.integers(40, 220))
        middle = (round(x * width + rng.normal(0, 3)), round(y * height + rng.normal(0, 2)))
        cv2.circle(picture, middle, radius, (grey, grey, grey), -1, cv2.LINE_AA)
        cv2.circle(picture, middle, radius, (grey // 2,) * 3, 1, cv2.LINE_AA)
