"""Other people's heads on a rider's shoulders: a few hundred real heads make many more riders, bare ones as often."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.train.helmet_samples import RiderWindow
from vision.arrays import F32, U8

PASTED = 0.4
"""Share of the windows in which heads are exchanged, and in these of the heads."""
SHARES = (0.38, 0.42, 0.20)
"""How often a pasted head is of each state, in the order of HEAD_STATES."""
LEAST_SIDE_PX = 14
CANDIDATES = 8


@dataclass(frozen=True, slots=True, eq=False)
class HeadPatch:
    """The box of one head, (height, width, 3) BGR."""

    image: U8
    state: int


def patches_of(windows: list[RiderWindow]) -> list[list[HeadPatch]]:
    """By state: every head that is large enough and lies wholly in its window's picture."""
    found: list[list[HeadPatch]] = [[] for _ in SHARES]
    for window in windows:
        height, width = window.image.shape[:2]
        for box, state in zip(window.heads_px, window.states, strict=True):
            x1, y1, x2, y2 = np.rint(box).astype(int).tolist()
            if min(x1, y1, width - x2, height - y2) >= 0 and min(x2 - x1, y2 - y1) >= LEAST_SIDE_PX:
                found[int(state)].append(HeadPatch(window.image[y1:y2, x1:x2].copy(), int(state)))
    return found


def with_other_heads(window: RiderWindow, pool: list[list[HeadPatch]], rng: np.random.Generator) -> RiderWindow:
    """The window with some heads exchanged for others of like shape; the window itself where none is."""
    if rng.random() >= PASTED:
        return window
    image, states = window.image.copy(), window.states.copy()
    height, width = image.shape[:2]
    for row, box in enumerate(window.heads_px):
        x1, y1, x2, y2 = np.rint(box).astype(int).tolist()
        fits = min(x1, y1, width - x2, height - y2) >= 0 and min(x2 - x1, y2 - y1) >= LEAST_SIDE_PX // 2
        others = pool[int(rng.choice(len(SHARES), p=SHARES))]
        if fits and others and rng.random() < 0.6:
            patch = _alike(others, (x2 - x1, y2 - y1), rng)
            image[y1:y2, x1:x2] = _blended(image[y1:y2, x1:x2], patch.image, rng)
            states[row] = patch.state
    return replace(window, image=image, states=states)


def _alike(patches: list[HeadPatch], size: tuple[int, int], rng: np.random.Generator) -> HeadPatch:
    """Of some drawn by chance the one nearest in shape, blurred ones last."""

    def distance(patch: HeadPatch) -> float:
        height, width = patch.image.shape[:2]
        too_small = max(0.0, float(np.log(0.7 * size[1] / height)))
        return abs(float(np.log(width * size[1] / (height * size[0])))) + too_small

    return min((patches[int(row)] for row in rng.integers(len(patches), size=CANDIDATES)), key=distance)


def _blended(ground: U8, patch: U8, rng: np.random.Generator) -> U8:
    """The patch in an ellipse with a soft rim, half way towards the brightness it covers."""
    height, width = ground.shape[:2]
    head = cv2.resize(patch, (width, height), interpolation=cv2.INTER_AREA)[:, :: 1 if rng.random() < 0.5 else -1]
    light = float(np.sqrt((ground.mean() + 8) / (head.mean() + 8)))
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (width // 2, height // 2), (round(0.5 * width), round(0.52 * height)), 0, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.6, 0.05 * width)), np.float32)
    share: F32 = mask[..., None]
    mixed = ground * (1 - share) + head * np.float32(light) * share
    return np.clip(mixed, 0, 255).astype(np.uint8)
