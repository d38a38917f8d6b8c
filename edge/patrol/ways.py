"""The patrol of ways along the road: against a lane's arrow, and over a solid line."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from violations.rules.accusation import NO_OFFENCE, Occurrence
from violations.rules.solid_line import SolidLineLimits, WentOver, solid_line
from violations.rules.wrong_way import WentBack, WrongWayLimits, wrong_way
from vision.arrays import F64, I64
from vision.geometry.calibration import GroundPlane
from vision.geometry.rules import SolidLineRule, WrongWayRule
from vision.geometry.scene import Scene
from vision.traffic.conduct.against import Against, going_against
from vision.traffic.conduct.markings import MarkingWatch, Over
from vision.traffic.incidents.follower import LOOK_S
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths, among
from vision.traffic.incidents.wrong_way import ArrowDoubt
from vision.vehicles import VehicleKind

# Whoever has stood for so long is something one drives around, wherever the queue is.
STOOD_S = 20.0
STOOD_NEAR_BODIES = 4.0
AGAIN_S = 1.0


class Marked(NamedTuple):
    """A marking that somebody watches, and how far people may go over it."""

    name: str
    points_px: F64
    limits: SolidLineLimits


def way_patrol(scene: Scene, frame_size_px: tuple[int, int]) -> "WayPatrol | None":
    rules = scene.rules.values()
    lanes = {
        rule.lane: WrongWayLimits(frozenset(rule.kinds), rule.hours) for rule in rules if isinstance(rule, WrongWayRule)
    }
    marked = [
        Marked(
            rule.marking,
            np.array(scene.markings[rule.marking].points, np.float64) * frame_size_px,
            SolidLineLimits(frozenset(rule.kinds), rule.hours, rule.toward),
        )
        for rule in rules
        if isinstance(rule, SolidLineRule)
    ]
    plane = scene.ground_plane(frame_size_px)
    return WayPatrol(tuple(scene.lanes), lanes, marked, plane) if lanes or marked else None


class WayPatrol:
    """lanes: names of all the scene's, in order; watched: the limits of those that have a rule."""

    stays: frozenset[int] = frozenset()

    def __init__(
        self,
        lanes: Sequence[str],
        watched: dict[str, WrongWayLimits],
        marked: Sequence[Marked],
        plane: GroundPlane | None = None,
    ) -> None:
        limits = IncidentLimits()
        self._lanes = tuple(lanes)
        self._watched = watched
        # One more than there are lanes, so that NO_LANE, the last, has none.
        self._has_rule = np.array([*(name in watched for name in self._lanes), False])
        self._doubt = ArrowDoubt(len(self._lanes), limits)
        self._marked = tuple(marked)
        self._markings = MarkingWatch([one.points_px for one in marked], limits, plane)
        self._again_s: dict[int, float] = {}

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        """Looks whenever the paths do: nobody goes far, or over a line, between two looks."""
        for ended in seen.tracks.ended.tolist():
            self._again_s.pop(ended, None)
        if now.paths is None:
            return
        if self._watched:
            self._doubt.look(now.paths, now.road)
            yield from self._against(now.paths, now)
        if self._marked:
            for over in self._markings.see(seen.tracks, now.media_s):
                yield self._over(over, seen, now.paths, now)

    def finish(self, now: Now) -> Iterator[Judged]:
        return iter(())

    def _against(self, paths: Paths, now: Now) -> Iterator[Judged]:
        """Whoever was accused, or let go for a doubt, need not be judged again at the next look while he goes on."""
        asked = self._has_rule[paths.lane] & ~among(paths.id, self._resting(now.media_s))
        for one in going_against(paths, now.road, WrongWayLimits().way, asked):
            track = int(paths.id[one.row])
            judged = self._back(one, paths, now)
            if judged.verdict != NO_OFFENCE:
                self._again_s[track] = now.media_s + AGAIN_S
            yield judged

    def _resting(self, media_s: float) -> I64:
        """Ids in order of those who need not be judged again yet."""
        return np.array(sorted(track for track, again_s in self._again_s.items() if media_s < again_s), np.int64)

    def _back(self, one: Against, paths: Paths, now: Now) -> Judged:
        place = self._lanes[one.lane]
        who = Occurrence(
            track=int(paths.id[one.row]),
            vehicle=VehicleKind(int(paths.kind[one.row])).label,
            place=place,
            since_s=float(paths.from_s[one.row]),
            at_s=now.media_s,
            at_error_s=LOOK_S,
        )
        went = WentBack(
            who=who,
            way=one.way,
            way_error=one.way_error,
            steps=one.steps,
            slower_corner=one.slower_corner,
            body_px=one.body_px,
            off_deg=one.off_deg,
            off_error_deg=one.off_error_deg,
            arrow_doubted=self._doubt.doubted(one.lane),
            followed=self._doubt.followed(one.lane),
        )
        return Judged(who, wrong_way(went, self._watched[place], now.circumstances(who.since_s, who.at_s)))

    def _over(self, over: Over, seen: Seen, paths: Paths, now: Now) -> Judged:
        marked, tracks = self._marked[over.marking], seen.tracks
        to: Literal["left", "right"] = "left" if over.hand > 0 else "right"
        who = Occurrence(
            track=int(tracks.id[over.row]),
            vehicle=VehicleKind(int(tracks.kind[over.row])).label,
            place=marked.name,
            since_s=over.since_s,
            at_s=now.media_s,
            at_error_s=max(now.media_s - over.since_s, 0.0) / 2,
        )
        went = WentOver(
            who=who,
            to=to,
            before=over.before,
            after=over.after,
            error=over.error,
            along=over.along,
            seen=over.seen,
            whole=over.whole,
            foot_hidden=over.foot_hidden,
            something_stood=_stood_near(paths, who.track),
        )
        return Judged(who, solid_line(went, marked.limits, now.circumstances(who.since_s, who.at_s)))


def _stood_near(paths: Paths, track: int) -> bool:
    """Whether something has stood long near that vehicle."""
    own = paths.id == track
    if not own.any():
        return True
    feet_px = paths.feet_px()
    near = np.linalg.norm(feet_px - feet_px[own][0], axis=1) <= STOOD_NEAR_BODIES * paths.body_px
    return bool((near & (paths.standing_s() >= STOOD_S) & ~own).any())
