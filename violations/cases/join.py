"""What belongs together: findings of one plate as one file, and one offence that two cameras saw as one case. Pure.

Both work on a whole set and compare only within it, so the order of arrival cannot matter. The moments compared are
the cameras' labels in UTC: two cameras share no other clock, so the windows must be wide enough for its error.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from violations.law.fine_range import Deduction, FineRange, points_together

Group = tuple["Sighting", ...]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One finding as joining sees it. name: the event's own, the same whenever and in whatever order it arrives.

    plate: its `plate_key`; None where it was not read, and then it joins nothing.
    """

    name: str
    plate: str | None
    offence: str
    camera: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`copy` shows the same offence as `of`, which stays."""

    copy: Sighting
    of: Sighting


def joined(sightings: Iterable[Sighting], window_s: float) -> tuple[Group, ...]:
    """The files: sightings of one plate, each at most `window_s` after the one before it. In order of time."""
    seen = set(sightings)
    groups = _runs((one for one in seen if one.plate), lambda one: one.plate, window_s)
    alone = [(one,) for one in seen if not one.plate]
    return tuple(sorted([*groups, *alone], key=lambda group: _order(group[0])))


def duplicates(sightings: Iterable[Sighting], window_s: float) -> tuple[Duplicate, ...]:
    """Same plate, same offence, other cameras, within the window of the one that stays: the earliest.

    One camera's own two findings are never duplicates: it saw two things.
    """
    runs = _runs((one for one in set(sightings) if one.plate), lambda one: (one.plate, one.offence), window_s)
    return tuple(sorted((pair for run in runs for pair in _copies(run, window_s)), key=lambda pair: _order(pair.copy)))


def file_name(group: Group) -> str:
    """What a file is called: the name of its first sighting."""
    return min(group, key=_order).name


def deduction(fines: Iterable[FineRange]) -> Deduction:
    """Several offences of one file are fined each, and cost one deduction of points: the largest."""
    return points_together(fines)


def _runs(sightings: Iterable[Sighting], key: Callable[[Sighting], Key], window_s: float) -> list[Group]:
    by_key: dict[Key, list[Sighting]] = defaultdict(list)
    for one in sorted(sightings, key=_order):
        by_key[key(one)].append(one)
    return [run for ordered in by_key.values() for run in _split(ordered, window_s)]


def _split(ordered: Sequence[Sighting], window_s: float) -> list[Group]:
    """Cut wherever the gap to the one before is longer than the window."""
    runs: list[list[Sighting]] = []
    for one in ordered:
        if runs and _near(runs[-1][-1], one, window_s):
            runs[-1].append(one)
        else:
            runs.append([one])
    return [tuple(run) for run in runs]


def _copies(run: Group, window_s: float) -> list[Duplicate]:
    """Each goes to the earliest that stays, is near, and has none yet of the same camera."""
    cameras: dict[Sighting, set[str]] = {}
    copies = []
    for one in run:
        near = (kept for kept, seen_by in cameras.items() if _near(kept, one, window_s) and one.camera not in seen_by)
        of = next(near, None)
        if of is None:
            cameras[one] = {one.camera}
        else:
            cameras[of].add(one.camera)
            copies.append(Duplicate(one, of))
    return copies


def _near(earlier: Sighting, later: Sighting, window_s: float) -> bool:
    return (later.at - earlier.at).total_seconds() <= window_s


def _order(sighting: Sighting) -> tuple[datetime, str]:
    return sighting.at, sighting.name
