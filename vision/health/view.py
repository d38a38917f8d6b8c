"""Whether the camera still looks where it looked when the scene was drawn."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from vision.arrays import F64, U8
from vision.events.bodies import Measure
from vision.health.background import Background, Match, even_out
from vision.health.look import Look
from vision.health.settings import HealthSettings
from vision.health.spell import Verdict

# A background seen in other light has fewer of its landmarks; below this share of the usual number nothing is said.
ENOUGH_SHARE = 0.25
# Below this share of what it had when it was made, a background is due to be made anew from what is seen now.
STALE_SHARE = 0.5
STALE_AFTER_LOOKS = 10
# A new background is the median of so many pictures, this far apart: vehicles come and go in between.
MEDIAN_OF = 7
MEDIAN_APART_S = 3.0
REMEMBERED_BACKGROUNDS = 5


class Displacement(NamedTuple):
    """How far the view is from where it was: full-frame px (the median over the frame), degrees, and the px's error."""

    shift_px: float
    rotation_deg: float
    error_px: float

    def measures(self) -> tuple[Measure, ...]:
        return (
            Measure(name="shift", value=self.shift_px, error=self.error_px, unit="px"),
            Measure(name="rotation", value=self.rotation_deg, error=0.1, unit="deg"),
        )


class ViewSense:
    """Remembers the background in up to five lights, all in the pixels of the first, and finds it again.

    remembered: such backgrounds of an earlier run. Without them the first good picture says where the camera looks.
    learned: how often a background was made; `remembered` is another one after each time.
    in_place: whether the last look surely found the view where it was; True also while there is nothing to compare.
    """

    def __init__(self, settings: HealthSettings, remembered: Sequence[U8] = ()) -> None:
        self._settings = settings
        self._known = [one for small in remembered if (one := Background.of(small)) is not None]
        self._usual = float(np.mean([len(one.points) for one in self._known])) if self._known else 0.0
        self.learned = 0
        self.in_place = True
        self._stale = 0
        self._recent: deque[tuple[float, U8]] = deque(maxlen=MEDIAN_OF)
        self._provisional = not self._known
        self._lost_since_s: float | None = None

    @property
    def remembered(self) -> list[U8]:
        """The small pictures of the backgrounds, the one that served last first; none until one is sure."""
        return [] if self._provisional else [one.small for one in self._known]

    def moved(self, look: Look, lasting: bool, clear: bool) -> Verdict:
        """clear: nothing else is wrong with the picture, so a background that is not recognised must be elsewhere."""
        flat = even_out(look.small)
        self._known = [one for one in self._known if one.flat.shape == flat.shape]
        if not self._known:
            self._begin(look.small, clear)
            return Verdict(None)
        match = self._find(flat)
        self.in_place = match is not None and not self._far(_displacement(match, look), lasting=False)
        if match is None:
            return self._lost(look.media_s, clear)
        self._lost_since_s = None
        there = _displacement(match, look)
        verdict = Verdict(self._far(there, lasting), there.measures())
        if not (verdict.bad or lasting) and clear:
            self._learn(look, match)
        return verdict

    def _begin(self, small: U8, clear: bool) -> None:
        first = Background.of(small) if clear else None
        if first is not None:
            self._known = [first]
            self._usual = float(len(first.points))

    def _find(self, flat: U8) -> Match | None:
        """By the background that served last, else by the others, else by a search from the one that served last."""
        for place, background in enumerate(self._known):
            match = background.match(flat)
            if match is not None and match.agreeing >= ENOUGH_SHARE * self._usual:
                self._known.insert(0, self._known.pop(place))
                return match
        return self._known[0].search(flat)

    def _lost(self, media_s: float, clear: bool) -> Verdict:
        """Not recognised: no verdict at first, for a bus may stand before everything."""
        if not clear:
            self._lost_since_s = None
            return Verdict(None)
        self._lost_since_s = media_s if self._lost_since_s is None else self._lost_since_s
        lost = media_s - self._lost_since_s >= self._settings.lost_after_s
        return Verdict(True if lost else None)

    def _far(self, there: Displacement, lasting: bool) -> bool:
        limits = self._settings
        if lasting:
            return there.shift_px >= limits.back_px or abs(there.rotation_deg) >= limits.back_deg
        return there.shift_px >= limits.moved_px or abs(there.rotation_deg) >= limits.moved_deg

    def _learn(self, look: Look, match: Match) -> None:
        """Keep pictures of the view in place; a new background is made of them when the old one has served its time."""
        self._usual += 0.05 * (match.agreeing - self._usual)
        if not self._recent or look.media_s - self._recent[-1][0] >= MEDIAN_APART_S:
            size = (look.small.shape[1], look.small.shape[0])
            back = cv2.warpAffine(
                look.small,
                match.motion,
                size,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            self._recent.append((look.media_s, np.asarray(back, np.uint8)))
        stale = match.agreeing < STALE_SHARE * len(self._known[0].points)
        self._stale = self._stale + 1 if stale else 0
        if len(self._recent) == MEDIAN_OF and (self._provisional or self._stale >= STALE_AFTER_LOOKS):
            self._renew()

    def _renew(self) -> None:
        """The first background is one picture, vehicles and all: its successor takes its place."""
        renewed = Background.of(np.median([small for _, small in self._recent], axis=0).astype(np.uint8))
        if renewed is not None:
            kept = [] if self._provisional else self._known[: REMEMBERED_BACKGROUNDS - 1]
            self._known = [renewed, *kept]
            self._provisional = False
            self.learned += 1
        self._stale = 0


def _displacement(match: Match, look: Look) -> Displacement:
    """Over three by three places of the frame, so that a rotation or a zoom counts for what it does to lines."""
    height, width = look.small.shape
    grid = np.stack(np.meshgrid([0.1, 0.5, 0.9], [0.1, 0.5, 0.9]), axis=-1).reshape(-1, 2) * (width, height)
    moved: F64 = grid @ match.motion[:, :2].T + match.motion[:, 2] - grid
    shift_px = float(np.median(np.hypot(*moved.T))) * look.scale
    rotation_deg = float(np.degrees(np.arctan2(match.motion[1, 0], match.motion[0, 0])))
    return Displacement(shift_px, rotation_deg, match.error_px * look.scale)
