"""Where a look leads: how many people a case needs, and what their verdicts come to together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from violations.cases.case import Case, Look
from violations.cases.desk_rules import DeskRules
from violations.cases.plate_text import plate_key
from violations.cases.second_look import chosen
from violations.cases.states import CaseState, Verdict

TWO = 2


class SecondPerson(StrEnum):
    """Why one acceptance is not enough. The values are translation keys."""

    PLATE_EDITED = "plate_edited"
    DOUBT_OVERRULED = "doubt_overruled"
    LARGE_FINE = "large_fine"


def why_two_people(case: Case, rules: DeskRules) -> tuple[SecondPerson, ...]:
    """Empty where one person may accept it. An amount the law does not tell is taken to be large."""
    above = rules.two_people_above_vnd
    reasons = {
        SecondPerson.PLATE_EDITED: case.plate_edited,
        SecondPerson.DOUBT_OVERRULED: bool(set(case.doubts) - rules.routine_doubts),
        SecondPerson.LARGE_FINE: above is not None and (case.fine is None or case.fine.to_vnd > above),
    }
    return tuple(why for why, holds in reasons.items() if holds)


def goes_blind(case: Case, rules: DeskRules) -> bool:
    return chosen(case.id, rules.blind_secret, rules.blind_share)


def looks_blind(case: Case, rules: DeskRules) -> bool:
    """Whether the next person must not see the looks before theirs: the second of a case that was chosen for it."""
    return goes_blind(case, rules) and len(_deciding(case.looks)) < TWO


def needs_supervisor(case: Case, rules: DeskRules) -> bool:
    """Two blind looks that differ, in the verdict or in the plate they accept: a third person of rank decides."""
    looks = _deciding(case.looks)
    if not goes_blind(case, rules) or len(looks) != TWO:
        return False
    first, second = looks
    return first.verdict is not second.verdict or (first.verdict is Verdict.ACCEPT and not _same_plate(first, second))


def after_verdict(case: Case, rules: DeskRules) -> CaseState:
    """Where the case goes with its last look, which accepts or rejects.

    A rejection stands alone: nobody is fined whom somebody let go. An acceptance stands when as many people as the
    case needs accepted it for the plate it has now.
    """
    if (goes_blind(case, rules) and len(_deciding(case.looks)) < TWO) or needs_supervisor(case, rules):
        return CaseState.NEEDS_ANOTHER_LOOK
    if case.looks[-1].verdict is Verdict.REJECT:
        return CaseState.REJECTED
    return CaseState.ACCEPTED if accepted_by_enough(case, rules) else CaseState.NEEDS_ANOTHER_LOOK


def accepted_by_enough(case: Case, rules: DeskRules) -> bool:
    """Whether as many people as the case needs accepted it for the plate it has now."""
    agreed = {
        look.who
        for look in case.looks
        if look.verdict is Verdict.ACCEPT and plate_key(look.plate) == plate_key(case.plate)
    }
    return len(agreed) >= (TWO if why_two_people(case, rules) else 1)


def blind_plate(case: Case, said: str | None) -> str | None:
    """The plate a blind look is given for: as said, else as the machine read it, for that is all the person saw."""
    return case.machine_plate if said is None else said.strip() or None


def agreed_plate(looks: Sequence[Look], stands: str | None) -> str | None:
    """The plate after these looks: what two people accepted who could not see each other's, else what stood before."""
    deciding = _deciding(looks)
    if len(deciding) != TWO or not deciding[1].blind or any(look.verdict is not Verdict.ACCEPT for look in deciding):
        return stands
    agrees = _same_plate(*deciding) and plate_key(deciding[0].plate) != plate_key(stands)
    return deciding[0].plate if agrees else stands


@dataclass(frozen=True, slots=True)
class Judgement:
    """What two blind looks are compared by. plate: the key of the accepted one where it is not as the machine read
    it; None for that reading, and for a verdict that accepts none. Case by case plates differ, so counted as they
    are, chance would never seem to agree and kappa would flatter."""

    verdict: Verdict
    plate: str | None = None


JudgedCase = tuple[str | None, Sequence[Look]]
"""The machine's reading of a case's plate, and the looks at it, oldest first."""


def blind_pairs(cases: Sequence[JudgedCase]) -> list[tuple[Judgement, Judgement]]:
    """(first, second) judgement of every case whose second look was blind: what `agreement` measures."""
    deciding = [(read, _deciding(looks)) for read, looks in cases]
    return [
        (_judgement(looks[0], read), _judgement(looks[1], read))
        for read, looks in deciding
        if len(looks) >= TWO and looks[1].blind
    ]


def _judgement(look: Look, read: str | None) -> Judgement:
    key = plate_key(look.plate)
    corrected = look.verdict is Verdict.ACCEPT and key != plate_key(read)
    return Judgement(look.verdict, (key or "") if corrected else None)


def _same_plate(one: Look, other: Look) -> bool:
    return plate_key(one.plate) == plate_key(other.plate)


def _deciding(looks: Sequence[Look]) -> list[Look]:
    return [look for look in looks if look.decides]
