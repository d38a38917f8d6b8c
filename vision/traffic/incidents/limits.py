"""Where doubt ends and an incident begins.

Ways are in bodies: one body is the square root of the box's area, one to three metres for anything from a rider to a
car, so the limits hold near and far and need no calibration. In doubt nothing is said.
"""

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class IncidentLimits:
    """
    foot_error         two deviations of a box's edge, bodies; never below foot_error_px
    wrong_way_bodies   net way against the arrow, less its error, that the whole box must have gone
    wrong_way_steps    looks it must be spread over: a box that jumps to the rider behind goes far in one
    wrong_way_body_px  least size of a box: in a smaller one nobody can be told from a mark of the road
    wrong_way_deg      greatest angle, error included, between the way and the arrow turned round
    doubt_arrow_from   so many against the arrow, more than with it, and the arrow itself is in doubt: nobody is named
    standing_bodies    a box that stays within this of one place stands
    standing_s         for so long, before it counts as standing at all
    stopped_s          for so long, before one that no queue holds is a stopped vehicle
    queue_gap_bodies   from foot to foot; as near to a stop line or the lane's end, something unseen may hold it
    spill_back_queue   vehicles standing in one chain that reaches the zone
    spill_back_s       for so long
    jam_bodies_per_s   mean speed below this, error included, and
    jam_occupied       this share of the lane's length occupied, error included,
    jam_vehicles       by at least so many,
    jam_s              for longer than any red lasts
    over_s             an incident of which nothing was seen for so long is over
    """

    foot_error: float = 0.05
    foot_error_px: float = 1.5
    wrong_way_bodies: float = 2.0
    wrong_way_steps: float = 5.0
    wrong_way_body_px: float = 20.0
    wrong_way_deg: float = 45.0
    doubt_arrow_from: int = 3
    standing_bodies: float = 0.4
    standing_s: float = 3.0
    stopped_s: float = 30.0
    queue_gap_bodies: float = 4.0
    spill_back_queue: int = 3
    spill_back_s: float = 5.0
    jam_bodies_per_s: float = 0.5
    jam_occupied: float = 0.5
    jam_vehicles: int = 4
    jam_s: float = 120.0
    over_s: float = 10.0

    def __post_init__(self) -> None:
        for column in fields(self):
            value = getattr(self, column.name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"IncidentLimits.{column.name}: wanted a number above 0, found {value}")
