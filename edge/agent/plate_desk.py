"""Plates of whoever is accused, or passes a line that is watched between cameras: views are kept as frames go by, and
read only when somebody asks."""

import logging

import cv2
import numpy as np

from edge.loop.seen import Seen
from edge.patrol.sections import PlateSeen
from vision.errors import ModelError
from vision.plates.best_shots import BestShots
from vision.plates.shots import Shot
from vision.plates.track_plate import PlateEyes, read_plate
from vision.plates.voted import ReadShot, VotedPlate

log = logging.getLogger(__name__)

MARGIN = 0.25
"""Around the plate, as a share of its larger side."""


class PlateDesk:
    """Of one camera."""

    def __init__(self, eyes: PlateEyes, shots: BestShots | None = None) -> None:
        self._eyes = eyes
        self._shots = shots or BestShots()

    def see(self, seen: Seen) -> None:
        """Take in one frame, in order of time."""
        self._shots.see(seen.frame, seen.tracks)

    def read(self, track: int, at_s: float) -> VotedPlate | None:
        """What the kept views of that very track say together, as far as it was surely the same vehicle as at that
        media second; it may abstain. None where a network failed."""
        try:
            return read_plate(self._shots.of(track, at_s), self._eyes)
        except ModelError as error:
            log.warning("track %d: its plate could not be read: %s", track, error)
            return None

    def look(self, track: int, at_s: float) -> PlateSeen | None:
        """As `read`, with the plate of the best view cut out; None where a network failed or there was no view."""
        voted = self.read(track, at_s)
        best = voted.best_shot if voted is not None else None
        shot = next((one for one in self._shots.of(track, at_s) if best is not None and one.frame == best.frame), None)
        if voted is None or best is None or shot is None:
            return None
        return PlateSeen(voted, shot.frame, _cut(shot, best))


def _cut(shot: Shot, read: ReadShot) -> bytes:
    """The plate and a margin, as far as the shot holds it, as PNG."""
    quad = np.asarray(read.quad_px, np.float64) - np.asarray(shot.rect_px[:2], np.float64)
    edge = MARGIN * float(np.ptp(quad, axis=0).max())
    x1, y1 = np.maximum(np.floor(quad.min(axis=0) - edge), 0).astype(int).tolist()
    x2, y2 = np.ceil(quad.max(axis=0) + edge).astype(int).tolist()
    return bytes(cv2.imencode(".png", np.ascontiguousarray(shot.crop[y1 : y2 + 1, x1 : x2 + 1]))[1])
