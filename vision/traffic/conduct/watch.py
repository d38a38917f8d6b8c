"""Keeps the stays of one camera, from one look at its paths to the next."""

import numpy as np

from vision.arrays import Bool
from vision.tracks import Tracks
from vision.traffic.conduct.ground import Ground, Look
from vision.traffic.conduct.obstacles import drives, held, mixed_up, near_what_stands
from vision.traffic.conduct.places import Places
from vision.traffic.conduct.stays import Doubts, Stays, stayed
from vision.traffic.facts.trails import EDGE_PX
from vision.traffic.hidden import feet_hidden
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths, among
from vision.traffic.incidents.road import Road
from vision.traffic.incidents.standing import may_stand

# Whoever has kept his place for so long may have come to stand; of the others nobody asks what holds them.
PERHAPS_STANDS_S = 0.1


class StayWatch:
    """last: the last look; stays: as of it."""

    def __init__(self, places: Places, road: Road, ground: Ground, frame_size_px: tuple[int, int]) -> None:
        self.places = places
        self._road = road
        self.ground = ground
        self._frame_size_px = frame_size_px
        self.last = Look.of(Paths.none(), -np.inf, ground)
        self.stays = Stays.begin(self.last, len(places))

    def look(self, paths: Paths, tracks: Tracks, media_s: float, limits: IncidentLimits) -> Stays:
        """The stays after this look. A step back in time begins anew: nothing before it can be compared."""
        if media_s < self.last.media_s:
            self.stays = Stays.begin(Look.of(Paths.none(), media_s, self.ground), len(self.places))
        self.last = Look.of(paths, media_s, self.ground)
        self.stays = stayed(self.stays, self.last, self.places, self._doubts(self.last, tracks, limits))
        return self.stays

    def _doubts(self, look: Look, tracks: Tracks, limits: IncidentLimits) -> Doubts:
        paths = look.paths
        waiting = may_stand(paths, look.media_s, limits)
        still = np.flatnonzero((paths.standing_s() >= PERHAPS_STANDS_S) & self._was_inside(paths))
        holds = np.ones(len(paths), np.bool_)
        holds[still] = held(look, still, waiting, self._road)
        return Doubts(
            hidden=self._hidden(paths, tracks) | ~paths.seen,
            near=near_what_stands(look, waiting & ~drives(paths)),
            held=holds,
            mixed=mixed_up(paths.box_px),
        )

    def _was_inside(self, paths: Paths) -> Bool:
        """(n,) whether each was in any place at the last look; of the others nobody asks what holds them."""
        before = self.stays
        inside = before.id[~np.isnan(before.since_s).all(axis=1)] if len(before) else before.id
        return among(paths.id, inside)

    def _hidden(self, paths: Paths, tracks: Tracks) -> Bool:
        """(n,) whether the feet are perhaps covered by a nearer box, or lie below the picture."""
        row = np.minimum(np.searchsorted(tracks.id, paths.id), max(len(tracks) - 1, 0))
        covered = np.zeros(len(paths), np.bool_)
        if len(tracks) and len(paths):
            asked = np.zeros(len(tracks), np.bool_)
            asked[row] = True
            covered = feet_hidden(tracks.xyxy_px, asked)[row]
        width_px, height_px = self._frame_size_px
        x1, _, x2, y2 = paths.box_px.T
        cut = (x1 <= EDGE_PX) | (x2 >= width_px - EDGE_PX) | (y2 >= height_px - EDGE_PX)
        return np.asarray(covered | cut, np.bool_)
