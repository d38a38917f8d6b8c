"""Stopped vehicles, wrong ways, spill-back and jams of one camera, each with a start and an end."""

import numpy as np

from vision.events.incidents import Incident
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.incidents.jam import JamWatch
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths, followed, gone, taken_up
from vision.traffic.incidents.register import Evidence, Key, Register
from vision.traffic.incidents.road import Road
from vision.traffic.incidents.standing import spill_backs, stopped_vehicles, surely_stands
from vision.traffic.incidents.wrong_way import ArrowDoubt, wrong_ways

# Nothing here changes faster; between looks a frame costs nothing.
LOOK_S = 0.15
EARLY_S = 1e-6


class Incidents:
    """Looks a few times a second at the tracks of one camera; its state for a track goes when the track goes.

    A lane is judged by its polygon and its arrow; a zone of the purpose `spill_back` is one that queues must not
    reach. The scene's stop lines say where waiting is lawful. Nothing is said of unconfirmed tracks and walkers, nor
    in doubt.
    """

    def __init__(self, scene: Scene, frame_size_px: tuple[int, int], limits: IncidentLimits | None = None) -> None:
        self._limits = limits or IncidentLimits()
        self._road = Road(scene, frame_size_px)
        self._register = Register(frame_size_px, self._limits.over_s)
        self._doubt = ArrowDoubt(len(self._road.names), self._limits)
        self._jams = JamWatch(len(self._road.names), self._limits)
        self._paths = self._lost = Paths.none()
        self._looked_s = -np.inf

    def see(self, tracks: Tracks, media_s: float) -> list[Incident]:
        """The starts and ends that became certain with this frame."""
        if media_s - self._looked_s < LOOK_S - EARLY_S:
            return []
        self._looked_s = media_s
        self._follow(tracks, media_s)
        self._doubt.look(self._paths, self._road)
        return [*self._ended(media_s), *self._shown(media_s), *self._register.over(media_s)]

    def _follow(self, tracks: Tracks, media_s: float) -> None:
        before = self._paths
        now = followed(before, tracks, media_s, self._road, self._limits)
        if len(now) == len(before) and (now.id == before.id).all() and not len(self._lost):
            self._paths = now
            return
        left = gone(before, now)
        lost = self._lost.join(left.take(surely_stands(left, self._limits)))
        self._lost = lost.take(media_s - lost.seen_s <= self._limits.over_s)
        self._paths = taken_up(now, before, self._lost, self._limits)

    def _shown(self, media_s: float) -> list[Incident]:
        paths, road, limits = self._paths, self._road, self._limits
        shown: list[tuple[Key, Evidence]] = [
            *((("wrong_way", track), each) for track, each in wrong_ways(paths, road, self._doubt, limits)),
            *((("stopped_vehicle", track), each) for track, each in stopped_vehicles(paths, media_s, road, limits)),
            *((("spill_back", zone), each) for zone, each in spill_backs(paths, road, limits)),
            *((("jam", lane), each) for lane, each in self._jams.look(paths, media_s, road)),
        ]
        return [incident for key, each in shown for incident in self._register.show(key, each, media_s)]

    def _ended(self, media_s: float) -> list[Incident]:
        """Who stood and surely drove off ends his incident at once; who is only hidden, or still drives, keeps it."""
        ends: list[Incident] = []
        for kind, track in self._register.of_tracks():
            row = int(np.searchsorted(self._paths.id, track))
            if row == len(self._paths) or self._paths.id[row] != track or not self._paths.seen[row]:
                continue
            if kind == "wrong_way" and self._paths.back[row] > 0:
                self._register.keep((kind, track), media_s)
            elif kind == "stopped_vehicle" and media_s - self._paths.loose_s[row] < self._limits.standing_s:
                ends += self._register.end((kind, track), media_s)
            elif kind == "stopped_vehicle":
                self._register.keep((kind, track), media_s)
        return ends

    def finish(self) -> list[Incident]:
        """The ends of whatever still lasts when the camera stops: nothing of them is known after the last evidence."""
        return self._register.finish(float(self._looked_s))
