"""What is told of a vehicle that stands in a zone, and what every rule about that asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import Hours
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class Stand:
    """One vehicle that has not left its place, its whole lower edge surely inside the zone.

    who        since_s: when it came to stand there
    stood_s    for so long it was seen to stand; the time in which it was hidden, or perhaps another one, is not in it
    free_s     of that, the time in which nothing that may hold it was near: a queue, a stop line, the end of a lane
    error_s    two deviations of both
    kind_s     for how long it has been taken for the same kind without a break
    """

    who: Occurrence
    stood_s: float
    free_s: float
    error_s: float
    kind_s: float

    @property
    def lasted_s(self) -> float:
        return self.who.at_s + self.who.at_error_s - self.who.since_s


@dataclass(frozen=True, slots=True)
class StandLimits:
    """
    kinds      whom the rule binds
    after_s    so long one may stand
    hours      when it holds; empty: always
    kind_s     for so long it must have been taken for the same kind
    """

    kinds: frozenset[KindName]
    after_s: float
    hours: tuple[Hours, ...] = ()
    kind_s: float = 1.0

    def __post_init__(self) -> None:
        if not all(isfinite(number) and number >= 0 for number in (self.after_s, self.kind_s)):
            raise ValueError(f"StandLimits: wanted numbers of 0 or more, found {(self.after_s, self.kind_s)}")


def judge_stand(
    offence: str,
    stand: Stand,
    limits: StandLimits,
    around: Circumstances,
    doubts: Sequence[Doubt],
    *,
    even_if_held: bool = False,
) -> Verdict:
    """Accuse of standing longer than one may, whatever the error; conditions are such that a NaN fails them.

    even_if_held: to be held by a queue is no excuse. All of the stand must lie within the hours, so that whoever stood
    there before they began is let go.
    """
    if stand.who.vehicle not in limits.kinds or not stand.stood_s - stand.error_s >= limits.after_s:
        return NO_OFFENCE
    if not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    stood_s = stand.stood_s if even_if_held else stand.free_s
    stood = Measure(name="standing", value=stood_s, error=stand.error_s, unit="s")
    allowed = Measure(name="standing_allowed", value=limits.after_s, error=0.0, unit="s")
    return decide(
        Accusation(offence, (stood, allowed), (*doubts_of(around), *doubts)),
        exempted(around, limits.hours, stand.lasted_s),
        None if stood_s - stand.error_s >= limits.after_s else Withheld.SOMETHING_STOOD,
        None if stand.kind_s >= limits.kind_s else Withheld.KIND_UNSURE,
    )
