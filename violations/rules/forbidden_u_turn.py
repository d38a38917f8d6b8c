"""Making a U-turn that a sign forbids."""

from violations.rules.accusation import Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.turn import Turned, TurnLimits, judge_turn

OFFENCE = "forbidden_u_turn"


def forbidden_u_turn(turned: Turned, limits: TurnLimits, around: Circumstances) -> Verdict:
    """Accuse whoever entered over the movement's first line and left over its second, in one unbroken way."""
    return judge_turn(OFFENCE, turned, limits, around)
