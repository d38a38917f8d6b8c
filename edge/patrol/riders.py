"""Judges who rides without a helmet and how many ride on one motorbike, by a few good looks at each rider."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from violations.rules.accusation import NO_OFFENCE, Occurrence
from violations.rules.circumstances import Circumstances
from violations.rules.no_helmet import HeadVotes, HelmetLimits, Role, no_helmet
from violations.rules.passengers import Load, LoadLimits, passengers
from vision.arrays import F32, U8, Bool
from vision.frame import Frame, Rect
from vision.geometry.rules import RiderRule
from vision.geometry.scene import Scene
from vision.riders.crops import head_windows
from vision.riders.helmets import Head
from vision.riders.views import ViewPicker, ViewSettings
from vision.riders.votes import HeadTally, RiderBook, RiderLook, heads_shown, tally_heads
from vision.tracks import Tracks
from vision.traffic.conduct.places import Places
from vision.traffic.incidents.paths import among
from vision.vehicles import VehicleKind

# So many looks are waited for, as long as the rider is in view: the first few may all have the same fault.
ENOUGH_LOOKS = 7
# Two heads of one rider are told at the same moment; a look lasts as long as a frame.
LOOK_ERROR_S = 0.05

Read = Callable[[U8, F32], list[list[Head]]]
ROLES = {True: Role.DRIVER, False: Role.PASSENGER, None: Role.UNKNOWN}


@dataclass(frozen=True, slots=True, eq=False)
class RiderWatch:
    """One rule of the scene. place: its zone, or the rule's own name where it looks everywhere; column: of the zone."""

    place: str
    column: int | None
    rule: RiderRule

    def judged(self, looks: tuple[RiderLook, ...], track: int, now: Now) -> Iterator[Judged]:
        """What the rule says of each head, or of all together."""
        kind = VehicleKind.MOTORBIKE.label
        if self.rule.offence == "passengers":
            shown, last = heads_shown(looks), looks[-1]
            fullest = max(looks, key=lambda look: (len(look.heads), look.media_s))
            at_s = fullest.media_s if shown else last.media_s
            who = Occurrence(track, kind, self.place, looks[0].media_s, at_s, LOOK_ERROR_S)
            limits = LoadLimits(frozenset(self.rule.kinds), self.rule.hours)
            yield Judged(who, passengers(Load(who, shown, len(looks)), limits, _around(who, now)))
            return
        for head in tally_heads(looks):
            who = Occurrence(track, kind, self.place, looks[0].media_s, head.at_s, LOOK_ERROR_S)
            helmet_limits = HelmetLimits(frozenset(self.rule.kinds), self.rule.hours)
            yield Judged(who, no_helmet(_votes(who, head), helmet_limits, _around(who, now)))


class RiderPatrol:
    """read: the heads of riders in a picture, as `HelmetReader.read`. Whoever is judged is judged once."""

    stays: frozenset[int] = frozenset()

    def __init__(
        self,
        watched: tuple[RiderWatch, ...],
        places: Places,
        read: Read,
        settings: ViewSettings | None = None,
    ) -> None:
        self._watched = watched
        self._places = places
        self._read = read
        self._picker = ViewPicker(settings)
        self._book = RiderBook()
        self._done: set[int] = set()

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        for track in seen.tracks.ended.tolist():
            yield from self._judged(track, now)
            self._done.discard(track)
        where = self._where(seen.tracks) & ~among(seen.tracks.id, np.array(sorted(self._done), np.int64))
        for row in self._picker.pick(seen.tracks, now.media_s, seen.frame.size_px, where).tolist():
            track = int(seen.tracks.id[row])
            if self._look(seen.frame, seen.tracks, row) >= ENOUGH_LOOKS:
                self._done.add(track)
                yield from self._judged(track, now)

    def finish(self, now: Now) -> Iterator[Judged]:
        for track in self._book.tracks():
            yield from self._judged(track, now)

    def _look(self, frame: Frame, tracks: Tracks, row: int) -> int:
        """Read the heads of one rider; how many looks at him there are now."""
        rect = _rect(tracks.xyxy_px[row], frame.size_px)
        corner = np.array([rect[0], rect[1], rect[0], rect[1]], np.float32)
        found = self._read(frame.pixels.cut(rect), tracks.xyxy_px[row : row + 1] - corner)
        x1, y1, x2, y2 = tracks.xyxy_px[row].tolist()
        heads = tuple(_moved(head, rect) for head in found[0])
        look = RiderLook(frame.index, frame.media_s, (x1, y1, x2, y2), heads)
        return self._book.add(int(tracks.id[row]), look)

    def _where(self, tracks: Tracks) -> Bool:
        """(n,) who is where any rule looks."""
        if any(watch.column is None for watch in self._watched):
            return np.ones(len(tracks), np.bool_)
        inside = self._places.depth(tracks.feet_px().astype(np.float64)) > 0
        return np.asarray(inside.any(axis=1), np.bool_)

    def _judged(self, track: int, now: Now) -> Iterator[Judged]:
        looks = self._book.take(track)
        for watch in self._watched:
            own = tuple(look for look in looks if self._inside(look, watch.column))
            if own:
                yield from (one for one in watch.judged(own, track, now) if one.verdict != NO_OFFENCE)

    def _inside(self, look: RiderLook, column: int | None) -> bool:
        if column is None:
            return True
        x1, _, x2, y2 = look.box_px
        return bool(self._places.depth(np.array([[(x1 + x2) / 2, y2]]))[0, column] > 0)


def rider_patrol(
    scene: Scene, frame_size_px: tuple[int, int], read: Read | None, settings: ViewSettings | None = None
) -> RiderPatrol | None:
    """The patrol of the riders; None where no rule is about them, or nobody can read heads. settings: its budget."""
    rules = {name: rule for name, rule in scene.rules.items() if isinstance(rule, RiderRule)}
    if not rules or read is None:
        return None
    places = Places.of(scene, (rule.zone for rule in rules.values() if rule.zone is not None), frame_size_px)
    watched = tuple(
        RiderWatch(rule.zone or name, None if rule.zone is None else places.names.index(rule.zone), rule)
        for name, rule in rules.items()
    )
    return RiderPatrol(watched, places, read, settings)


def _votes(who: Occurrence, head: HeadTally) -> HeadVotes:
    return HeadVotes(
        who=who,
        role=ROLES[head.driver],
        looks=head.looks,
        missed=head.missed,
        bare=head.bare,
        helmet=head.covered,
        chance=head.chance,
        chance_error=head.chance_error,
    )


def _around(who: Occurrence, now: Now) -> Circumstances:
    return now.circumstances(who.since_s, who.at_s)


def _rect(box_px: F32, size_px: tuple[int, int]) -> Rect:
    """The rider and the window in which his heads are looked for, in whole pixels inside the picture."""
    window = head_windows(box_px[None])[0]
    low = np.minimum(np.floor(np.minimum(box_px[:2], window[:2])), np.array(size_px) - 1)
    high = np.ceil(np.maximum(box_px[2:], window[2:]))
    left, top = np.maximum(low, 0).astype(int).tolist()
    right, bottom = np.clip(high, (left + 1, top + 1), size_px).astype(int).tolist()
    return left, top, right, bottom


def _moved(head: Head, rect: Rect) -> Head:
    x1, y1, x2, y2 = head.box_px
    left, top = rect[:2]
    box_px = (x1 + left, y1 + top, x2 + left, y2 + top)
    return Head(box_px, head.state, head.confidence, head.likeliest, head.chances)
