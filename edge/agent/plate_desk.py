"""Plates of whoever is accused: views are kept as frames go by, and read only when an accusation falls due."""

import logging

from edge.loop.seen import Seen
from vision.errors import ModelError
from vision.plates.best_shots import BestShots
from vision.plates.track_plate import PlateEyes, read_plate
from vision.plates.voted import VotedPlate

log = logging.getLogger(__name__)


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
