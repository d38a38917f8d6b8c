"""Driving where one's kind may not, always or in its hours: no-entry signs, truck bans, clean-air zones."""

from violations.rules.accusation import Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits, judge_drive

OFFENCE = "no_entry"
DOUBTS = (Doubt.PERMIT_UNSEEN, Doubt.KIND_BY_PICTURE)


def no_entry(drive: Drive, limits: DriveLimits, around: Circumstances) -> Verdict:
    """Accuse only of a way that was driven inside, all of it surely within the hours: to stand there proves no entry.

    Scene: a zone, and a rule that names the kinds it is closed to and its hours. A picture shows a truck, neither its
    weight nor its fuel nor its permit: that is for the reviewer.
    """
    return judge_drive(OFFENCE, drive, limits, around, DOUBTS)
