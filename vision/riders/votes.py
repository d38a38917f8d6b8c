"""Several looks at the same rider put together: which heads there are, and what the looks say of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.arrays import F64
from vision.riders.card import HEAD_STATES, HeadState
from vision.riders.helmets import Head

BARE, COVERED = HEAD_STATES.index(HeadState.NONE), HEAD_STATES.index(HeadState.HELMET)
# A look in which the chance of a helmet reaches this may show one.
MAY_BE_COVERED = 0.25
# What is a head with less certainty is none that is counted.
SURELY_A_HEAD = 0.4
# Two finds of one look whose middles lie nearer than this, in head widths, are one head: so near lie the heads of
# people who sit close behind one another, seen aslant, and the network's own finds are never much nearer.
APART_WIDTHS = 0.45
# Finds of two looks whose middles lie nearer than this on the machine are one head.
SAME_HEAD_WIDTHS = 0.6
# The mean of so few looks is never known better than this.
LEAST_CHANCE_ERROR = 0.05
# A head found in less than this share of the looks at a rider is not one of his people for sure.
OFTEN = 0.5
# Along the way two heads must lie this far apart, head widths, before the foremost is the driver's.
DRIVER_AHEAD_WIDTHS = 0.5


@dataclass(frozen=True, slots=True)
class RiderLook:
    """One look at one rider: when, the box in full-frame pixels, and the heads found in it."""

    frame: int
    media_s: float
    box_px: tuple[float, float, float, float]
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class HeadTally:
    """What the looks say of one head.

    looks      that found it; missed: good looks that did not; bare, covered: of the looks, those that surely show it
               bare, and those that may show a helmet
    chance     mean chance that it is bare; chance_error: two deviations of that mean
    at_s       the moment of the surest look that shows it bare; of the last look where none does
    driver     True: it is the driver's, False: it is not, None: that cannot be told
    """

    looks: int
    missed: int
    bare: int
    covered: int
    chance: float
    chance_error: float
    at_s: float
    driver: bool | None


@dataclass(slots=True)
class _Slot:
    """The finds of several looks that are one head; place: its middle in shares of the rider's box, width likewise."""

    finds: list[tuple[int, Head]] = field(default_factory=list)
    places: list[F64] = field(default_factory=list)
    width: float = 0.0

    def add(self, look: int, head: Head, place: F64, width: float) -> None:
        self.finds.append((look, head))
        self.places.append(place)
        self.width = width if not self.width else 0.5 * (self.width + width)

    @property
    def place(self) -> F64:
        return np.asarray(np.mean(self.places, axis=0), np.float64)


def tally_heads(looks: Sequence[RiderLook]) -> tuple[HeadTally, ...]:
    """The heads of one rider, those found most often first; looks in order of time."""
    slots = sorted(_slots(looks), key=lambda slot: -len(slot.finds))
    often = [slot for slot in slots if len(slot.finds) >= OFTEN * len(looks)]
    foremost = _foremost(often, looks)
    roles = {id(slot): None if foremost is None else slot is foremost for slot in often}
    return tuple(_tally(slot, looks, roles.get(id(slot))) for slot in slots)


def heads_shown(looks: Sequence[RiderLook]) -> tuple[int, ...]:
    """Element k: how many looks surely show at least k + 1 heads, well apart."""
    counts = [len(_apart(look)) for look in looks]
    return tuple(sum(count > k for count in counts) for k in range(max(counts, default=0)))


def _apart(look: RiderLook) -> list[Head]:
    """The heads that surely are some, none of them too near to a surer one."""
    kept: list[Head] = []
    for head in sorted(look.heads, key=lambda one: -sum(one.chances)):
        near = any(_widths_apart(head, other) < APART_WIDTHS for other in kept)
        if sum(head.chances) >= SURELY_A_HEAD and not near:
            kept.append(head)
    return kept


def _widths_apart(one: Head, other: Head) -> float:
    (x1, y1, x2, y2), (a1, b1, a2, b2) = one.box_px, other.box_px
    return float(np.hypot(x1 + x2 - a1 - a2, y1 + y2 - b1 - b2)) / max(x2 - x1, a2 - a1, 1e-9) / 2


