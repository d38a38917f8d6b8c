"""The shots of a track vote on its plate: the grammar narrows what they propose, and doubt abstains."""

from collections import Counter
from collections.abc import Iterable, Sequence

from vision.plates.ballot import Ballot
from vision.plates.count import count, ground_of
from vision.plates.doubts import Case, ShotSaid, VoteLimits, borne_by, why_not
from vision.plates.grammar import Grammar
from vision.plates.voted import Alternative, Stray, VotedPlate, WhyNoPlate
from vision.vehicles import KindName


def vote(
    said: Sequence[ShotSaid],
    vehicle: KindName,
    grammar: Grammar,
    rejected: Iterable[Stray] = (),
    limits: VoteLimits | None = None,
) -> VotedPlate:
    """The plate of a vehicle of that kind; abstained wherever something speaks against it.

    said: the shots of one track, in the order of time, that show its own plate. rejected: plates that were not its own.
    No text is ever made of a character that no shot proposed in that place.
    """
    limits = limits or VoteLimits()
    shots = tuple(one.read for one in said)
    strays = tuple(sorted(Counter(rejected).items()))
    ballot = count([one.looks for one in said])
    if ballot is None:
        return VotedPlate(None, _why_nothing(said, strays), shots=shots, rejected=strays)
    ballot, (best, *others) = _narrowed(ballot, vehicle, grammar, limits)
    ground, sure = ground_of([one.looks for one in said])
    case = Case(best, ballot, said, vehicle, ground if sure >= limits.sure_ground else None, grammar, limits)
    why = why_not(case)
    return VotedPlate(
        text=None if why else best.text,
        why_abstained=why,
        characters=ballot.characters(best.text),
        alternatives=(best, *others)[: limits.alternatives],
        formats=tuple(one.name for one in case.formats),
        ground=ground,
        ground_confidence=sure,
        shots=shots,
        rejected=strays,
    )


def _why_nothing(said: Sequence[ShotSaid], strays: Sequence[tuple[Stray, int]]) -> WhyNoPlate:
    if said:
        return WhyNoPlate.UNREADABLE
    return WhyNoPlate.NOT_ITS_OWN if strays else WhyNoPlate.NO_PLATE_FOUND


def _narrowed(
    ballot: Ballot, vehicle: KindName, grammar: Grammar, limits: VoteLimits
) -> tuple[Ballot, list[Alternative]]:
    """All texts, the likeliest first; ahead of them the likeliest this vehicle can bear, if it is nearly as likely.

    The ballot is then that of its lookalikes, too.
    """
    every = ballot.alternatives()
    known = [one for one in every if grammar.standing(one.rows)]
    fitting = [one for one in known if borne_by(grammar.standing(one.rows), vehicle)] or known
    if not fitting:
        return ballot, list(every)
    text = fitting[0].text
    folded = ballot.folded(text, grammar.lookalikes, lambda other: bool(grammar.standing(ballot.rows(other))))
    every = folded.alternatives()
    best = next(one for one in every if one.text == text)
    if best.confidence < limits.overturn * every[0].confidence:
        return ballot, list(ballot.alternatives())
    return folded, [best, *(one for one in every if one is not best)]
