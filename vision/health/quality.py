"""The image-quality score of an interval, from what each look saw of the picture."""

from typing import NamedTuple

import numpy as np

from vision.events.camera import ImageQuality, Trouble
from vision.health.grain import Grain
from vision.health.look import Look

# Levels of luma between which a pixel tells something, be black 0 or 16 and white 235 or 255.
DARKEST, BRIGHTEST = 18, 233
HALF_CLIPPED = 0.5
# A mean level this far from black or white is well exposed; a spread this wide is full contrast.
WELL_LIT = 60.0
FULL_CONTRAST = 40.0
# Noise and blocks that leave nothing to score.
WORST_NOISE = 16.0
WORST_BLOCKS = 4.0
# How much of the score is its worst part; the rest is the mean.
WORST_SHARE = 0.7
# Sharpness of its own that a camera settles on, per look.
SETTLES_BY = 0.02
FIRST_LOOKS = 5


class Parts(NamedTuple):
    """Each 0..1; sharpness None where there is nothing to compare."""

    sharpness: float | None
    contrast: float
    exposure: float
    noise: float
    compression: float


class SharpnessReference:
    """The camera's own sharpness: the median of its first looks, then following slowly while nothing is wrong."""

    def __init__(self) -> None:
        self._first: list[float] = []
        self._usual: float | None = None

    def share(self, grain: Grain) -> float | None:
        """How sharp it is, 1 as usual; None where nobody knows yet or the picture has no edges."""
        if grain.sharpness is None or not self._usual:
            return None
        return grain.sharpness / self._usual

    def learn(self, grain: Grain) -> None:
        """Take in a look at a picture with nothing wrong."""
        if grain.sharpness is None:
            return
        if self._usual is not None:
            self._usual += SETTLES_BY * (grain.sharpness - self._usual)
            return
        self._first.append(grain.sharpness)
        if len(self._first) >= FIRST_LOOKS:
            self._usual = float(np.median(self._first))


def parts_of(look: Look, grain: Grain, sharpness_share: float | None, gone: float) -> Parts:
    """gone: the share of the picture's usual texture that is not there."""
    thin = look.small[::4, ::4]
    clipped = float(((thin <= DARKEST) | (thin >= BRIGHTEST)).mean())
    mean, spread = float(thin.mean()), float(thin.std())
    lit = min(mean / WELL_LIT, (255 - mean) / WELL_LIT, 1.0)
    return Parts(
        sharpness=None if sharpness_share is None else min(1.0, sharpness_share),
        contrast=min(1.0, spread / FULL_CONTRAST) * (1 - gone),
        exposure=max(0.0, lit * (1 - min(1.0, clipped / HALF_CLIPPED))),
        noise=max(0.0, 1 - grain.noise / WORST_NOISE),
        compression=float(np.clip(1 - grain.blocks / WORST_BLOCKS, 0, 1)),
    )


class QualityIntervals:
    """Adds the looks of each interval up; an interval nobody looked at is left out."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._since_s: float | None = None
        self._last_s = 0.0
        self._parts: list[Parts] = []
        self._seconds: set[int] = set()
        self._troubles: set[Trouble] = set()

    def advance(self, media_s: float) -> list[ImageQuality]:
        """The interval that ended before `media_s`, if one did and it was looked at."""
        if self._since_s is None:
            self._since_s = media_s - media_s % self._interval_s
        if media_s < self._since_s + self._interval_s:
            return []
        done = self._close(self._since_s + self._interval_s)
        self._since_s = media_s - media_s % self._interval_s
        return done

    def take(self, media_s: float, parts: Parts, troubles: set[Trouble]) -> None:
        self._parts.append(parts)
        self._seconds.add(int(media_s))
        self._troubles |= troubles
        self._last_s = media_s

    def finish(self) -> list[ImageQuality]:
        """The interval that has only begun, up to its last look."""
        if self._since_s is None or self._last_s <= self._since_s:
            return []
        return self._close(self._last_s)

    def _close(self, until_s: float) -> list[ImageQuality]:
        assert self._since_s is not None
        parts, seconds, troubles = self._parts, self._seconds, self._troubles
        self._parts, self._seconds, self._troubles = [], set(), set()
        if not parts:
            return []
        means = _means(parts)
        known = [one for one in means if one is not None]
        score = WORST_SHARE * min(known) + (1 - WORST_SHARE) * float(np.mean(known))
        coverage = min(1.0, len(seconds) / max(1.0, until_s - self._since_s))
        return [
            ImageQuality(
                since_s=self._since_s,
                until_s=until_s,
                coverage=coverage,
                pictures=len(parts),
                score=score,
                **means._asdict(),
                troubles=tuple(sorted(troubles)),
            )
        ]


def _means(parts: list[Parts]) -> Parts:
    sharpness = [one.sharpness for one in parts if one.sharpness is not None]
    rest = np.array([one[1:] for one in parts], np.float64).mean(axis=0).tolist()
    return Parts(float(np.mean(sharpness)) if sharpness else None, *rest)
