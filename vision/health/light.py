"""Too dark, and blinded: glare, spray, or something over the lens takes the texture out of the picture."""

import numpy as np

from vision.arrays import F32
from vision.events.bodies import Measure
from vision.health.look import Look
from vision.health.settings import HealthSettings
from vision.health.spell import Verdict

# A cell with less texture than this is blank whatever it showed before: sensor noise and compression make as much.
BLANK_STD = 2.0
# So is one that kept only this share of its usual texture.
BLANK_SHARE = 0.12
# Texture that is worth missing.
TEXTURED_STD = 6.0
# Fewer textured cells than this say nothing about blindness.
FEWEST_CELLS = 8
# Without any usual texture to compare with: a picture that is blank almost everywhere.
BLANK_FROM_THE_START = 0.9
# Video keeps white at 235 or at 255; both are this bright.
WHITE = 230.0
BRIGHT_QUANTILE = 0.95
# A white sky is no glare; but nothing makes it right that most of the picture is white.
MOST_USUAL_GLARE = 0.4
SETTLES_IN_S = 300.0


class LightSense:
    """Knows how much texture each part of the picture usually has; the usual follows slow changes such as nightfall."""

    def __init__(self, settings: HealthSettings) -> None:
        self._settings = settings
        self._usual: F32 | None = None
        self._usual_glare = 0.0
        self._at_s = 0.0

    def dark(self, look: Look, lasting: bool) -> Verdict:
        brightest = float(np.quantile(look.small[::4, ::4], BRIGHT_QUANTILE))
        limit = self._settings.light_above if lasting else self._settings.dark_below
        return Verdict(brightest < limit, (Measure(name="brightest", value=brightest, error=1.0, unit="level"),))

    def blinded(self, look: Look, lasting: bool, dark: bool) -> Verdict:
        """Nothing is said of a dark picture: what is missing there is light."""
        if dark:
            return Verdict(None)
        gone, glare = self.gone(look), max(0.0, _glare(look) - self._usual_glare)
        limits = self._settings
        bad = gone >= limits.blind_above or glare >= limits.glare_above
        if lasting:
            bad = gone >= limits.seeing_below or glare >= limits.glare_above / 2
        measures = (
            Measure(name="texture_gone", value=gone, error=0.05, unit="1"),
            Measure(name="glare", value=glare, error=0.02, unit="1"),
        )
        return Verdict(bad, measures)

    def learn(self, look: Look) -> None:
        """Take in a look at a picture with nothing wrong."""
        if self._usual is None:
            self._usual, self._usual_glare = look.cell_std, min(_glare(look), MOST_USUAL_GLARE)
        else:
            weight = float(np.clip((look.media_s - self._at_s) / SETTLES_IN_S, 0, 1))
            self._usual = self._usual + np.float32(weight) * (look.cell_std - self._usual)
            self._usual_glare += weight * (min(_glare(look), MOST_USUAL_GLARE) - self._usual_glare)
        self._at_s = look.media_s

    def gone(self, look: Look) -> float:
        """The share of the usual texture's cells that are blank."""
        usual = self._usual
        if usual is None or np.count_nonzero(usual >= TEXTURED_STD) < FEWEST_CELLS:
            blank = float((look.cell_std < BLANK_STD).mean())
            return blank if blank >= BLANK_FROM_THE_START else 0.0
        textured = usual >= TEXTURED_STD
        blank_cells = look.cell_std < np.maximum(BLANK_STD, BLANK_SHARE * usual)
        return float(blank_cells[textured].mean())


def _glare(look: Look) -> float:
    return float((look.cell_mean >= WHITE).mean())
