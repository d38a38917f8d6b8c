"""Faults and harmless changes put on a fixed camera's pictures at known times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from vision.arrays import F32, U8
from vision.events.camera import Trouble

# (luma, seconds since it began, random numbers) → luma
Change = Callable[[U8, float, np.random.Generator], U8]


@dataclass(frozen=True, slots=True)
class Fault:
    """A change and the troubles it must be told as: any one of them will do. Harmless changes have none.

    lasts_s: how long it is on; it must be told within that time. drops: share of the frames that go missing.
    repeats: the picture stands still.
    """

    change: Change
    means: tuple[Trouble, ...] = ()
    lasts_s: float = 30.0
    drops: float = 0.0
    repeats: bool = False


def moved(x_px: float = 0, y_px: float = 0, degrees: float = 0, zoom: float = 1) -> Change:
    """Turned and zoomed about the middle, then shifted, in full-frame px; the border mirrors the picture."""

    def change(luma: U8, _age_s: float, _rng: np.random.Generator) -> U8:
        height, width = luma.shape
        motion = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, zoom)
        motion[:, 2] += np.array([x_px, y_px])
        return np.asarray(
            cv2.warpAffine(luma, motion, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT),
            np.uint8,
        )

    return change


def turned_away(luma: U8, _age_s: float, _rng: np.random.Generator) -> U8:
    """Another view altogether: the picture's mirror image, its halves exchanged."""
    return np.ascontiguousarray(np.roll(luma[:, ::-1], luma.shape[1] // 2, axis=1))


def swaying(luma: U8, age_s: float, rng: np.random.Generator) -> U8:
    """Wind on the mast: three thousandths of the width to and fro."""
    reach_px = 0.003 * luma.shape[1]
    return moved(reach_px * float(np.sin(4 * age_s)), reach_px * float(np.cos(3 * age_s)))(luma, age_s, rng)


def blurred(share_of_width: float) -> Change:
    def change(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
        soft = cv2.GaussianBlur(luma, (0, 0), share_of_width * luma.shape[1])
        return _noisy(soft.astype(np.float32), 1.0, rng)

    return change


def dimmed(gain: float, noise: float, over_s: float = 0.0) -> Change:
    """Less light, or more; the sensor's noise stays. Over so many seconds, or at once."""

    def change(luma: U8, age_s: float, rng: np.random.Generator) -> U8:
        share = 1.0 if over_s == 0 else min(1.0, age_s / over_s)
        return _noisy(luma.astype(np.float32) * (1 + share * (gain - 1)), noise, rng)

    return change


def glaring(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
    """The sun beside the view: a white disc, and a veil over everything."""
    height, width = luma.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot((x - 0.45 * width) / width, (y - 0.35 * height) / width)
    light = 420 * np.exp(-((away / 0.35) ** 2)) + 60
    return _noisy(0.6 * luma.astype(np.float32) + light.astype(np.float32), 1.0, rng)


def covered(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
    """A bag over the lens: grey with a soft slope."""
    slope = np.linspace(90, 130, luma.shape[1], dtype=np.float32)
    return _noisy(np.broadcast_to(slope, luma.shape), 1.0, rng)


def sprayed(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
    """Paint over two thirds of the picture."""
    picture = luma.astype(np.float32)
    picture[:, : 2 * luma.shape[1] // 3] = 70
    return _noisy(picture, 1.0, rng)


def raining(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
    """Streaks, less contrast, noise."""
    height, width = luma.shape
    streaks = np.zeros((height, width), np.float32)
    for _ in range(260):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        cv2.line(streaks, (x, y), (x + width // 160, y + height // 12), float(rng.uniform(20, 55)), 1)
    return _noisy(35 + 0.65 * luma.astype(np.float32) + streaks, 3.0, rng)


def jpeg(quality: int) -> Change:
    def change(luma: U8, _age_s: float, _rng: np.random.Generator) -> U8:
        _, data = cv2.imencode(".jpg", luma, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)

    return change


def trembling(luma: U8, _age_s: float, rng: np.random.Generator) -> U8:
    """A repeated picture that was encoded again: here and there a pixel is one level off."""
    off = (rng.random(luma.shape, np.float32) < 0.01).astype(np.uint8)
    return np.asarray(cv2.add(luma, off), np.uint8)


def untouched(luma: U8, _age_s: float, _rng: np.random.Generator) -> U8:
    return luma


def _noisy(levels: F32, sigma: float, rng: np.random.Generator) -> U8:
    noise = np.float32(sigma) * rng.standard_normal(levels.shape, np.float32)
    return np.asarray(np.clip(levels + noise, 0, 255), np.uint8)


MOVED = (Trouble.VIEW_MOVED,)
FAULTS: Mapping[str, Fault] = {
    "shift_15px": Fault(moved(15, 0), MOVED),
    "shift_up_40px": Fault(moved(0, -40), MOVED),
    "turn_2deg": Fault(moved(degrees=2), MOVED),
    "turn_10deg": Fault(moved(degrees=-10), MOVED),
    "zoom_1.15": Fault(moved(zoom=1.15), MOVED),
    "turned_away": Fault(turned_away, MOVED, lasts_s=60.0),
    "blur": Fault(blurred(0.004), (Trouble.BLURRED,)),
    "freeze": Fault(untouched, (Trouble.FROZEN,), 75.0, repeats=True),
    "freeze_trembling": Fault(trembling, (Trouble.FROZEN,), 75.0, repeats=True),
    "dark": Fault(dimmed(0.08, 1.5), (Trouble.TOO_DARK,)),
    "glare": Fault(glaring, (Trouble.BLINDED,)),
    "covered": Fault(covered, (Trouble.BLINDED,)),
    "spray": Fault(sprayed, (Trouble.BLINDED,)),
    "drops_a_third": Fault(untouched, (Trouble.DROPPED,), drops=0.33),
}
HARMLESS: Mapping[str, Fault] = {
    "untouched": Fault(untouched),
    "shift_5px": Fault(moved(3, -4)),
    "turn_half_deg": Fault(moved(degrees=0.5)),
    "sway": Fault(swaying),
    "cloud": Fault(dimmed(0.6, 1.0)),
    "sun": Fault(dimmed(1.3, 1.0)),
    "dusk": Fault(dimmed(0.4, 1.5, over_s=60), lasts_s=70.0),
    "rain": Fault(raining),
    "jpeg_30": Fault(jpeg(30)),
    "drops_2_percent": Fault(untouched, drops=0.02),
}
