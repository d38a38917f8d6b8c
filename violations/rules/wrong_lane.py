"""Driving in a lane that is not for one's kind: a motorbike in the lane of cars, a car in the lane of motorbikes."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits, judge_drive

OFFENCE = "wrong_lane"
DOUBTS = (Doubt.ACCESS_UNSEEN, Doubt.KIND_BY_PICTURE)


def wrong_lane(drive: Drive, limits: DriveLimits, around: Circumstances) -> Verdict:
    """Accuse only of a long way along the lane, with the whole box inside and nothing near that stood in the own lane.

    Scene: a lane, and a rule that names the kinds not allowed in it. Whoever only crosses the lane makes no way along
    it; whoever changes to it near its end or rides on its edge is not surely inside (`Drive`).
    """
    return judge_drive(OFFENCE, drive, limits, around, DOUBTS)
