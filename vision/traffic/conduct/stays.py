"""How every vehicle has been in every watched place: since when, how far it went inside, how long it stood there."""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple, Self

import numpy as np

from vision.arrays import F64, I8, I64, Bool
from vision.traffic.conduct.ground import Look
from vision.traffic.conduct.places import Places
from vision.traffic.incidents.paths import LONGEST_STEP_S, Paths
from vision.traffic.incidents.road import NO_LANE
from vision.vehicles import VehicleKind

# Who rides on two wheels may ride along a lane's edge: so many widths of his box away he surely does not.
TWO_WHEELS_CLEAR_WIDTHS = 1.0
# Who was not seen for longer may be another when he is seen again.
SAME_AGAIN_S = 5.0
# A box whose size differs by more from the one that came to stand is another vehicle, or one with another before it.
SAME_SIZE = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Row i of every column is one vehicle, in order of id; column j of the wide ones is one place.

    id, kind, kind_since_s  (n,)       kind_since_s: since when it has been taken for this kind
    at            (n, 2)               place on the Ground at the last look that saw it
    seen_s, rest_s (n,)                as in Paths at the last look
    still_s       (n,)                 since when it has surely been the same vehicle at one place
    size_px       (n,)                 body when that began
    since_s       (n, p)               since when inside without a break; NaN while not inside
    since_at      (n, p, 2)            place when that began
    sure          (n, p)               surely inside at the last look
    way           (n, p, 2)            sum of the steps between two looks surely inside: metres, or bodies where nothing
                                       is known in metres
    clear_way     (n, p, 2)            the part of it with feet in sight and, in a lane, nothing that stood near
    hidden_way    (n, p, 2)            the part of it with feet perhaps hidden
    stood_s       (n, p)               seen to stand surely inside, since still_s
    free_s        (n, p)               the part of it in which nothing near may have held it
    """

    id: I64
    kind: I8
    kind_since_s: F64
    at: F64
    seen_s: F64
    rest_s: F64
    still_s: F64
    size_px: F64
    since_s: F64
    since_at: F64
    sure: Bool
    way: F64
    clear_way: F64
    hidden_way: F64
    stood_s: F64
    free_s: F64

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def begin(cls, look: Look, places: int) -> Self:
        """Nobody is inside anywhere yet."""
        paths, rows, number = look.paths, len(look.paths), (len(look.paths), places)
        now, flat, steps = np.full(rows, look.media_s), np.zeros(number), np.zeros((*number, 2))
        return cls(
            paths.id, paths.kind, now, look.at, np.full(rows, np.nan), paths.rest_s, now,
            paths.body_px, np.full(number, np.nan), steps, np.zeros(number, np.bool_), steps, steps, steps, flat, flat,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """(n,) each: what was doubtful at this look. near: something that may stand is near; held: it may be held by it."""

    hidden: Bool
    near: Bool
    held: Bool
    mixed: Bool


class Counted(NamedTuple):
    """(n, p) each: whether the step since the last look lay surely inside; clear and hidden: whether so it is told."""

    inside: Bool
    clear: Bool
    hidden: Bool


def stayed(before: Stays, look: Look, places: Places, doubts: Doubts) -> Stays:
    """The stays after this look; those of vehicles that are gone are left out, new ones begin."""
    old = _aligned(before, look, len(places))
    now = _inside(old, look, places)
    step = (now.at - old.at) / look.unit[:, None]
    soon = look.paths.seen & (now.seen_s - old.seen_s <= LONGEST_STEP_S) & np.isfinite(step).all(axis=1)
    inside, hidden = now.sure & old.sure & soon[:, None], doubts.hidden[:, None]
    # Nobody drives around what stands by way of a pavement or a closed road.
    near = doubts.near[:, None] & (places.lane != NO_LANE)
    counted = Counted(inside, inside & ~hidden & ~near, inside & hidden)
    return _stood(old, _went(old, now, step, counted), look.paths, counted, doubts)


def _aligned(before: Stays, look: Look, places: int) -> Stays:
    """The stays of these vehicles before this look, new ones as if they had never been anywhere."""
    paths = look.paths
    old = Stays.begin(look, places)
    _, here, there = np.intersect1d(paths.id, before.id, assume_unique=True, return_indices=True)
    if len(here) == len(paths) == len(before):
        return before
    columns = {}
    for column in fields(old):
        columns[column.name] = values = getattr(old, column.name).copy()
        values[here] = getattr(before, column.name)[there]
    return Stays(**columns)


def _clear(look: Look, places: Places) -> F64:
    """(n, p) how far from the edge of each place each foot must be."""
    kind = look.paths.kind
    two_wheels = (kind == VehicleKind.MOTORBIKE) | (kind == VehicleKind.BICYCLE)
    strict = two_wheels[:, None] & (places.lane != NO_LANE)
    return np.where(strict, TWO_WHEELS_CLEAR_WIDTHS * look.wide[:, None], look.clear[:, None])


def _inside(old: Stays, look: Look, places: Places) -> Stays:
    """Who is surely inside, and since when: an edge that is perhaps passed ends nothing, and adds nothing."""
    paths, media_s = look.paths, look.media_s
    seen, at, error = paths.seen[:, None], look.at, look.error[:, None]
    depth, clear = places.depth(at), _clear(look, places)
    sure = seen & (depth - error >= clear)
    lost = (media_s - old.seen_s > SAME_AGAIN_S)[:, None]
    out = lost | (seen & (depth + error < clear))
    since_s = np.where(out, np.nan, old.since_s)
    began = sure & np.isnan(since_s)
    return replace(
        old,
        kind=paths.kind,
        kind_since_s=np.where(old.kind == paths.kind, old.kind_since_s, media_s),
        at=np.where(seen, at, old.at),
        seen_s=np.where(paths.seen, media_s, old.seen_s),
        since_s=np.where(began, media_s, since_s),
        since_at=np.where(began[..., None], at[:, None], old.since_at),
        sure=sure,
    )


def _went(old: Stays, now: Stays, step: F64, counted: Counted) -> Stays:
    """Add the step (n, 2) since the last look to the ways, where it lay surely inside; NaN is never the same as NaN."""
    going = now.since_s == old.since_s

    def added(way: F64, where: Bool) -> F64:
        return np.where(going[..., None], way + np.where(where[..., None], step[:, None], 0.0), 0.0)

    return replace(
        now,
        way=added(old.way, counted.inside),
        clear_way=added(old.clear_way, counted.clear),
        hidden_way=added(old.hidden_way, counted.hidden),
    )


def _stood(old: Stays, now: Stays, paths: Paths, counted: Counted, doubts: Doubts) -> Stays:
    """Add the time since the last look where the vehicle stood all of it, and was surely the same; else begin anew."""
    step_s = now.seen_s - old.seen_s
    grown = paths.body_px / old.size_px
    other = paths.seen & (np.maximum(grown, 1 / grown) > SAME_SIZE)
    # Whoever took over the rest of a lost track is a new one here: its own time begins with itself.
    again = (paths.rest_s > old.rest_s) | other | doubts.mixed | (step_s > SAME_AGAIN_S)
    added_s = np.where(counted.inside & ~counted.hidden, step_s[:, None], 0.0)
    stays = ~again[:, None] & ~np.isnan(now.since_s)
    return replace(
        now,
        rest_s=paths.rest_s,
        still_s=np.where(again, now.seen_s, old.still_s),
        size_px=np.where(again, paths.body_px, old.size_px),
        stood_s=np.where(stays, old.stood_s + added_s, 0.0),
        free_s=np.where(stays, old.free_s + np.where(doubts.held[:, None], 0.0, added_s), 0.0),
    )
