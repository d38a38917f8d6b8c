"""The patrol of crossings: movements that are forbidden, and speeds over a line."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from edge.loop.seen import Seen
from edge.patrol.lines import occurrence_of
from edge.patrol.patrol import Judged, Now
from edge.patrol.ways_through import Way, entering, leaving
from violations.rules.accusation import Occurrence, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.forbidden_turn import forbidden_turn
from violations.rules.forbidden_u_turn import forbidden_u_turn
from violations.rules.speeding import SpeedLimits, speeding
from violations.rules.turn import Turned, TurnLimits
from vision.events.bodies import Crossing
from vision.geometry.rules import SpeedRule, TurnRule
from vision.geometry.scene import Scene
from vision.traffic.conduct.unbroken import steps_of

TurnJudge = Callable[[Turned, TurnLimits, Circumstances], Verdict]
TURNS: dict[str, TurnJudge] = {"forbidden_turn": forbidden_turn, "forbidden_u_turn": forbidden_u_turn}


class Forbidden(NamedTuple):
    movement: str
    entry: Way
    exit: Way
    judge: TurnJudge
    limits: TurnLimits


def crossing_patrol(scene: Scene, frame_size_px: tuple[int, int]) -> "CrossingPatrol | None":
    turns, speeds = [], []
    for rule in scene.rules.values():
        if isinstance(rule, TurnRule):
            movement = scene.movements[rule.movement]
            entry = Way(movement.entry, entering(scene, movement.entry))
            out = Way(movement.exit, leaving(scene, movement.exit))
            limits = TurnLimits(frozenset(rule.kinds), rule.hours)
            turns.append(Forbidden(rule.movement, entry, out, TURNS[rule.offence], limits))
        elif isinstance(rule, SpeedRule):
            speeds.append((rule.line, SpeedLimits(rule.limit_kmh, frozenset(rule.kinds), rule.hours)))
    return CrossingPatrol(tuple(turns), tuple(speeds)) if turns or speeds else None


class CrossingPatrol:
    """Keeps the crossings of entry lines of tracks that live."""

    stays: frozenset[int] = frozenset()

    def __init__(self, turns: tuple[Forbidden, ...], speeds: tuple[tuple[str, SpeedLimits], ...]) -> None:
        self._turns = turns
        self._speeds = speeds
        self._entered: dict[tuple[int, str], Crossing] = {}

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        for crossing in seen.crossings:
            for line, limits in self._speeds:
                if crossing.line == line:
                    around = now.circumstances(crossing.at_s, crossing.at_s)
                    yield Judged(occurrence_of(crossing), speeding(crossing, limits, around))
            for turn in self._turns:
                entered = self._entered.get((crossing.track, turn.movement))
                if entered is not None and turn.exit.fits(crossing):
                    yield self._turned(turn, entered, crossing, now)
                if turn.entry.fits(crossing):
                    self._entered[crossing.track, turn.movement] = crossing
        if len(seen.tracks.ended) and self._entered:
            gone = set(seen.tracks.ended.tolist())
            self._entered = {key: value for key, value in self._entered.items() if key[0] not in gone}

    def finish(self, now: Now) -> Iterator[Judged]:
        return iter(())

    def _turned(self, turn: Forbidden, entered: Crossing, left: Crossing, now: Now) -> Judged:
        steps = steps_of(*now.trail.way_of(left.track, entered.at_s, left.at_s), entered.at_s, left.at_s)
        who = Occurrence(
            track=left.track,
            vehicle=left.vehicle,
            place=turn.movement,
            since_s=entered.at_s,
            at_s=left.at_s,
            at_error_s=left.at_error_s,
            direction=left.direction,
        )
        turned = Turned(
            who=who,
            entered_error_s=entered.at_error_s,
            foot_hidden=entered.foot_hidden or left.foot_hidden,
            longest_gap_s=steps.longest_gap_s,
            longest_leap=steps.longest_leap,
        )
        return Judged(who, turn.judge(turned, turn.limits, now.circumstances(who.since_s, who.at_s)))
