"""Pairs what was found with what was done.

Who is meant by a finding is told by place: of all true vehicles the one whose box overlaps the box of the accused track
most, on average over the second around the moment of the finding. A finding is true where that vehicle commits this
very offence then, from EARLY_S before it begins to LATE_S after it ends. Each offence can be found once: who is accused
of it twice is accused falsely the second time. What the truth leaves undecided counts for neither side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.arrays import F32, F64, I64

EARLY_S, LATE_S = 1.5, 3.0
LEAST_OVERLAP = 0.3
FAMILIES = ("speeding", "no_helmet")
"""Bands of one offence, and whose head was bare, are not told apart here."""
LESSER = {"two_passengers": "three_passengers"}
"""Who carries more people than were counted is rightly accused of carrying too many: the doubt went his way. Such a
finding is true and told apart (`lesser`); one that counts people who are not there is false."""


@dataclass(frozen=True, slots=True)
class Committed:
    """An offence of the truth."""

    number: int
    kind: str
    offence: str
    since_s: float
    until_s: float
    judged: bool
    hidden: float
    act: str
    plate: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A finding. plate: as read, None where nobody could."""

    offence: str
    kind: str
    track: int
    at_s: float
    plate: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Boxes of many over a clip: frame, who (n,) int64, xyxy_px (n, 4) float32."""

    frame: I64
    who: I64
    xyxy_px: F32

    def of(self, who: int) -> tuple[I64, F32]:
        mine = self.who == who
        return self.frame[mine], self.xyxy_px[mine]


@dataclass(slots=True)
class Tally:
    """Of one offence under one condition."""

    committed: int = 0
    true: int = 0
    false: int = 0


@dataclass(slots=True)
class Outcome:
    """Of one clip. wrong: false findings and whom they met; missed: what nobody was accused of; lesser: true findings
    of less than was done."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    wrong: list[tuple[Found, int | None]] = field(default_factory=list)
    missed: list[Committed] = field(default_factory=list)
    undecided: list[Found] = field(default_factory=list)
    lesser: int = 0
    plates: dict[str, int] = field(default_factory=dict)


def family(offence: str) -> str:
    return next((name for name in FAMILIES if offence.startswith(name)), offence)


def accused(found: Found, tracks: Rows, truth: Rows, fps: float) -> int | None:
    """The true vehicle that a finding means; None where its box lies on nobody."""
    frames, boxes = tracks.of(found.track)
    near = np.abs(frames - found.at_s * fps) <= fps / 2
    if not near.any():
        near = np.abs(frames - found.at_s * fps) == np.abs(frames - found.at_s * fps).min(initial=np.inf)
    sums: dict[int, float] = {}
    for frame, box in zip(frames[near].tolist(), boxes[near], strict=True):
        rows = np.flatnonzero(truth.frame == frame)
        for who, share in zip(truth.who[rows].tolist(), overlap(box, truth.xyxy_px[rows]).tolist(), strict=True):
            sums[who] = sums.get(who, 0.0) + share
    best = max(sums, key=sums.__getitem__, default=None)
    return best if best is not None and sums[best] >= LEAST_OVERLAP * int(near.sum()) else None


def overlap(box: F32, others: F32) -> F64:
    """(n,) intersection over union of one box with each of (n, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    inner = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    return np.asarray(inner / np.maximum(area - inner, 1e-9), np.float64)


def judge(found: Sequence[Found], committed: Sequence[Committed], tracks: Rows, truth: Rows, fps: float) -> Outcome:
    """Every finding in order of time against every offence."""
    outcome = Outcome()
    open_ones = list(committed)
    for done in committed:
        if done.judged:
            outcome.tallies.setdefault(family(done.offence), Tally()).committed += 1
    for one in sorted(found, key=lambda each: each.at_s):
        who = accused(one, tracks, truth, fps)
        met = next((each for each in open_ones if each.number == who and _is(one, each)), None)
        if met is None:
            outcome.tallies.setdefault(family(one.offence), Tally()).false += 1
            outcome.wrong.append((one, who))
        elif not met.judged:
            outcome.undecided.append(one)
        else:
            open_ones.remove(met)
            outcome.tallies[family(met.offence)].true += 1
            outcome.lesser += family(one.offence) != family(met.offence)
            _compare_plates(outcome, one, met)
    outcome.missed = [each for each in open_ones if each.judged]
    return outcome


def _is(found: Found, committed: Committed) -> bool:
    in_time = committed.since_s - EARLY_S <= found.at_s <= committed.until_s + LATE_S
    named, done = family(found.offence), family(committed.offence)
    return in_time and done in {named, LESSER.get(named)}


def _compare_plates(outcome: Outcome, found: Found, committed: Committed) -> None:
    if committed.plate is None:
        said = "covered" if found.plate is None else "invented"
    else:
        said = "abstained" if found.plate is None else "right" if found.plate == committed.plate else "wrong"
    outcome.plates[said] = outcome.plates.get(said, 0) + 1


def add_up(outcomes: Sequence[Outcome]) -> dict[str, Tally]:
    """By offence, in order of name."""
    total: dict[str, Tally] = {}
    for outcome in outcomes:
        for offence, tally in outcome.tallies.items():
            sum_ = total.setdefault(offence, Tally())
            sum_.committed += tally.committed
            sum_.true += tally.true
            sum_.false += tally.false
    return dict(sorted(total.items()))
