"""Riding or driving where one walks."""

from dataclasses import dataclass
from math import isfinite

from violations.rules.accusation import NO_OFFENCE, Doubt, Verdict
from violations.rules.circumstances import Circumstances
from violations.rules.drive import Drive, DriveLimits, judge_drive

OFFENCE = "pavement"
DOUBTS = (Doubt.ACCESS_UNSEEN,)


@dataclass(frozen=True, slots=True)
class PavementLimits:
    """
    drive        as for every way inside
    slowest_mps  below this a motorbike is perhaps pushed by somebody who walks beside it
    vaguest      a speed whose error is more than this share of it was not measured
    fastest_mps  above this the speed is a mistake of ours
    """

    drive: DriveLimits
    slowest_mps: float = 3.0
    vaguest: float = 0.5
    fastest_mps: float = 40.0

    def __post_init__(self) -> None:
        numbers = (self.slowest_mps, self.vaguest, self.fastest_mps)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"PavementLimits: wanted numbers of 0 or more, found {numbers}")


def pavement(drive: Drive, limits: PavementLimits, around: Circumstances) -> Verdict:
    """Accuse only whoever surely drove: longer and faster than anybody pushes a motorbike across to park it.

    Scene: a zone of the pavement, and a calibration: without metres nobody can tell riding from pushing.
    """
    return judge_drive(OFFENCE, drive, limits.drive, around, DOUBTS) if _rode(drive, limits) else NO_OFFENCE


def _rode(drive: Drive, limits: PavementLimits) -> bool:
    speed_mps, error_mps = drive.speed_mps, drive.speed_error_mps
    if speed_mps is None or error_mps is None:
        return False
    measured = error_mps <= limits.vaguest * speed_mps and speed_mps + error_mps <= limits.fastest_mps
    return measured and speed_mps - error_mps >= limits.slowest_mps
