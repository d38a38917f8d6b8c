"""Stopped vehicles, wrong ways, spill-back and jams of one camera, each with a start and an end."""

import numpy as np

from vision.events.incidents import Incident
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.incidents.follower import Follower
from vision.traffic.incidents.jam import JamWatch
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.perspective import Perspective
from vision.traffic.incidents.register import Evidence, Key, Register
from vision.traffic.incidents.standing import spill_backs, stopped_vehicles
from vision.traffic.incidents.wrong_way import ArrowDoubt, wrong_ways


class Incidents:
    """Looks a few times a second at the tracks of one camera; its state for a track goes when the track goes.

    A lane is judged by its polygon and its arrow; a zone of the purpose `spill_back` is one that queues must not
    reach. The scene's stop lines say where waiting is lawful. Nothing is said of unconfirmed tracks and walkers, nor
    in doubt.
    """

    def __init__(
        self,
        scene: Scene,
        frame_size_px: tuple[int, int],
        limits: IncidentLimits | None = None,
        follower: Follower | None = None,
    ) -> None:
        """follower: of the same scene, where another shares it; its limits count then."""
        self._follower = follower or Follower(scene, frame_size_px, limits)
        self._limits, self._road = self._follower.limits, self._follower.road
        self._register = Register(frame_size_px, self._limits.over_s)
        self._doubt = ArrowDoubt(len(self._road.names), self._limits)
        self._jams = JamWatch(len(self._road.names), self._limits)
        self._perspective = Perspective(self._road, frame_size_px)
        self._looked_s = -np.inf

    def see(self, tracks: Tracks, media_s: float) -> list[Incident]:
        """The starts and ends that became certain with this frame."""
        paths = self._follower.look(tracks, media_s)
        if paths is None:
            return []
        self._looked_s = media_s
        self._doubt.look(paths, self._road)
        self._perspective.look(paths)
        return [*self._ended(media_s), *self._shown(media_s), *self._register.over(media_s)]

    def _shown(self, media_s: float) -> list[Incident]:
        paths, road, limits = self._follower.paths, self._road, self._limits
        shown: list[tuple[Key, Evidence]] = [
            *((("wrong_way", track), each) for track, each in wrong_ways(paths, road, self._doubt, limits)),
            *(
                (("stopped_vehicle", track), each)
                for track, each in stopped_vehicles(paths, media_s, limits, self._perspective)
            ),
            *((("spill_back", zone), each) for zone, each in spill_backs(paths, road, limits)),
            *((("jam", lane), each) for lane, each in self._jams.look(paths, media_s, road)),
        ]
        return [incident for key, each in shown for incident in self._register.show(key, each, media_s)]

    def _ended(self, media_s: float) -> list[Incident]:
        """Who stood and surely drove off ends his incident at once; who is only hidden, or still drives, keeps it."""
        paths = self._follower.paths
        ends: list[Incident] = []
        for kind, track in self._register.of_tracks():
            row = int(np.searchsorted(paths.id, track))
            if row == len(paths) or paths.id[row] != track or not paths.seen[row]:
                continue
            if kind == "wrong_way" and paths.back[row] > 0:
                self._register.keep((kind, track), media_s)
            elif kind == "stopped_vehicle" and media_s - paths.loose_s[row] < self._limits.standing_s:
                ends += self._register.end((kind, track), media_s)
            elif kind == "stopped_vehicle":
                self._register.keep((kind, track), media_s)
        return ends

    def finish(self) -> list[Incident]:
        """The ends of whatever still lasts when the camera stops: nothing of them is known after the last evidence."""
        return self._register.finish(float(self._looked_s))
