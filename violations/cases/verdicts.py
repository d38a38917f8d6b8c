"""Where a look leads: how many people a case needs, and what their verdicts come to together. Pure."""

from collections.abc import Sequence
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
    """Two blind looks that differ: a third person of rank decides."""
    looks = _deciding(case.looks)
    return goes_blind(case, rules) and len(looks) == TWO and looks[0].verdict is not looks[1].verdict


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


def blind_pairs(cases: Sequence[Sequence[Look]]) -> list[tuple[Verdict, Verdict]]:
    """(first, second) verdict of every case whose second look was blind: what `agreement` measures."""
    deciding = [_deciding(looks) for looks in cases]
    return [(looks[0].verdict, looks[1].verdict) for looks in deciding if len(looks) >= TWO and looks[1].blind]


def _deciding(looks: Sequence[Look]) -> list[Look]:
    return [look for look in looks if look.decides]
