"""What speaks for whoever is judged, whatever the offence: hours, an officer, an ambulance, a camera that moved."""

from collections.abc import Sequence

from violations.rules.accusation import Doubt, Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.hours import held_for_s
from vision.geometry.rules import Hours

# A clock that is wrong by more makes the moment doubtful; media time, by which all is measured, stays right.
LARGEST_CLOCK_ERROR_S = 0.1


def in_hours(hours: Sequence[Hours], around: Circumstances, lasted_s: float = 0.0) -> bool | None:
    """Whether a rule was surely in force all of the last `lasted_s` seconds; None where nobody knows how late it is."""
    if hours and (around.local is None or around.clock_error_s is None):
        return None
    held_s = held_for_s(hours, around)
    return held_s > 0 and held_s >= lasted_s


def exempted(
    around: Circumstances, hours: Sequence[Hours] = (), lasted_s: float = 0.0, *, traffic: bool = True
) -> Withheld | None:
    """What keeps anybody from being accused of what took the last `lasted_s` seconds; None for nothing.

    traffic: whether an officer's hand or a passing ambulance could explain the offence.
    """
    if around.view_moved:
        return Withheld.VIEW_MOVED
    if traffic and around.officer:
        return Withheld.OFFICER
    if traffic and around.priority_near:
        return Withheld.PRIORITY_NEAR
    return None if in_hours(hours, around, lasted_s) else Withheld.HOURS_UNSURE


def doubts_of(around: Circumstances, *, traffic: bool = True) -> tuple[Doubt, ...]:
    """What a person has to look at in every case, whatever the offence."""
    unseen = (Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN) if traffic else ()
    error_s = around.clock_error_s
    sure = error_s is not None and error_s <= LARGEST_CLOCK_ERROR_S
    return unseen if sure else (*unseen, Doubt.CLOCK_UNSURE)