def _slots(looks: Sequence[RiderLook]) -> list[_Slot]:
    """Each find joins the nearest head of the looks before it, one of each look at most."""
    slots: list[_Slot] = []
    for number, look in enumerate(looks):
        free = list(slots)
        for head in _apart(look):
            place, width, aspect = _in_box(head, look)
            away = [float(np.hypot(*((slot.place - place) * (1.0, aspect)))) for slot in free]
            nearest = int(np.argmin(away)) if away else -1
            if nearest < 0 or away[nearest] > SAME_HEAD_WIDTHS * max(width, free[nearest].width):
                slots.append(_Slot())
                slots[-1].add(number, head, place, width)
            else:
                free.pop(nearest).add(number, head, place, width)
    return slots


def _in_box(head: Head, look: RiderLook) -> tuple[F64, float, float]:
    """Middle of the head and its width in shares of the rider's box, and how much higher than wide the box is."""
    x1, y1, x2, y2 = look.box_px
    wide, tall = max(x2 - x1, 1e-9), max(y2 - y1, 1e-9)
    left, top, right, bottom = head.box_px
    place = np.array([((left + right) / 2 - x1) / wide, ((top + bottom) / 2 - y1) / tall])
    return place, (right - left) / wide, tall / wide


def _foremost(slots: Sequence[_Slot], looks: Sequence[RiderLook]) -> _Slot | None:
    """The head that goes ahead of all others of the machine; the only one where there is no other."""
    if len(slots) <= 1:
        return slots[0] if slots else None
    first, last = np.array(looks[0].box_px), np.array(looks[-1].box_px)
    way = (last[[0, 3]] + last[[2, 3]] - first[[0, 3]] - first[[2, 3]]) / 2
    wide, tall = last[2] - last[0], last[3] - last[1]
    if not np.hypot(*way) > 0.5 * wide:
        return None
    onward = way / np.hypot(*way)
    ranked = sorted(slots, key=lambda slot: float((slot.place * (wide, tall)) @ onward))
    ahead = float(((ranked[-1].place - ranked[-2].place) * (wide, tall)) @ onward)
    return ranked[-1] if ahead >= DRIVER_AHEAD_WIDTHS * ranked[-1].width * wide else None


def _tally(slot: _Slot, looks: Sequence[RiderLook], driver: bool | None) -> HeadTally:
    heads = [head for _, head in slot.finds]
    chances = np.array([head.chances[BARE] for head in heads])
    spread = float(chances.std(ddof=1)) if len(chances) > 1 else 1.0
    bare = [(head.chances[BARE], number) for number, head in slot.finds if head.state is HeadState.NONE]
    surest = max(bare, default=(0.0, slot.finds[-1][0]))[1]
    return HeadTally(
        looks=len(heads),
        missed=len(looks) - len(heads),
        bare=len(bare),
        covered=sum(head.chances[COVERED] >= MAY_BE_COVERED for head in heads),
        chance=float(chances.mean()),
        chance_error=max(2 * spread / float(np.sqrt(len(chances))), LEAST_CHANCE_ERROR),
        at_s=looks[surest].media_s,
        driver=driver,
    )


class RiderBook:
    """The looks at every live rider of one camera; those of a track go when it is taken."""

    def __init__(self) -> None:
        self._looks: dict[int, list[RiderLook]] = {}

    def add(self, track: int, look: RiderLook) -> int:
        """How many looks at the track there are now."""
        looks = self._looks.setdefault(track, [])
        looks.append(look)
        return len(looks)

    def of(self, track: int) -> tuple[RiderLook, ...]:
        return tuple(self._looks.get(track, ()))

    def take(self, track: int) -> tuple[RiderLook, ...]:
        """The looks at a track, which are forgotten with this."""
        return tuple(self._looks.pop(track, ()))

    def tracks(self) -> Iterator[int]:
        yield from tuple(self._looks)
