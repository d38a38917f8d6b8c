"""What a patrol is: it watches one family of rules in one camera's scene, and judges whom it sees."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from edge.loop.seen import Seen
from edge.patrol.linked import Linked
from violations.rules.accusation import Occurrence, Verdict
from violations.rules.circumstances import Circumstances
from vision.events.lamps import LampTimeline
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import Road


@dataclass(frozen=True, slots=True, eq=False)
class Now:
    """What all patrols may know at one frame.

    lamps          by signal group, as far as known by now; a timeline's last span ends where knowledge ends
    circumstances  (since_s, at_s) → of all that time; `local` is that of at_s
    trail          the tracks of the last seconds, as of each look
    road, paths    lanes, and the vehicles as last looked at; paths is None between looks
    """

    media_s: float
    lamps: Mapping[str, LampTimeline]
    circumstances: Callable[[float, float], Circumstances]
    trail: Trail
    road: Road
    paths: Paths | None
    limits: IncidentLimits


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule said of one occurrence. group: the signal group whose lamp belongs to it; None: no lamp does.

    linked: the sighting at another camera that it rests on too; None: it rests on none.
    """

    occurrence: Occurrence
    verdict: Verdict
    group: str | None = None
    linked: Linked | None = None


class Patrol(Protocol):
    """It may judge the same occurrence again and again: the first accusation counts, and each doubt once.

    What it keeps of a track goes with the track. stays: tracks whose stay has begun and may become an offence after
    more time than the ring of packets holds, so that a first picture of it must be kept.
    """

    @property
    def stays(self) -> frozenset[int]: ...

    def see(self, seen: Seen, now: Now) -> Iterable[Judged]:
        """Take in one frame; whom it made certain of."""

    def finish(self, now: Now) -> Iterable[Judged]:
        """The source has ended: whoever still waits to be judged is judged by what is known, or let go."""
