"""Driving in a lane that is for buses, in the hours in which it is."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits, judge_drive

OFFENCE = "bus_lane"
DOUBTS = (
    Doubt.PERMIT_UNSEEN,
    Doubt.ACCESS_UNSEEN,
    Doubt.KIND_BY_PICTURE,
)


def bus_lane(drive: Drive, limits: DriveLimits, around: Circumstances) -> Verdict:
    """Accuse only of a long way along the lane, all of it surely within the hours on the sign.

    Scene: a lane, and a rule that names the kinds not allowed in it and its hours. What has been taken for a bus a
    moment before is not accused of being none.
    """
    return judge_drive(OFFENCE, drive, limits, around, DOUBTS)
