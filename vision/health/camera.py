"""The health of one camera's picture: what goes wrong, since when, and how good the picture is."""

from collections import deque
from collections.abc import Sequence

from vision.arrays import U8
from vision.events.bodies import Measure
from vision.events.camera import CameraState, ImageQuality, Trouble
from vision.frame import Pixels
from vision.health.freeze import FreezeSense
from vision.health.gaps import FrameGaps
from vision.health.grain import Grain, grain
from vision.health.light import LightSense
from vision.health.look import Look, take_look, too_small
from vision.health.quality import QualityIntervals, SharpnessReference, parts_of
from vision.health.settings import HealthSettings
from vision.health.spell import Spell, Verdict
from vision.health.view import ViewSense

# Frozen and dropped are judged over their own windows before their spells see them.
SOON_S = 0.5
BACK_AFTER_S = 2.0
MOVED_AFTER_S = 2.0
# How far back it is known whether the view was in place; nobody waits longer for a proof. Counts ask later.
REMEMBERED_S = 120.0
REMEMBERED_MOVES = 100
# Troubles in which a background that is not recognised says nothing about where the camera looks.
VEILS = (Trouble.TOO_DARK, Trouble.BLINDED, Trouble.BLURRED, Trouble.FROZEN)


class CameraHealth:
    """Looks at a picture or two per second of one camera; good for one run of one stream of one picture size.

    remembered: what `views` held in an earlier run under the same scene, small pictures of where the camera looks.
    Without it the first good picture says so: the camera must be in place when the watch begins.
    """

    def __init__(self, settings: HealthSettings | None = None, remembered: Sequence[U8] = ()) -> None:
        self._settings = limits = settings or HealthSettings()
        self._view, self._light = ViewSense(limits, remembered), LightSense(limits)
        self._freeze, self._gaps = FreezeSense(limits), FrameGaps(limits)
        self._sharpness = SharpnessReference()
        self._quality = QualityIntervals(limits.interval_s)
        waits_s = {
            Trouble.VIEW_MOVED: (MOVED_AFTER_S, BACK_AFTER_S),
            Trouble.FROZEN: (SOON_S, SOON_S),
            Trouble.DROPPED: (SOON_S, BACK_AFTER_S),
        }
        usual_s = (limits.starts_after_s, limits.ends_after_s)
        self._spells = {trouble: Spell(trouble, *waits_s.get(trouble, usual_s)) for trouble in Trouble}
        self._grain: Grain | None = None
        self._next_look_s = self._next_view_s = float("-inf")
        self._looks = 0
        self._doubts: deque[tuple[float, bool]] = deque()
        self._moves: deque[tuple[float, float]] = deque(maxlen=REMEMBERED_MOVES)
        self._size_px: tuple[int, int] | None = None

    @property
    def view_moved(self) -> bool:
        return self._spells[Trouble.VIEW_MOVED].lasting

    @property
    def troubles(self) -> frozenset[Trouble]:
        """Those that last now."""
        return frozenset(trouble for trouble, spell in self._spells.items() if spell.lasting)

    @property
    def views(self) -> list[U8]:
        """Small pictures of where the camera looks, in different lights; see `remembered`. Renewed with `learned`."""
        return self._view.remembered

    @property
    def learned(self) -> int:
        """How often `views` changed in this run."""
        return self._view.learned

    def view_moved_between(self, since_s: float, until_s: float) -> bool:
        """Whether the view was moved in any part of that time, or a look in or next to it did not surely find it in
        place: a background that is not recognised may be hidden, or another."""
        moved_since_s = self._spells[Trouble.VIEW_MOVED].since_s
        if moved_since_s is not None and moved_since_s <= until_s:
            return True
        if any(began_s <= until_s and over_s >= since_s for began_s, over_s in self._moves):
            return True
        reach_s = self._settings.view_every_s
        return any(doubt for at_s, doubt in self._doubts if since_s - reach_s <= at_s <= until_s + reach_s)

    def due(self, media_s: float) -> bool:
        """Whether a picture of that time would be looked at: whoever converts pictures can spare the others."""
        return media_s >= self._next_look_s

    def see(
        self, picture: Pixels | U8 | None, media_s: float, index: int | None = None
    ) -> list[CameraState | ImageQuality]:
        """Take in one frame of the stream: what began, what ended, and the score of an interval that is over.

        picture: in any form, or its luma (height, width) uint8; None for a frame nobody kept. Most are not looked at.
        index: the frame's place among those the camera sent, where not all of them are told. A picture too small for a
        few cells is never looked at. ValueError for one of another size than before, or that is none.
        """
        self._gaps.frame(media_s, index)
        news: list[CameraState | ImageQuality] = [*self._quality.advance(media_s)]
        if picture is None or not self.due(media_s) or too_small(picture):
            return news
        self._looks += 1
        fine = self._grain is None or bool(self._looks % 2) or self._spells[Trouble.BLURRED].in_question
        look = take_look(picture, media_s, fine=fine)
        self._check_size(look)
        news += self._look(look)
        in_question = any(spell.in_question for spell in self._spells.values())
        self._next_look_s = media_s + self._settings.look_every_s / (2 if in_question else 1)
        return news

    def finish(self) -> list[CameraState | ImageQuality]:
        """The source has ended: the score of the interval that had begun. What still lasts stays without an end."""
        return [*self._quality.finish()]

    def _look(self, look: Look) -> list[CameraState]:
        if look.luma is not None or self._grain is None:
            self._grain = grain(look)
        share = self._sharpness.share(self._grain)
        told = [
            self._told(look, Trouble.DROPPED, self._gaps.dropped(look.media_s, self._lasts(Trouble.DROPPED))),
            self._told(look, Trouble.FROZEN, self._freeze.frozen(look, self._lasts(Trouble.FROZEN))),
            *self._light_told(look),
            self._told(look, Trouble.BLURRED, self._blurred(share)),
            self._view_told(look),
        ]
        gone = self._light.gone(look)
        if not any(self._spells[veil].in_question for veil in VEILS):
            self._sharpness.learn(self._grain)
            self._light.learn(look)
        self._quality.take(look.media_s, parts_of(look, self._grain, share, gone), set(self.troubles))
        return [one for one in told if one is not None]

    def _light_told(self, look: Look) -> list[CameraState | None]:
        dark = self._light.dark(look, self._lasts(Trouble.TOO_DARK))
        blinded = self._light.blinded(look, self._lasts(Trouble.BLINDED), bool(dark.bad))
        return [self._told(look, Trouble.TOO_DARK, dark), self._told(look, Trouble.BLINDED, blinded)]

    def _blurred(self, share: float | None) -> Verdict:
        """A dark or blank picture is not called blurred: it has no edges that could be."""
        if share is None or any(self._spells[one].in_question for one in (Trouble.TOO_DARK, Trouble.BLINDED)):
            return Verdict(None)
        limits = self._settings
        limit = limits.sharp_above if self._lasts(Trouble.BLURRED) else limits.blurred_below
        return Verdict(share < limit, (Measure(name="sharpness", value=share, error=0.1, unit="1"),))

    def _view_told(self, look: Look) -> CameraState | None:
        if look.media_s < self._next_view_s:
            return None
        spell = self._spells[Trouble.VIEW_MOVED]
        clear = not any(self._spells[veil].in_question for veil in VEILS)
        verdict = self._view.moved(look, spell.lasting, clear)
        told = spell.see(look.media_s, verdict)
        if told is not None and told.until_s is not None:
            self._moves.append((told.since_s, told.until_s))
        self._next_view_s = look.media_s + self._settings.view_every_s / (2 if spell.in_question else 1)
        self._doubts.append((look.media_s, not self._view.in_place))
        while look.media_s - self._doubts[0][0] > REMEMBERED_S:
            self._doubts.popleft()
        return told

    def _told(self, look: Look, trouble: Trouble, verdict: Verdict) -> CameraState | None:
        return self._spells[trouble].see(look.media_s, verdict)

    def _lasts(self, trouble: Trouble) -> bool:
        return self._spells[trouble].lasting

    def _check_size(self, look: Look) -> None:
        self._size_px = self._size_px or look.size_px
        if look.size_px != self._size_px:
            raise ValueError(
                f"picture: wanted {self._size_px[0]} × {self._size_px[1]} pixels as before, "
                f"found {look.size_px[0]} × {look.size_px[1]}"
            )
