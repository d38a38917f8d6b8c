"""Whose desk a case goes to: the lowest office that may impose the fine on the day of the decision."""

from collections.abc import Iterable
from datetime import datetime

from violations.cases.case import Case
from violations.law.fine_range import FineRange
from violations.law.powers import NoPower, Power, who_may_fine


def office_for(case: Case, now: datetime) -> Power | NoPower:
    """NoPower, which is false, where the amount or the powers are not known, or nobody's reach that far."""
    if case.fine is None:
        return NoPower(f"case {case.id}: wanted an amount in the law's data to find the office, found none")
    return who_may_fine(case.fine, now)


def office_for_file(fines: Iterable[FineRange], now: datetime) -> Power | NoPower:
    """Offences joined in one file are each judged by their own amount: the office of the largest decides them all.

    That amounts are not added up for the power is our reading; it is shown beside the office.
    """
    largest = max(fines, key=lambda one: one.to_vnd, default=None)
    return who_may_fine(largest, now) if largest else NoPower("no offence with an amount: nobody to send it to")
