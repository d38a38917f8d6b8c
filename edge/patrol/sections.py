"""The patrol between cameras: who passes a line here was perhaps seen at another camera a while ago."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from edge.loop.seen import Seen
from edge.patrol.across import Across, RoadBetween, SpeedSection
from edge.patrol.lines import occurrence_of
from edge.patrol.linked import Linked
from edge.patrol.patrol import Judged, Now
from edge.patrol.site_clock import SiteClock
from violations.rules.accusation import Verdict
from violations.rules.cloned_plate import impossible_journey, suspect
from violations.rules.section_speed import PlateSighting, section_speed
from vision.events.bodies import Crossing
from vision.plates.sightings import SeenThen, Sighting
from vision.plates.voted import VotedPlate

log = logging.getLogger(__name__)

# The views after the line, away from the camera, show the plate best.
READ_AFTER_S = 2.0
# So long a sighting waits for the other cameras to come as far; the ring of packets must still hold its moment.
WAITS_S = 8.0
# Recordings are watched in step: none gets farther ahead of those it waits for.
STEP_S = 5.0


class PlateSeen(NamedTuple):
    """What the kept views of a track say of its plate, and the plate alone as PNG, cut from that frame."""

    voted: VotedPlate
    frame: int
    picture: bytes


class LookAtPlate(Protocol):
    def __call__(self, track: int, at_s: float) -> PlateSeen | None:
        """Of that track, as far as it was surely the same vehicle as at that media second; None where nobody looked."""


@dataclass(frozen=True, slots=True)
class Held:
    """A sighting of this camera that waits for what others saw before it."""

    crossing: Crossing
    sighting: Sighting
    read: VotedPlate


class SectionPatrol:
    """Of one camera. Reads the plate of whoever passes a watched line, puts it into the site's book, and judges the
    later one of two sightings."""

    stays: frozenset[int] = frozenset()

    def __init__(
        self,
        across: Across,
        clock: SiteClock,
        look: LookAtPlate,
        lacks: Callable[[float], tuple[str, ...]] = lambda _: (),
    ) -> None:
        """lacks: of a media second, why this camera's word was not in order for a prosecution then."""
        self._lacks = lacks
        self._across = across
        self._clock = clock
        self._look = look
        self._lines, self._kinds, self._others = across.lines, across.kinds, across.others
        self._passed: list[Crossing] = []
        self._ended: set[int] = set()
        self._held: list[Held] = []
        self._keeps_step = not clock.live
        across.book.join(across.camera, clock.at(0.0).at_s - READ_AFTER_S, live=clock.live)

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        self._clock.see(seen.frame)
        self._passed += [
            crossing
            for crossing in seen.crossings
            if crossing.line in self._lines and crossing.vehicle in self._kinds and not crossing.foot_hidden
        ]
        self._ended |= set(seen.tracks.ended.tolist()) & {each.track for each in self._passed}
        self._read_ripe(now)
        here_s = self._clock.at(now.media_s).at_s
        self._across.book.reached(self._across.camera, self._all_read_until_s(now))
        if self._keeps_step and not self._across.book.wait_until(self._others, here_s - STEP_S - READ_AFTER_S):
            self._keeps_step = False
            log.warning("camera %s: the cameras it is compared with stand still: not waited for", self._across.camera)
        known_s = self._across.book.known_until_s(self._others)
        yield from self._judge(
            [one for one in self._held if known_s >= one.sighting.at_s or now.media_s >= one.crossing.at_s + WAITS_S],
            now,
        )

    def finish(self, now: Now) -> Iterator[Judged]:
        for crossing in self._passed:
            self._sight(crossing, now)
        self._passed = []
        book = self._across.book
        book.leave(self._across.camera)
        if self._held and self._keeps_step:
            book.wait_until(self._others, max(one.sighting.at_s for one in self._held))
        yield from self._judge(list(self._held), now)

    def _read_ripe(self, now: Now) -> None:
        """A plate costs as much as some frames: where many pass at once, one is read with each frame."""
        ripe = [each for each in self._passed if now.media_s >= each.at_s + READ_AFTER_S or each.track in self._ended]
        for crossing in ripe if self._keeps_step else ripe[:1]:
            self._passed.remove(crossing)
            self._ended.discard(crossing.track)
            self._sight(crossing, now)

    def _all_read_until_s(self, now: Now) -> float:
        first_s = min((each.at_s for each in self._passed), default=now.media_s)
        return self._clock.at(min(first_s, now.media_s - READ_AFTER_S)).at_s

    def _sight(self, crossing: Crossing, now: Now) -> None:
        """Into the book, unless somebody else had the say here or the camera perhaps looked elsewhere."""
        around = now.circumstances(crossing.at_s, crossing.at_s)
        if around.view_moved or around.officer or around.priority_near:
            return
        seen = self._look(crossing.track, crossing.at_s)
        if seen is None:
            return
        at_s, clock_error_s = self._clock.at(crossing.at_s)
        clock_error_s = clock_error_s if self._across.book.is_one_clock else None
        then = SeenThen(
            line=crossing.line,
            media_s=crossing.at_s,
            media_error_s=crossing.at_error_s,
            time=self._clock.label(crossing.at_s),
            clock_error_s=clock_error_s,
            frame=seen.frame,
            picture=seen.picture,
            lacks=self._lacks(crossing.at_s),
        )
        sighting = self._across.book.add(
            seen.voted,
            camera=self._across.camera,
            at_s=at_s,
            at_error_s=None if clock_error_s is None else crossing.at_error_s + clock_error_s,
            vehicle=crossing.vehicle,
            then=then,
        )
        if sighting is not None:
            self._held.append(Held(crossing, sighting, seen.voted))

    def _judge(self, held: list[Held], now: Now) -> Iterator[Judged]:
        for one in held:
            self._held.remove(one)
            before = self._across.book.before(one.sighting)
            for road in self._across.roads:
                yield from self._on_road(road, one, before, now)
            for section in self._across.ending:
                yield from self._on_section(section, one, before, now)

    def _on_road(self, road: RoadBetween, one: Held, before: tuple[Sighting, ...], now: Now) -> Iterator[Judged]:
        """The latest sighting at the road's other end: if that was possible, so were those before it."""
        here = (self._across.camera, one.crossing.line)
        other = next((end for end in road.ends if here in road.ends and end != here), None)
        earlier = _at(before, other)
        if earlier is None:
            return
        suspicion = impossible_journey(earlier, one.sighting, road.road, road.limits)
        if suspicion is None:
            return
        self._across.book.suspect(one.sighting)
        around = now.circumstances(one.crossing.at_s, one.crossing.at_s)
        yield self._judged(road.name, one, earlier, suspect(suspicion, around))

    def _on_section(self, watched: SpeedSection, one: Held, before: tuple[Sighting, ...], now: Now) -> Iterator[Judged]:
        if (self._across.camera, one.crossing.line) != watched.second:
            return
        earlier = _at(before, watched.first)
        if earlier is None:
            return
        verdict = section_speed(
            _plate(earlier),
            _plate(one.sighting),
            watched.section,
            watched.limits,
            now.circumstances(one.crossing.at_s, one.crossing.at_s),
            suspected=self._across.book.is_suspected(one.sighting),
        )
        yield self._judged(watched.section.name, one, earlier, verdict)

    def _judged(self, name: str, one: Held, earlier: Sighting, verdict: Verdict) -> Judged:
        assert earlier.then is not None
        linked = Linked(name, self._across.between.site_sha256, earlier, earlier.then, one.sighting, one.read)
        return Judged(occurrence_of(one.crossing), verdict, linked=linked)


def _at(before: tuple[Sighting, ...], end: tuple[str, str] | None) -> Sighting | None:
    """The latest of them at that line."""
    return next((one for one in before if one.then is not None and (one.camera, one.then.line) == end), None)


def _plate(sighting: Sighting) -> PlateSighting:
    return PlateSighting(sighting.camera, sighting.plate, sighting.vehicle, sighting.at_s, sighting.at_error_s)
