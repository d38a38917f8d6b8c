"""Follows every vehicle of a scene a few times a second: one book of paths for all who ask where somebody went."""

import numpy as np

from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths, followed, gone, taken_up
from vision.traffic.incidents.road import Road
from vision.traffic.incidents.standing import surely_stands

# Nothing that is judged by paths changes faster; between looks a frame costs nothing.
LOOK_S = 0.15
EARLY_S = 1e-6


class Follower:
    """road: the scene's lanes in pixels. paths: as of the last look. limits: what `Paths` are made by."""

    def __init__(self, scene: Scene, frame_size_px: tuple[int, int], limits: IncidentLimits | None = None) -> None:
        self.limits = limits or IncidentLimits()
        self.road = Road(scene, frame_size_px)
        self.paths = self._lost = Paths.none()
        self._looked_s = -np.inf

    def look(self, tracks: Tracks, media_s: float) -> Paths | None:
        """The paths after this frame; None where the last look is too near. A step back in time begins anew.

        Whoever asks again of the same frame gets the same answer, so that several may share one follower.
        """
        if media_s == self._looked_s:
            return self.paths
        if media_s < self._looked_s:
            self.paths = self._lost = Paths.none()
        elif media_s - self._looked_s < LOOK_S - EARLY_S:
            return None
        self._looked_s = media_s
        before = self.paths
        now = followed(before, tracks, media_s, self.road, self.limits)
        if len(now) == len(before) and (now.id == before.id).all() and not len(self._lost):
            self.paths = now
            return now
        left, lost = gone(before, now), self._lost
        stood = surely_stands(left, self.limits)
        if stood.any():
            lost = lost.join(left.take(stood))
        if len(lost):
            lost = lost.take(media_s - lost.seen_s <= self.limits.over_s)
        self._lost = lost
        self.paths = taken_up(now, before, lost, self.limits)
        return self.paths
