"""Things a plate finder must not find: signs, stickers, lamps, badges, patches of anything."""

import string
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from vision.arrays import U8

Lure = Callable[[np.random.Generator], U8]
FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)
LETTERS = string.ascii_letters + "   .,&"


def sign(rng: np.random.Generator) -> U8:
    """Words on a board: longer lines, more of them or other letters than a plate has."""
    lines = int(rng.choice([1, 2, 3, 4], p=[0.4, 0.1, 0.3, 0.2]))
    least, most = {1: (4, 16), 2: (9, 18)}.get(lines, (6, 18))
    ground, ink = _two_colours(rng)
    words = ["".join(rng.choice(list(LETTERS), int(rng.integers(least, most)))) for _ in range(lines)]
    font, thick = int(rng.choice(FONTS)), int(rng.integers(1, 4))
    width = max(cv2.getTextSize(line, font, 1.0, thick)[0][0] for line in words) + 24
    board = np.full((34 * lines + 14, width, 3), ground, np.uint8)
    for row, line in enumerate(words):
        cv2.putText(board, line, (12, 30 + 34 * row), font, 1.0, [int(c) for c in ink], thick, cv2.LINE_AA)
    return board


def lamp(rng: np.random.Generator) -> U8:
    """A red, orange or white glass with a bright spot and ribs."""
    width, height = int(rng.integers(40, 160)), int(rng.integers(20, 100))
    colour = np.array([(30, 30, 220), (40, 130, 240), (235, 235, 235), (60, 40, 150)][int(rng.integers(4))], float)
    y, x = np.mgrid[:height, :width]
    far = np.hypot((x / width - rng.uniform(0.2, 0.8)) * 2, (y / height - rng.uniform(0.2, 0.8)) * 2)
    glass = colour * (0.5 + 0.7 * np.exp(-(far**2) / rng.uniform(0.1, 0.8)))[..., None]
    if rng.random() < 0.5:
        glass *= (0.85 + 0.15 * np.sin(x * rng.uniform(0.2, 1.2)))[..., None]
    return np.asarray(np.clip(glass, 0, 255), np.uint8)


def panel(rng: np.random.Generator) -> U8:
    """A blank board with a frame or a few bars: a grille, a vent, an empty holder, a window."""
    width, height = int(rng.integers(60, 200)), int(rng.integers(30, 120))
    ground, ink = _two_colours(rng)
    board = np.full((height, width, 3), ground, np.uint8)
    colour = [int(c) for c in ink]
    if rng.random() < 0.6:
        inset = int(rng.integers(1, 8))
        cv2.rectangle(board, (inset, inset), (width - inset, height - inset), colour, int(rng.integers(1, 5)))
    step = int(rng.integers(8, 40))
    if rng.random() < 0.6:
        across = rng.random() < 0.5
        for at in range(step, height if across else width, step):
            ends = ((0, at), (width, at)) if across else ((at, 0), (at, height))
            cv2.line(board, *ends, colour, int(rng.integers(1, 4)))
    return board


def emblem(rng: np.random.Generator) -> U8:
    """A round or oval badge with a few strokes on a dark square."""
    side = int(rng.integers(50, 120))
    ground, ink = _two_colours(rng)
    badge = np.full((side, side, 3), ground, np.uint8)
    middle, colour = (side // 2, side // 2), [int(c) for c in ink]
    cv2.ellipse(badge, middle, (side * 2 // 5, int(side * rng.uniform(0.2, 0.4))), 0, 0, 360, colour, 3, cv2.LINE_AA)
    points = rng.integers(side // 4, 3 * side // 4, (int(rng.integers(3, 6)), 2))
    cv2.polylines(badge, [points.astype(np.int32)], bool(rng.random() < 0.5), colour, 3, cv2.LINE_AA)
    return badge


LURES: Sequence[Lure] = (sign, sign, lamp, panel, emblem)


def random_lure(rng: np.random.Generator) -> U8:
    return LURES[int(rng.integers(len(LURES)))](rng)


def _two_colours(rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Two colours that differ clearly."""
    while True:
        one, other = rng.integers(0, 256, (2, 3))
        if abs(int(one.sum()) - int(other.sum())) > 180:
            return one.tolist(), other.tolist()
