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
    PUSHED_BY_QUEUE = "pushed_by_queue"  # somebody was close behind, or the queue ahead stood: stopping was hard
    CLOCK_UNSURE = "clock_unsure"  # the clock is wrong by more than a tenth of a second, or nobody knows by how much
    PLATE_AMBIGUOUS = "plate_ambiguous"  # the plate could not be read for sure
    ARROW_ALONE = "arrow_alone"  # nobody was seen to follow the lane's arrow: that it is right rests on the scene alone
    WAY_ROUND = "way_round"  # perhaps driven around something that no camera sees
    LIMIT_IN_FORCE = "limit_in_force"  # that no other sign held on that day rests on the scene alone
    KIND_BY_PICTURE = "kind_by_picture"  # what a vehicle is stands in its papers; a camera tells what it looks like
    PERMIT_UNSEEN = "permit_unseen"  # a permit, an exempt kind of drive or a service on duty cannot be seen
    ACCESS_UNSEEN = "access_unseen"  # perhaps on the way into a gate, a yard or a parking place that lies behind
    BREAKDOWN_UNSEEN = "breakdown_unseen"  # a breakdown, an accident or a sick driver may have held it
    TURN_WAIT = "turn_wait"  # perhaps waiting to turn, as one may inside the junction
    CHILD_UNDER_SIX = "child_under_six"  # a child under six is exempt as a passenger; no camera knows ages
    EMERGENCY_UNSEEN = "emergency_unseen"  # somebody hurt or an offender may be carried as the law allows
    PLATE_PERHAPS_CLONED = "plate_perhaps_cloned"  # two vehicles seem to bear the plate: the owner may be innocent
    PLATE_HIDDEN_BY_CHANCE = "plate_hidden_by_chance"  # mud, luggage or glare may hide a plate without anybody's doing


class Withheld(StrEnum):
    """Doubts so great that a rule accuses nobody, though all else speaks for an accusation."""

    VIEW_MOVED = "view_moved"  # the camera perhaps looked elsewhere: the line lay elsewhere, and metres were no metres
    FOOT_HIDDEN = "foot_hidden"  # a nearer vehicle perhaps covered the wheels: nobody saw where they were
    LAMP_UNKNOWN = "lamp_unknown"  # nobody knows what the lamp showed
    ON_LINE_AT_YELLOW = "on_line_at_yellow"  # on or past the line when yellow began: one may drive on, and clear it
    YELLOW_UNSEEN = "yellow_unseen"  # where it was when yellow, or red without one, began, nobody saw
    STOPPED_PAST_LINE = "stopped_past_line"  # it perhaps stopped just beyond the line: that is another offence
    PUSHED_BY_QUEUE = "pushed_by_queue"  # the queue stood before it, or it was boxed in: it could not leave
    ARROW_DOUBTED = "arrow_doubted"  # most go against the lane's arrow: the scene is wrong, not the drivers
    TRACK_UNSURE = "track_unsure"  # out of sight too long, or leaping too far, to be surely one and the same vehicle
    PLATE_UNSURE = "plate_unsure"  # two sightings count as one vehicle's only where both plates were surely read
    OFFICER = "officer"  # an officer directs the traffic: what signs and lamps say does not count
    PRIORITY_NEAR = "priority_near"  # a vehicle on an emergency task perhaps passes: others make way as they can
    HOURS_UNSURE = "hours_unsure"  # the clock is not known, or may be wrong by more than is left to the hours' ends
    SOMETHING_STOOD = "something_stood"  # whoever drives around what stands, or waits behind it, has a reason
    KIND_UNSURE = "kind_unsure"  # the vehicle was taken for another kind a moment before
    HEADS_DISAGREE = "heads_disagree"  # the looks at the riders contradict each other, or there are too few
    ROLE_UNSURE = "role_unsure"  # whether the bare head is the driver's or the passenger's
    TURN_UNSEEN = "turn_unseen"  # a sign allows a turn on red here, and nobody saw where the vehicle went
    CLOCKS_UNKNOWN = "clocks_unknown"  # nobody said how far the clocks of the two cameras may be apart
    PLATE_CLONED = (
        "plate_cloned"  # the plate was seen where one vehicle cannot have been: whose way it was is not known
    )
    PLATE_PERHAPS_SEEN = "plate_perhaps_seen"  # some view perhaps shows a plate after all


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


def decide(accusation: Accusation, *doubts: Withheld | None) -> Verdict:
    """The accusation, unless one of the doubts (None: none) withholds it; the first is named."""
    for doubt in doubts:
        if doubt is not None:
            return Verdict(withheld=doubt)
    return Verdict(accusation)
