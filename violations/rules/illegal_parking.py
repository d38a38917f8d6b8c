"""Parking where one may not park."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.stand import Stand, StandLimits, judge_stand

OFFENCE = "illegal_parking"
DOUBTS = (Doubt.PERMIT_UNSEEN, Doubt.BREAKDOWN_UNSEEN)


def illegal_parking(stand: Stand, limits: StandLimits, around: Circumstances) -> Verdict:
    """Accuse only whoever stood longer than `after_s`, the timer of the place, with nothing near that may hold him.

    Scene: a zone, and a rule with `after_s` and its hours. Of a row of parked cars only one with nobody ahead of it is
    accused: from the others a queue cannot be told.
    """
    return judge_stand(OFFENCE, stand, limits, around, DOUBTS)
