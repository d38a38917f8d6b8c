"""All patrols of one camera at work: what each frame tells all of them, and what they say of it."""

from collections.abc import Iterator, Mapping, Sequence

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now, Patrol
from edge.patrol.surroundings import Surroundings
from vision.events.lamps import LampTimeline
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.follower import Follower


class Beat:
    """lamps: by signal group, as far as known at each frame."""

    def __init__(
        self,
        patrols: Sequence[Patrol],
        follower: Follower,
        surroundings: Surroundings,
        lamps: Mapping[str, LampTimeline],
    ) -> None:
        self._patrols = tuple(patrols)
        self._follower = follower
        self._surroundings = surroundings
        self._lamps = lamps
        self._trail = Trail()
        self._now_s = 0.0

    @property
    def stays(self) -> frozenset[int]:
        """Of all patrols."""
        none: frozenset[int] = frozenset()
        return none.union(*(patrol.stays for patrol in self._patrols))

    def see(self, seen: Seen) -> Iterator[Judged]:
        """Take in one frame, in order of time."""
        self._now_s = seen.frame.media_s
        self._surroundings.refresh(self._now_s)
        now = self._now(seen)
        if now.paths is not None:
            self._trail.see(seen.tracks, self._now_s)
        for patrol in self._patrols:
            yield from patrol.see(seen, now)

    def finish(self) -> Iterator[Judged]:
        """The source has ended."""
        now = self._now(None)
        for patrol in self._patrols:
            yield from patrol.finish(now)

    def _now(self, seen: Seen | None) -> Now:
        follower = self._follower
        return Now(
            media_s=self._now_s,
            lamps=self._lamps,
            circumstances=self._surroundings.of,
            trail=self._trail,
            road=follower.road,
            paths=follower.look(seen.tracks, self._now_s) if seen is not None else None,
            limits=follower.limits,
        )
