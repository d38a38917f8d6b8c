"""More than two on a motorbike."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Accusation, Doubt, Occurrence, Verdict, Withheld, decide
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import doubts_of, exempted
from violations.rules.hours import perhaps_hold
from vision.events.bodies import Measure
from vision.geometry.rules import Hours
from vision.vehicles import KindName

OFFENCE = "passengers"
TWO, THREE_OR_MORE = "two_passengers", "three_passengers"
LAWFUL = 2


@dataclass(frozen=True, slots=True)
class Load:
    """How many heads were counted on one motorbike over independent looks at it, with nothing near that lends a head.

    showed    element k: how many of the looks surely show at least k + 1 heads, well apart; so it never rises
    looks     good looks in all
    """

    who: Occurrence
    showed: tuple[int, ...]
    looks: int


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """
    kinds     whom the rule binds; hours: when it holds, empty for always
    looks     so many looks must show that many heads,
    share     and this share of all good ones: people hide one another from behind, so that most looks may show fewer,
              while a look that shows more than there are is rare
    """

    kinds: frozenset[KindName] = frozenset({"motorbike"})
    hours: tuple[Hours, ...] = ()
    looks: int = 3
    share: float = 0.4

    def __post_init__(self) -> None:
        if not all(isfinite(number) and number >= 0 for number in (self.looks, self.share)):
            raise ValueError(f"LoadLimits: wanted numbers of 0 or more, found {(self.looks, self.share)}")


def passengers(load: Load, limits: LoadLimits, around: Circumstances) -> Verdict:
    """Accuse of as many passengers as enough looks surely show; in doubt of fewer, or of none.

    Scene: nothing but the rule; a zone where one is named.
    """
    if load.who.vehicle not in limits.kinds or not perhaps_hold(limits.hours, around):
        return NO_OFFENCE
    persons = _persons(load, limits)
    if persons <= LAWFUL:
        tried = len(load.showed) > LAWFUL and load.showed[LAWFUL] >= limits.looks
        return Verdict(withheld=Withheld.HEADS_DISAGREE) if tried else NO_OFFENCE
    measures = (
        Measure(name="persons", value=float(persons), error=0.0, unit="persons"),
        Measure(name="looks_with_so_many", value=float(load.showed[persons - 1]), error=0.0, unit="looks"),
        Measure(name="good_looks", value=float(load.looks), error=0.0, unit="looks"),
    )
    doubts = (*doubts_of(around, traffic=False), Doubt.EMERGENCY_UNSEEN, Doubt.CHILD_UNDER_SIX)
    offence = TWO if persons == LAWFUL + 1 else THREE_OR_MORE
    return decide(Accusation(offence, measures, doubts), exempted(around, limits.hours, traffic=False))


def _persons(load: Load, limits: LoadLimits) -> int:
    """The most heads that enough looks agree on."""
    enough = [
        heads
        for heads, looks in enumerate(load.showed, start=1)
        if looks >= limits.looks and looks >= limits.share * load.looks
    ]
    return max(enough, default=0)
