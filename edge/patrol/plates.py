"""Judges who drives without a plate that can be seen: by many sharp views from behind, each without any."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from violations.rules.accusation import NO_OFFENCE, Occurrence
from violations.rules.plate_covered import PlateLimits, RearViews, plate_covered
from vision.events.bodies import Crossing
from vision.geometry.rules import PlateRule
from vision.geometry.scene import Scene
from vision.plates import worth
from vision.plates.best_shots import BestShots
from vision.plates.found import MARGINS
from vision.plates.search import SearchSettings, first_look
from vision.plates.shots import Shot, ShotSettings
from vision.plates.straighten import straighten
from vision.plates.track_plate import PlateEyes
from vision.traffic.conduct.trail import Trail
from vision.vehicles import KindName

# Of 65 motorbike plates in views this large (helmets/india_rider_helmet, valid split) the finder's doubtful threshold
# overlooked none: with 95 % certainty it overlooks fewer than this share. Of other vehicles nobody measured it.
LEAST_PLATE_PX = 20.0
MISSED_SHARE: dict[KindName, float] = {"motorbike": 0.046}
SHARP = 0.25
UNCOVERED = 0.95
# A plate on which the reader sees this many characters or more, however doubtful, is one that may be read.
SOME_CHARACTERS = 2
# The views of so long before and after the line are judged; from behind are those in which the vehicle goes away.
AROUND_S = 2.5
LEAST_SEEN = 6
SHRINKS = 0.98

IN_THE_VEHICLE = SearchSettings(everywhere=False)
SHOTS = ShotSettings(shots=10, apart_s=0.2, again_s=0.2, better=1.0, least_plate_px=LEAST_PLATE_PX)


@dataclass(frozen=True, slots=True)
class PlateWatch:
    """A rule of the scene and the limits it makes."""

    rule: PlateRule
    limits: PlateLimits


class PlatePatrol:
    """Whoever passes a watched line is judged a few seconds later, once."""

    stays: frozenset[int] = frozenset()

    def __init__(self, watched: tuple[PlateWatch, ...], eyes: PlateEyes) -> None:
        self._watched = watched
        self._eyes = eyes
        self._shots = BestShots(SHOTS)
        self._passed: list[tuple[Crossing, PlateWatch]] = []

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        self._shots.see(seen.frame, seen.tracks)
        self._passed += [
            (crossing, watch)
            for crossing in seen.crossings
            for watch in self._watched
            if crossing.line == watch.rule.line and crossing.vehicle in watch.limits.kinds
        ]
        ripe = [each for each in self._passed if now.media_s >= each[0].at_s + AROUND_S]
        self._passed = [each for each in self._passed if now.media_s < each[0].at_s + AROUND_S]
        yield from self._judged(ripe, now)

    def finish(self, now: Now) -> Iterator[Judged]:
        ripe, self._passed = self._passed, []
        yield from self._judged(ripe, now)

    def _judged(self, ripe: list[tuple[Crossing, PlateWatch]], now: Now) -> Iterator[Judged]:
        for crossing, watch in ripe:
            # Only those between which and the line the track surely stayed with one vehicle.
            kept = self._shots.of(crossing.track, crossing.at_s)
            shots = [shot for shot in kept if abs(shot.media_s - crossing.at_s) <= AROUND_S]
            good = [shot for shot in shots if _good(shot)]
            if len(good) < watch.limits.views or not goes_away(now.trail, crossing):
                continue
            rear = _rear_views(crossing, good, self._eyes)
            around = now.circumstances(rear.who.since_s, rear.who.at_s)
            verdict = plate_covered(rear, watch.limits, around)
            if verdict != NO_OFFENCE:
                yield Judged(rear.who, verdict)


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


def _good(shot: Shot) -> bool:
    """Large, sharp, with nothing before its lower half and nothing of another's that reaches into it from nearer by."""
    box_px = shot.box_px[None]
    wide_px = float(worth.plate_width_px(box_px, np.array([shot.kind], np.int8))[0])
    open_share = float(worth.uncovered(box_px, np.zeros(1, np.int64), shot.others_px.reshape(-1, 4))[0])
    return wide_px >= LEAST_PLATE_PX and shot.sharpness >= SHARP and open_share >= UNCOVERED


def _rear_views(crossing: Crossing, good: list[Shot], eyes: PlateEyes) -> RearViews:
    said = [_said(shot, eyes) for shot in good]
    nearest = min(good, key=lambda shot: abs(shot.media_s - crossing.at_s))
    who = Occurrence(
        crossing.track,
        crossing.vehicle,
        crossing.line,
        since_s=good[0].media_s,
        at_s=nearest.media_s,
        at_error_s=crossing.at_error_s,
        direction=crossing.direction,
    )
    return RearViews(
        who=who,
        views=len(good),
        apart_s=good[-1].media_s - good[0].media_s,
        bare=said.count("bare"),
        unreadable=said.count("unreadable"),
        seen=said.count("seen"),
        missed_share=MISSED_SHARE.get(crossing.vehicle),
    )


def _said(shot: Shot, eyes: PlateEyes) -> str:
    """bare: not even a doubtful find anywhere near; unreadable: finds, all of them sure, none with characters on it."""
    offset = np.array(shot.rect_px[:2], np.float32)
    found = first_look(shot.crop, (shot.box_px - np.tile(offset, 2))[None], eyes.finder, IN_THE_VEHICLE)
    if not len(found):
        return "bare"
    if (found.score < eyes.finder.card.thresholds.sure).any():
        return "seen"
    pictures = [straighten(shot.crop, quad, margin=margin) for quad in found.quad_px for margin in MARGINS]
    texts = [look.reading.text for look in eyes.reader.look(pictures)]
    return "seen" if any(len(text) >= SOME_CHARACTERS for text in texts) else "unreadable"
