"""The patrol of what is done at stop lines: passing them at red, and standing over them."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from edge.loop.seen import Seen
from edge.patrol.lamps import shown_at
from edge.patrol.patrol import Judged, Now
from edge.patrol.red_turns import RedTurns, turns_of
from violations.rules.accusation import Occurrence, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.red_light import RedLightLimits, WayOver, red_light
from violations.rules.shown import Shown
from violations.rules.stop_line import StoodOver, StopLineLimits, stop_line
from violations.rules.turn_on_red import perhaps_allowed
from vision.arrays import Bool
from vision.events.bodies import Crossing, Direction
from vision.geometry.calibration import GroundPlane
from vision.geometry.lines import Line, stack_ends
from vision.geometry.rules import StopLineRule
from vision.geometry.scene import Scene
from vision.traffic.conduct.stop_lines import ClearOfLines, Way, followed_closely, queue_ahead, went_onward
from vision.traffic.incidents.follower import LOOK_S
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.standing import may_stand

# What a vehicle does after the line, and what the lamp shows, is known so much later.
SETTLED_AFTER_S = 2.0
# Whoever stands just over the line for longer than any red is not waiting for it.
FORGOTTEN_AFTER_S = 300.0
# A stand begins up to one look before it is seen to, and ends up to one after.
STAND_ERROR_S = 2 * LOOK_S


@dataclass(frozen=True, slots=True)
class Approach:
    """What is watched at one stop line: whose lamp counts, the way over it, and the rules' limits."""

    group: str
    limits: RedLightLimits
    standing: StopLineLimits | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """A crossing that waits to be judged. line: its number; clear_s: when all of it last surely lay before the line."""

    crossing: Crossing
    line: int
    clear_s: float | None
    followed: bool


@dataclass(frozen=True, slots=True)
class Turning:
    """Passed at red where a sign allows a turn: an offence unless the vehicle makes it. What was known at the line."""

    crossing: Crossing
    shown: Shown
    way: WayOver
    around: Circumstances


def approaches(scene: Scene, groups: Collection[str]) -> dict[str, Approach]:
    """Stop line → what is watched there; a line whose signal group nobody reports is not judged at all."""
    set_here = {name: value for name, value in scene.limits.red_light.model_dump().items() if value is not None}
    standing = {
        rule.stop_line: StopLineLimits(frozenset(rule.kinds), rule.hours)
        for rule in scene.rules.values()
        if isinstance(rule, StopLineRule)
    }
    turns = turns_of(scene)
    return {
        name: Approach(
            line.signal_group,
            replace(
                RedLightLimits(Direction(line.entering), allowed=turns[name].allowed if name in turns else ()),
                **set_here,
            ),
            standing.get(name),
        )
        for name, line in scene.stop_lines.items()
        if line.signal_group is not None and line.signal_group in groups
    }


def line_patrol(scene: Scene, frame_size_px: tuple[int, int], groups: Collection[str]) -> "LinePatrol | None":
    """groups: the signal groups whose lamps somebody reports."""
    watched = approaches(scene, groups)
    lines = tuple(line for line in scene.lines(frame_size_px) if line.name in watched)
    plane, turns = scene.ground_plane(frame_size_px), RedTurns(turns_of(scene))
    return LinePatrol(watched, lines, plane, turns) if watched else None


