"""Judges who drives with a covered plate: by many sharp views from behind, and by plates of others that were read."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from edge.patrol.plate_seats import Compared, Passed, SeatBook
from edge.patrol.plate_views import View, good, viewed
from violations.rules.accusation import NO_OFFENCE, Occurrence
from violations.rules.plate_covered import PlateLimits, RearViews, plate_covered
from vision.events.bodies import Crossing
from vision.geometry.rules import PlateRule
from vision.geometry.scene import Scene
from vision.plates.best_shots import BestShots
from vision.plates.cover import Seat, Shows, shown, usual
from vision.plates.shots import ShotSettings
from vision.plates.track_plate import PlateEyes
from vision.traffic.conduct.trail import Trail

LEAST_PLATE_PX = 20.0
# So many views of a vehicle must show its plate read before others are compared with it.
READ_VIEWS = 2
# The views of so long before and after the line are judged; from behind are those in which the vehicle goes away.
AROUND_S = 2.5
# Whom nobody can be compared with yet waits so long for others to pass; the pictures of him are still held then.
WAITS_S = 10.0
MOST_WAITING = 8
LEAST_SEEN = 6
SHRINKS = 0.98

SHOTS = ShotSettings(shots=10, apart_s=0.2, again_s=0.2, better=1.0, least_plate_px=LEAST_PLATE_PX)


@dataclass(frozen=True, slots=True)
class PlateWatch:
    """A rule of the scene and the limits it makes."""

    rule: PlateRule
    limits: PlateLimits


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """Somebody of whom no view shows a plate."""

    crossing: Crossing
    watch: PlateWatch
    views: tuple[View, ...]


class PlatePatrol:
    """Whoever passes a watched line is looked at a few seconds later, once. Whose plate is read becomes one whom others
    are compared with; who shows none is judged as soon as there are enough of those, or when he has waited too long."""

    stays: frozenset[int] = frozenset()

    def __init__(self, watched: tuple[PlateWatch, ...], eyes: PlateEyes) -> None:
        self._watched = watched
        self._eyes = eyes
        self._shots = BestShots(SHOTS)
        self._seats = {watch.rule.line: SeatBook() for watch in watched}
        self._passed: list[tuple[Crossing, PlateWatch]] = []
        self._waiting: list[Suspect] = []

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        self._shots.see(seen.frame, seen.tracks)
        self._passed += [
            (crossing, watch)
            for crossing in seen.crossings
            for watch in self._watched
            if crossing.line == watch.rule.line and crossing.vehicle in watch.limits.kinds
        ]
        ripe = [each for each in self._passed if now.media_s >= each[0].at_s + AROUND_S]
        if ripe:
            self._passed = [each for each in self._passed if now.media_s < each[0].at_s + AROUND_S]
            self._look_at(ripe, now)
        yield from self._judged(now)

    def finish(self, now: Now) -> Iterator[Judged]:
        ripe, self._passed = self._passed, []
        self._look_at(ripe, now)
        yield from self._judged(now, last=True)

    def _look_at(self, ripe: list[tuple[Crossing, PlateWatch]], now: Now) -> None:
        for crossing, watch in ripe:
            # Only those between which and the line the track surely stayed with one vehicle.
            kept = self._shots.of(crossing.track, crossing.at_s)
            shots = [shot for shot in kept if abs(shot.media_s - crossing.at_s) <= AROUND_S and good(shot)]
            if len(shots) < READ_VIEWS or not goes_away(now.trail, crossing):
                continue
            views = tuple(viewed(shot, self._eyes) for shot in shots)
            if (passed := _read(crossing.track, views)) is not None:
                self._seats[crossing.line].add(int(shots[0].kind), passed)
            elif any(view.legible for view in views):
                self._seats[crossing.line].add(int(shots[0].kind), Passed(crossing.track, None))
            else:
                self._waiting = [*self._waiting, Suspect(crossing, watch, views)][-MOST_WAITING:]

    def _judged(self, now: Now, *, last: bool = False) -> Iterator[Judged]:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            others = self._others(one)
            enough = others.read >= one.watch.limits.controls
            if not (enough or last or now.media_s >= one.crossing.at_s + WAITS_S):
                self._waiting.append(one)
                continue
            rear = _rear_views(one, others)
            if rear.seen:
                self._seats[one.crossing.line].add(int(one.views[0].shot.kind), Passed(one.crossing.track, None))
            verdict = plate_covered(rear, one.watch.limits, now.circumstances(rear.who.since_s, rear.who.at_s))
            if verdict != NO_OFFENCE:
                yield Judged(rear.who, verdict)

    def _others(self, one: Suspect) -> Compared:
        wide_px = min(view.wide_px for view in one.views)
        sharpness = float(np.median([view.shot.sharpness for view in one.views]))
        kind = int(one.views[0].shot.kind)
        return self._seats[one.crossing.line].compare(kind, one.crossing.track, wide_px, sharpness)


def _read(track: int, views: tuple[View, ...]) -> Passed | None:
    """None where its plate was not read, or in too few views."""
    read = [(view.seat, view) for view in views if view.seat is not None]
    if len(read) < READ_VIEWS:
        return None
    return Passed(
        track,
        usual([seat for seat, _ in read]),
        min(view.wide_px for _, view in read),
        min(view.shot.sharpness for _, view in read),
    )


def _rear_views(one: Suspect, others: Compared) -> RearViews:
    views, crossing, seat = one.views, one.crossing, others.seat
    shows = [_shows(view, seat) for view in views] if seat is not None else []
    nearest = min(views, key=lambda view: abs(view.shot.media_s - crossing.at_s)).shot
    who = Occurrence(
        crossing.track,
        crossing.vehicle,
        crossing.line,
        since_s=views[0].shot.media_s,
        at_s=nearest.media_s,
        at_error_s=crossing.at_error_s,
        direction=crossing.direction,
    )
    return RearViews(
        who=who,
        views=len(views),
        apart_s=views[-1].shot.media_s - views[0].shot.media_s,
        covered=shows.count(Shows.PLAIN),
        seen=shows.count(Shows.STROKES),
        controls=others.read,
        unread=others.unread,
    )


def _shows(view: View, seat: Seat) -> Shows:
    return Shows.STROKES if view.seen(seat) else shown(view.shot.crop, view.box_px, seat)


def plate_patrol(scene: Scene, frame_size_px: tuple[int, int], eyes: PlateEyes | None) -> PlatePatrol | None:
    """The patrol of the plates; None where no rule is about them, or nobody can find any. The frame's size is free."""
    if eyes is None:
        return None
    watched = tuple(
        PlateWatch(rule, PlateLimits(frozenset(rule.kinds), rule.hours))
        for rule in scene.rules.values()
        if isinstance(rule, PlateRule)
    )
    return PlatePatrol(watched, eyes) if watched else None


def goes_away(trail: Trail, crossing: Crossing) -> bool:
    """Whether the vehicle surely shows its back as it passes: its feet go up the picture, its box gets smaller."""
    times_s, boxes_px = trail.way_of(crossing.track, crossing.at_s - AROUND_S, crossing.at_s + AROUND_S)
    if len(times_s) < LEAST_SEEN:
        return False
    thirds = np.array_split(boxes_px, 3)
    feet_px = [float(each[:, 3].mean()) for each in thirds]
    sizes_px = [float(np.sqrt(np.prod(each[:, 2:] - each[:, :2], axis=1)).mean()) for each in thirds]
    up = feet_px[0] > feet_px[1] > feet_px[2]
    return up and sizes_px[1] <= SHRINKS * sizes_px[0] and sizes_px[2] <= SHRINKS * sizes_px[1]
