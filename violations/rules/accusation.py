"""What a rule says when it accuses, and what still speaks for the driver."""

from dataclasses import dataclass
from enum import StrEnum

from vision.events.bodies import Direction, Measure
from vision.vehicles import KindName


class Doubt(StrEnum):
    """Reasons not to fine that a rule cannot rule out from what it is given: a person looks at each.

    The values travel in `Finding.reasons_not_to_fine` and are translation keys.
    """

    OFFICER_UNSEEN = "officer_unseen"  # an officer's hand outranks the light; no rule sees hands
    PRIORITY_UNSEEN = "priority_unseen"  # an ambulance or fire engine on duty is exempt; no rule sees that either
    LAMP_FROM_FILE = "lamp_from_file"  # the lamp was written down, not reported by its controller
    LAMP_FROM_IMAGE = "lamp_from_image"  # the lamp was read from the picture, not reported by its controller
    SOON_AFTER_RED = "soon_after_red"  # late by less than twice the grace: the driver may have been unable to stop


class Withheld(StrEnum):
    """Doubts so great that a rule accuses nobody, though all else speaks for an accusation."""

    VIEW_MOVED = "view_moved"  # the camera perhaps looked elsewhere: the line lay elsewhere, and metres were no metres
    FOOT_HIDDEN = "foot_hidden"  # a nearer vehicle perhaps covered the wheels: nobody saw where they were


@dataclass(frozen=True, slots=True)
class Accusation:
    """An offence, the measures it rests on with their errors, and the reasons for a person to let it go."""

    offence: str
    measures: tuple[Measure, ...]
    reasons_not_to_fine: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Who did, where and when, what a rule judges: what every fact has in common.

    place: the name of the line, lane, marking, movement or zone in the scene. since_s: when it began, at_s: the moment
    that shows it best, known to ± at_error_s; media seconds.
    """

    track: int
    vehicle: KindName
    place: str
    since_s: float
    at_s: float
    at_error_s: float
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one fact: an accusation, or the doubt that alone kept it from one, or neither."""

    accusation: Accusation | None = None
    withheld: Withheld | None = None


NO_OFFENCE = Verdict()
