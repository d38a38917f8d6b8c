"""Traffic facts: what passed, what stood and how well it flowed in [since_s, until_s), each number with its error.

Every error is a half-width at two deviations: nineteen times in twenty the truth lies inside, for the part of the
interval that was watched. What nobody watched is not in it: `coverage` says how much that was.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vision.events.bodies import Body, Direction, Fraction, Name, NotNegative
from vision.pcu import PcuUnit
from vision.vehicles import KindName

Grade = Literal["A", "B", "C", "D", "E", "F"]


class Figure(Body):
    """One number. value None: not known, and `why` is a sentence that says what is missing.

    error: see above; None only where value is. n: how many vehicles, frames or cycles it rests on; None: not counted.
    """

    value: float | None = None
    error: NotNegative | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _known_or_not(self) -> Self:
        if (self.value is None) != (self.error is None) or (self.value is None) != (self.why is not None):
            raise ValueError(
                f"wanted a value with its error, or a reason why there is none, "
                f"found value {self.value}, error {self.error}, why {self.why!r}"
            )
        return self


Volumes = dict[KindName, Figure]
"""By kind; a kind not seen is left out. Vehicles are all kinds but pedestrians."""


class FactsBody(Body):
    """coverage: share of the time in which frames were really analysed. pcu_table: the named table of every `…_pcu`.

    pcu_unit: pcu for passenger cars, mcu where that table counts in motorbikes. view_moved: as in `Counts`.
    """

    since_s: float
    until_s: float
    coverage: Fraction
    pcu_table: Name
    pcu_unit: PcuUnit
    view_moved: bool = False

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.until_s > self.since_s:
            raise ValueError(f"until_s must lie after since_s {self.since_s}, found {self.until_s}")
        return self


class LineFacts(FactsBody):
    """Traffic at a point: over one line, one way, within one lane.

    lane None: beside every lane of the scene, or the scene has none there. flow: per hour of watched time.
    spot_speed_mps: mean of the passing speeds (time mean); space_mean_speed_mps: their harmonic mean. headway_s: from
    one vehicle's passage to the next one's; gap_s: what is left of it between the two, while the point is free.
    occupancy: share of the watched time in which a vehicle covered the point, 0..1, whichever way it went.
    """

    line: Name
    lane: Name | None = None
    direction: Direction
    volume: Volumes
    vehicles: Figure
    vehicles_pcu: Figure
    flow_veh_h: Figure
    flow_pcu_h: Figure
    spot_speed_mps: Figure
    space_mean_speed_mps: Figure
    headway_s: Figure
    gap_s: Figure
    occupancy: Figure


class LevelOfService(Body):
    """A grade A to F; best and worst: what it would be at both ends of the error. basis: whose thresholds."""

    grade: Grade
    best: Grade
    worst: Grade
    basis: Literal["hcm_signalised_delay", "hcm_unsignalised_delay", "hcm_freeway_density"]


class Place(Body):
    """A point of the picture, in fractions of the frame."""

    x: Fraction
    y: Fraction


class LaneFacts(FactsBody):
    """Traffic over an area: one lane of the scene.

    present_veh, present_pcu: mean number in the lane. area_occupancy: share of the lane's area covered by
    vehicles, 0..1. density: per kilometre of lane. space_mean_speed_mps: distance travelled over time spent in
    the lane (Edie 1963).
    stops: vehicles that came to a stand. queue_*: vehicles that stand or creep, from the stop line back; the longest
    of the interval and its mean over the watched time. queue_back: where the longest one ended; queue_beyond_view: it
    reached the upstream end of the lane as drawn, so it may have been longer. time_in_queue_s: vehicle-seconds.
    control_delay_s: per vehicle, time spent in the lane beyond that at its free speed.
    """

    lane: Name
    present_veh: Figure
    present_pcu: Figure
    area_occupancy: Figure
    density_veh_km: Figure
    density_pcu_km: Figure
    space_mean_speed_mps: Figure
    stops: Figure
    queue_mean_veh: Figure
    queue_veh: Figure
    queue_pcu: Figure
    queue_m: Figure
    queue_back: Place | None = None
    queue_beyond_view: bool = False
    time_in_queue_s: Figure
    control_delay_s: Figure
    level_of_service: LevelOfService | None = None


class Turn(Body):
    """Vehicles that entered the junction over one line and left it over another; movement: its name in the scene."""

    entry: Name
    exit: Name
    movement: Name | None = None
    volume: Volumes
    vehicles: Figure
    vehicles_pcu: Figure


class TurningFacts(FactsBody):
    """Who went where; a turn belongs to the interval in which it left.

    entered, left: vehicles over all entry and exit lines. vanished: entered, but their track ended inside; appeared:
    left without having been seen to enter; both are missing from `turns`. trembled: left again sooner than anybody
    can drive through or turn around: boxes that tremble on a line or at a corner. stored_change: vehicles standing or
    moving between the lines, at the end less at the beginning, counted apart from the lines. imbalance: entered less
    left, trembled and stored_change, zero where nobody lies. balanced: whether it is within its error; None while too
    few passed to tell.
    """

    turns: tuple[Turn, ...]
    entered: Figure
    left: Figure
    vanished: Figure
    appeared: Figure
    trembled: Figure
    stored_change: Figure
    imbalance: Figure
    balanced: bool | None = None


class GreenSlice(Body):
    """Vehicles over the stop line in [since_s, until_s) seconds after the start of green."""

    since_s: NotNegative
    until_s: NotNegative
    vehicles: Figure
    vehicles_pcu: Figure


class GreenFacts(FactsBody):
    """One green of one stop line, from its start to its end as watched.

    whole: both ends were seen. slices: four seconds each, the last may be shorter. saturation_pcu_h: discharge of the
    whole slices in which the queue stood behind the line, the first left out (starting up). queue_veh, queue_pcu: stood
    at the start of green; left_behind_veh: those of them still there at its end. arrivals_on_green: share of this
    cycle's arrivals that met the green. green_occupancy, red_occupancy: share of the green, and of the first five
    seconds after it, in which the stop line was covered. split_failure: both are at least 0.8 (Freije et al. 2014).
    """

    stop_line: Name
    signal_group: Name
    whole: bool
    slices: tuple[GreenSlice, ...]
    saturation_pcu_h: Figure
    queue_veh: Figure
    queue_pcu: Figure
    left_behind_veh: Figure
    arrivals_on_green: Figure
    green_occupancy: Figure
    red_occupancy: Figure
    split_failure: bool | None = None


class ApproachFacts(FactsBody):
    """All lanes of one stop line together, over an interval; greens belong to the interval in which they end.

    saturation_pcu_h: mean over its greens. split_failures: of `greens` that can be judged. control_delay_s: per vehicle
    over the line, from its lanes.
    """

    stop_line: Name
    signal_group: Name | None = None
    vehicles: Figure
    vehicles_pcu: Figure
    control_delay_s: Figure
    time_in_queue_s: Figure
    stops: Figure
    arrivals_on_green: Figure
    greens: Annotated[int, Field(ge=0)]
    split_failures: Figure
    saturation_pcu_h: Figure
    level_of_service: LevelOfService | None = None
