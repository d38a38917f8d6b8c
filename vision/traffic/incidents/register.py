"""Numbers incidents, so that the start and the end of one carry the same number."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vision.arrays import F64
from vision.events.bodies import Measure
from vision.events.incidents import Incident, IncidentKind, Severity
from vision.vehicles import KindName

Key = tuple[IncidentKind, str | int]
# Who was lost on the way is taken up again under another track so soon and so near; two seen at once are two.
TAKEN_UP_S = 3.0
TAKEN_UP_BODIES = 5.0
AT_ONCE_S = 0.3


class Evidence(NamedTuple):
    """One look that shows an incident. place_px None: it is the whole place. who: (track, kind) of each."""

    kind: IncidentKind
    severity: Severity
    place: str
    since_s: float
    tracks: tuple[int, ...]
    vehicle: KindName | None
    measures: tuple[Measure, ...]
    place_px: F64 | None = None
    body_px: float = 1.0


@dataclass(slots=True)
class Lasting:
    """An incident that has begun; `evidence` and `last_s` are of the last look that showed it."""

    number: int
    evidence: Evidence
    since_s: float
    last_s: float
    tracks: tuple[int, ...]


class Register:
    """The incidents of one camera that last."""

    def __init__(self, frame_size_px: tuple[int, int], over_s: float) -> None:
        self._frame_size_px = frame_size_px
        self._over_s = over_s
        self._lasting: dict[Key, Lasting] = {}
        self._count = 0

    def of_tracks(self) -> list[tuple[IncidentKind, int]]:
        """Those that last and are of one vehicle each."""
        return [(kind, of) for kind, of in self._lasting if isinstance(of, int)]

    def show(self, key: Key, evidence: Evidence, media_s: float) -> list[Incident]:
        """The start, where this look is the first to show it; nothing where it was known."""
        known = self._lasting.get(key) or self._take_up(key, evidence, media_s)
        if known is not None:
            # It keeps the lane it began in: who stands on a border is not now in the one, now in the other.
            known.evidence, known.last_s = evidence._replace(place=known.evidence.place), media_s
            known.tracks = tuple(sorted({*known.tracks, *evidence.tracks}))
            return []
        self._count += 1
        begun = Lasting(self._count, evidence, evidence.since_s, media_s, evidence.tracks)
        self._lasting[key] = begun
        return [self._told(begun, "start", media_s)]

    def keep(self, key: Key, media_s: float) -> None:
        """It still lasts, though this look would not have been enough to begin it."""
        self._lasting[key].last_s = media_s

    def end(self, key: Key, media_s: float) -> list[Incident]:
        """The end of an incident that is surely over."""
        ended = self._lasting.pop(key, None)
        return [self._told(ended, "end", media_s)] if ended else []

    def over(self, media_s: float) -> list[Incident]:
        """The ends of those of which nothing was seen for too long."""
        gone = [key for key, one in self._lasting.items() if media_s - one.last_s > self._over_s]
        return [incident for key in gone for incident in self.end(key, media_s)]

    def finish(self, media_s: float) -> list[Incident]:
        """The ends of all: the last evidence is all that anybody will see of them."""
        return [incident for key in list(self._lasting) for incident in self.end(key, media_s)]

    def _take_up(self, key: Key, evidence: Evidence, media_s: float) -> Lasting | None:
        """The lasting incident that this is the rest of, where the tracker gave the same vehicle a new number."""
        if evidence.place_px is None:
            return None
        for other, one in self._lasting.items():
            before = one.evidence
            if other[0] != key[0] or before.place != evidence.place or before.place_px is None or one.last_s >= media_s:
                continue
            apart = float(np.linalg.norm(before.place_px - evidence.place_px)) / evidence.body_px
            apart_s = evidence.since_s - one.last_s
            follows = -AT_ONCE_S <= apart_s <= TAKEN_UP_S or evidence.since_s == before.since_s
            if follows and apart <= TAKEN_UP_BODIES:
                self._lasting[key] = self._lasting.pop(other)
                return one
        return None

    def _told(self, one: Lasting, phase: str, media_s: float) -> Incident:
        shown = one.evidence
        x, y = (None, None) if shown.place_px is None else np.clip(shown.place_px / self._frame_size_px, 0, 1).tolist()
        return Incident(
            incident=one.number,
            phase="start" if phase == "start" else "end",
            kind=shown.kind,
            severity=shown.severity,
            place=shown.place,
            since_s=min(one.since_s, media_s),
            at_s=media_s,
            until_s=one.last_s if phase == "end" else None,
            x=x,
            y=y,
            tracks=one.tracks,
            vehicle=shown.vehicle,
            measures=shown.measures,
        )
