"""A turn that a sign or an arrow allows while the lamp is red: by default nobody may, and each approach says its own.

The signs code (QCVN 41:2024) lets vehicles turn right at red only where a sign or a lamp says so; its exact wording was
not at hand, so that what is allowed stands in the scene and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from violations.rules.accusation import NO_OFFENCE, Verdict, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.exemptions import in_hours
from violations.rules.hours import perhaps_hold
from vision.geometry.rules import MOTOR_KINDS, Hours
from vision.vehicles import KindName

MISTAKEN: frozenset[KindName] = frozenset({"car", "bus", "truck"})
"""Kinds that a camera takes for each other: vans, pick-ups, minibuses."""


@dataclass(frozen=True, slots=True)
class AllowedTurn:
    """movement: its name in the scene. kinds, hours: whom the sign allows it, and when; empty hours: always."""

    movement: str
    kinds: frozenset[KindName] = frozenset(MOTOR_KINDS)
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """The way by which a vehicle left the junction.

    movements  those that enter where it did and leave where it left; more than one where they share their exit
    surely     its wheels were seen at the exit, and it was surely one vehicle all the way from the stop line
    """

    movements: frozenset[str]
    surely: bool


def perhaps_allowed(vehicle: KindName, allowed: Sequence[AllowedTurn], around: Circumstances) -> bool:
    """Whether somebody who enters at red may be about to make a turn that he is perhaps allowed."""
    return bool(_open(vehicle, allowed, around))


def turned_as_allowed(
    vehicle: KindName, taken: Taken | None, allowed: Sequence[AllowedTurn], around: Circumstances
) -> Verdict | None:
    """NO_OFFENCE for whoever surely turned as allowed, a doubt where that is possible; None: no turn excuses him."""
    perhaps = _open(vehicle, allowed, around)
    if not perhaps:
        return None
    if taken is None:
        return Verdict(withheld=Withheld.TURN_UNSEEN)
    mine = [turn for turn in perhaps if turn.movement in taken.movements]
    if not taken.surely:
        return Verdict(withheld=Withheld.TRACK_UNSURE)
    if not mine:
        return None
    if any(vehicle in turn.kinds and in_hours(turn.hours, around) for turn in mine):
        return NO_OFFENCE
    named = any(vehicle in turn.kinds for turn in mine)
    return Verdict(withheld=Withheld.HOURS_UNSURE if named else Withheld.KIND_UNSURE)


def _open(vehicle: KindName, allowed: Sequence[AllowedTurn], around: Circumstances) -> list[AllowedTurn]:
    """The turns that perhaps are open to a vehicle of about that kind at about that time."""
    alike = MISTAKEN if vehicle in MISTAKEN else frozenset({vehicle})
    return [turn for turn in allowed if alike & turn.kinds and perhaps_hold(turn.hours, around)]