class LinePatrol:
    """Judges a crossing once it is known what the lamp showed at it and where the vehicle went afterwards: just beyond
    the line, and where a sign allows a turn at red, out of the junction."""

    stays: frozenset[int] = frozenset()

    def __init__(
        self,
        watched: dict[str, Approach],
        lines: tuple[Line, ...],
        plane: GroundPlane | None = None,
        turns: RedTurns | None = None,
    ) -> None:
        self._watched = watched
        self._limits = IncidentLimits()
        self._number = {line.name: place for place, line in enumerate(lines)}
        ends_px = stack_ends(lines)
        entering = [watched[line.name].limits.enters for line in lines]
        hands = np.array([1.0 if way is Direction.RIGHT_TO_LEFT else -1.0 for way in entering])
        self._ways = [Way(ends, float(hand)) for ends, hand in zip(ends_px, hands, strict=True)]
        self._clear = ClearOfLines(ends_px, hands, self._limits, plane)
        self._waiting: deque[Passed] = deque()
        self._over: dict[int, Passed] = {}
        self._turns = turns or RedTurns({})
        self._turning: dict[int, Turning] = {}

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        if now.paths is not None:
            self._clear.see(seen.tracks, now.media_s)
        for ended in seen.tracks.ended.tolist():
            self._over.pop(ended, None)
        for crossing in seen.crossings:
            if crossing.line in self._watched:
                self._take(crossing, now)
        self._turns.see(seen, now)
        while self._waiting and now.media_s >= self._waiting[0].crossing.at_s + SETTLED_AFTER_S:
            yield from self._drove(self._waiting.popleft(), now)
        yield from self._turned(track for track in list(self._turning) if self._turns.over(track, now.media_s))
        if now.paths is not None and self._over:
            yield from self._standing(now.paths, now)

    def finish(self, now: Now) -> Iterator[Judged]:
        while self._waiting:
            yield from self._drove(self._waiting.popleft(), now)
        yield from self._turned(list(self._turning))

    def _take(self, crossing: Crossing, now: Now) -> None:
        line, approach = self._number[crossing.line], self._watched[crossing.line]
        tracks = now.trail.at(crossing.at_s, LOOK_S)
        followed = tracks is None or followed_closely(tracks, crossing.track, self._ways[line])
        passed = Passed(crossing, line, self._clear.since(crossing.track, line), followed)
        self._waiting.append(passed)
        if crossing.direction is approach.limits.enters:
            self._turns.enter(crossing)
        if crossing.direction is not approach.limits.enters:
            self._over.pop(crossing.track, None)  # it went back behind its line
        elif approach.standing is not None:
            self._over[crossing.track] = passed

    def _drove(self, passed: Passed, now: Now) -> Iterator[Judged]:
        """Judged now, or when it is known whether he turned where turning is perhaps allowed."""
        crossing = passed.crossing
        approach, span_s = self._watched[crossing.line], (crossing.at_s, now.media_s)
        onward = went_onward(now.trail, crossing.track, self._ways[passed.line], span_s, self._limits)
        way = WayOver(passed.clear_s, followed_closely=passed.followed)
        if onward is not None:
            way = replace(way, onward_bodies=onward.bodies, onward_error=onward.error)
        shown = shown_at(now.lamps, approach.group, crossing.at_s)
        around = now.circumstances(crossing.at_s, crossing.at_s)
        turning = Turning(crossing, shown, way, around)
        if self._judged(turning).verdict.withheld is Withheld.TURN_UNSEEN:
            self._turning[crossing.track] = turning
        else:
            yield self._judged(turning)
            self._turns.forget(crossing.track)

    def _judged(self, one: Turning) -> Judged:
        approach = self._watched[one.crossing.line]
        way = replace(one.way, taken=self._turns.taken(one.crossing.track))
        verdict = red_light(one.crossing, one.shown, way, approach.limits, one.around)
        return Judged(occurrence_of(one.crossing), verdict, approach.group)

    def _turned(self, tracks: Iterable[int]) -> Iterator[Judged]:
        """Of whom nothing more will be known."""
        for track in tracks:
            yield self._judged(self._turning.pop(track))
            self._turns.forget(track)

    def _standing(self, paths: Paths, now: Now) -> Iterator[Judged]:
        """Whoever passed a line and stands just beyond it at this look."""
        waiting = may_stand(paths, now.media_s, self._limits)
        for track, passed in list(self._over.items()):
            if now.media_s - passed.crossing.at_s > FORGOTTEN_AFTER_S:
                del self._over[track]
                continue
            row = int(np.searchsorted(paths.id, track))
            if row < len(paths) and paths.id[row] == track and paths.seen[row]:
                yield from self._stood(paths, row, waiting, passed, now)

    def _stood(self, paths: Paths, row: int, waiting: Bool, passed: Passed, now: Now) -> Iterator[Judged]:
        crossing, way = passed.crossing, self._ways[passed.line]
        approach = self._watched[crossing.line]
        if approach.standing is None or paths.standing_s()[row] < approach.standing.stands_s:
            return
        shown = shown_at(now.lamps, approach.group, crossing.at_s)
        body_px = float(paths.body_px[row])
        # What the lamp shows is known to the end of its last span: only so far can be judged.
        known_s = np.inf if shown.lamp is None else shown.lamp.until_s - shown.lamp.error_s - 2 * LOOK_S
        at_s = min(now.media_s, known_s)
        around = now.circumstances(crossing.at_s, at_s)
        stood = StoodOver(
            who=replace(occurrence_of(crossing), at_s=at_s, at_error_s=LOOK_S),
            crossed_error_s=crossing.at_error_s,
            stood_s=at_s - float(paths.rest_s[row]),
            stood_error_s=STAND_ERROR_S,
            beyond=float(way.beyond_px(paths.feet_px()[[row]])[0]) / body_px,
            beyond_error=float(paths.error_px[row]) / body_px,
            clear_s=passed.clear_s,
            foot_hidden=crossing.foot_hidden,
            queue_ahead=queue_ahead(paths, row, waiting, way, self._limits),
            may_turn=perhaps_allowed(crossing.vehicle, approach.limits.allowed, around),
        )
        yield Judged(stood.who, stop_line(stood, shown, approach.standing, around), approach.group)


def occurrence_of(crossing: Crossing) -> Occurrence:
    return Occurrence(
        track=crossing.track,
        vehicle=crossing.vehicle,
        place=crossing.line,
        since_s=crossing.at_s,
        at_s=crossing.at_s,
        at_error_s=crossing.at_error_s,
        direction=crossing.direction,
    )
