"""Standing in the box of a junction, which is kept free whatever the queue ahead does."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.stand import Stand, StandLimits, judge_stand

OFFENCE = "box_blocking"
DOUBTS = (Doubt.TURN_WAIT, Doubt.BREAKDOWN_UNSEEN)


def box_blocking(stand: Stand, limits: StandLimits, around: Circumstances) -> Verdict:
    """Accuse whoever stood in the box longer than `after_s`: a queue ahead is why one must not enter, no excuse.

    Scene: a zone over the junction, and a rule with `after_s`, longer than anybody waits there to turn.
    """
    return judge_stand(OFFENCE, stand, limits, around, DOUBTS, even_if_held=True)
