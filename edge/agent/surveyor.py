"""Turns what one camera sees into traffic facts, swarm flows and incidents, with the lamps as far as they are known."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from edge.loop.seen import Seen
from vision.events.bodies import Body
from vision.events.lamps import Lamp, LampTimeline
from vision.geometry.scene import Scene
from vision.health.stopped import StoppedPicture
from vision.pcu import PcuTable
from vision.traffic.facts.traffic_facts import TrafficFacts
from vision.traffic.incidents.follower import Follower
from vision.traffic.incidents.incidents import Incidents
from vision.traffic.swarm.counter import SwarmCounter
from vision.traffic.swarm.luma import small_size


class Surveyor:
    """The facts, swarm flows and incidents of one camera's scene; lamps by signal group, facts in units of `pcu`.

    follower: of the vehicles, where the rules share it.
    """

    def __init__(
        self,
        scene: Scene,
        frame_size_px: tuple[int, int],
        lamps: Mapping[str, LampTimeline],
        pcu: PcuTable,
        follower: Follower | None = None,
    ) -> None:
        self._facts = TrafficFacts(scene, frame_size_px, pcu=pcu)
        self._incidents = Incidents(scene, frame_size_px, follower=follower)
        self._small_px = small_size(frame_size_px)
        self._swarm = SwarmCounter(scene.lines(frame_size_px), frame_size_px, self._small_px)
        self._lamps = lamps
        self._picture = StoppedPicture()
        self._ended = np.zeros(0, np.int64)

    def see(self, seen: Seen) -> list[Body]:
        """Take in one frame; what became certain with it."""
        media_s = seen.frame.media_s
        tracks = replace(seen.tracks, ended=np.concatenate([self._ended, seen.tracks.ended]))
        self._ended = np.zeros(0, np.int64)
        luma = seen.frame.pixels.luma(self._small_px)
        stopped = self._picture.see(luma, media_s)
        facts = self._facts.see(tracks, seen.crossings, media_s, self._shown(media_s), stopped=stopped)
        flows = self._swarm.see(luma, tracks, seen.crossings, media_s)
        return [*facts, *flows, *self._incidents.see(tracks, media_s)]

    def skip(self, seen: Seen) -> None:
        """A frame whose places mean nothing: its time is not covered. Who ended in it is told with the next one."""
        self._ended = np.concatenate([self._ended, seen.tracks.ended])
        self._facts.skip(seen.frame.media_s)

    def finish(self) -> list[Body]:
        return [*self._facts.finish(), *self._swarm.finish(), *self._incidents.finish()]

    def _shown(self, media_s: float) -> dict[str, Lamp]:
        spans = {group: timeline.at(media_s) for group, timeline in self._lamps.items()}
        return {group: span.state for group, span in spans.items() if span is not None}
