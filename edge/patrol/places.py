"""Judges who drives or stands where: lanes for other kinds, bus lanes, closed areas, pavements, no-stopping zones."""

from collections.abc import Iterator

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from edge.patrol.place_watches import DriveWatch, Inside, StandWatch, watches_of
from violations.rules.hours import perhaps_hold
from vision.geometry.scene import Scene
from vision.traffic.conduct.ground import Ground
from vision.traffic.conduct.places import Places
from vision.traffic.conduct.watch import StayWatch
from vision.traffic.incidents.road import Road


class PlacePatrol:
    """Looks whenever the paths do; its state for a track goes when the track goes.

    An accusation is told at once; a doubt that withholds one only when the vehicle has left the place, for until then
    it may yet be cleared up.
    """

    def __init__(
        self, scene: Scene, frame_size_px: tuple[int, int], watched: tuple[DriveWatch | StandWatch, ...]
    ) -> None:
        self._scene = scene
        self._frame_size_px = frame_size_px
        self._watched = watched
        self._watch: StayWatch | None = None
        self._accused: dict[int, set[int]] = {}
        self._doubted: dict[tuple[int, int], Judged] = {}
        self._standing: frozenset[int] = frozenset()

    @property
    def stays(self) -> frozenset[int]:
        """Whoever stands where standing may become an offence."""
        return self._standing

    def see(self, seen: Seen, now: Now) -> Iterator[Judged]:
        for ended in seen.tracks.ended.tolist():
            self._accused.pop(ended, None)
        if now.paths is None:
            return
        watch = self._watch = self._watch or self._begin(now.road)
        stays = watch.look(now.paths, seen.tracks, now.media_s, now.limits)
        standing: set[int] = set()
        for number, watched in enumerate(self._watched):
            inside = Inside(watch.last, stays, watch.places, watch.places.names.index(watched.place))
            if isinstance(watched, StandWatch):
                standing.update(now.paths.id[watched.begun(inside)].tolist())
            yield from self._judged(number, watched, inside, now)
        self._standing = frozenset(standing)

    def _begin(self, road: Road) -> StayWatch:
        ground = Ground.of(self._scene, road, self._frame_size_px)
        names = (one.place for one in self._watched)
        places = Places.of(self._scene, names, self._frame_size_px, ground)
        return StayWatch(places, road, ground, self._frame_size_px)

    def _judged(self, number: int, watched: DriveWatch | StandWatch, inside: Inside, now: Now) -> Iterator[Judged]:
        """What one rule says at this look: who is accused now, and who left with a doubt."""
        rows = watched.rows(inside).tolist()
        if rows and not perhaps_hold(watched.hours, now.circumstances(now.media_s, now.media_s)):
            rows = []
        doubted: set[tuple[int, int]] = set()
        for row in rows:
            track = int(inside.look.paths.id[row])
            accused = self._accused.setdefault(track, set())
            if number in accused:
                continue
            judged = watched.verdict(inside, row, now)
            self._doubted.pop((number, track), None)
            if judged.verdict.accusation is not None:
                accused.add(number)
                yield judged
            elif judged.verdict.withheld is not None:
                self._doubted[number, track] = judged
                doubted.add((number, track))
        for key in [key for key in self._doubted if key[0] == number and key not in doubted]:
            yield self._doubted.pop(key)

    def finish(self, now: Now) -> Iterator[Judged]:
        """Whoever could be accused was, at the last look; the doubts about the others are told."""
        yield from self._doubted.values()
        self._doubted.clear()


def place_patrol(scene: Scene, frame_size_px: tuple[int, int]) -> PlacePatrol | None:
    """The patrol of the scene's lanes and zones; None where no rule is about them."""
    watched = tuple(watches_of(scene))
    return PlacePatrol(scene, frame_size_px, watched) if watched else None
