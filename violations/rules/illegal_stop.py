"""Stopping where one may not stop."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.stand import Stand, StandLimits, judge_stand

OFFENCE = "illegal_stop"
DOUBTS = (Doubt.PERMIT_UNSEEN, Doubt.BREAKDOWN_UNSEEN)


def illegal_stop(stand: Stand, limits: StandLimits, around: Circumstances) -> Verdict:
    """Accuse only whoever stood longer than `after_s` with nothing near that may have held him.

    Scene: a zone, and a rule with `after_s` and its hours.
    """
    return judge_stand(OFFENCE, stand, limits, around, DOUBTS)
