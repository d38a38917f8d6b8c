"""A junction, its plans and a street as people and clients describe them. Units are in the names; nothing undescribed
is accepted."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from signals.demand.pcu import DEFAULT_TABLE
from signals.demand.saturation import NARROWEST_M, WIDEST_M
from signals.plan.junction import MovementKind
from signals.sentences import said
from vision.events.bodies import Name

VehicleName = Literal["motorbike", "bicycle", "car", "bus", "truck"]
PerHour = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]
Vehicles = Annotated[int, Field(ge=0, le=10_000_000)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MovementIn(Part):
    """One stream of traffic with a lamp of its own. Give its measured saturation flow, or its width to estimate one."""

    id: Name
    saturation_flow_pcu_h: Annotated[PerHour, Field(gt=0)] | None = Field(
        None, description="Measured: pcu (mcu with a motorbike table) discharged per hour of green, all lanes together."
    )
    width_m: Annotated[float, Field(ge=NARROWEST_M, le=WIDEST_M, allow_inf_nan=False)] | None = Field(
        None,
        description="Clear width of the approach. Used only without a saturation flow (Webster's rule, 525 pcu/h/m).",
    )

    kind: MovementKind = Field(MovementKind.VEHICLE, description="Who drives or walks.")
    walk_s: Seconds | None = Field(None, description="Of a pedestrian movement: time to step off in.")
    crossing_m: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Of a pedestrian movement: the way over the road, cleared at 1.2 m/s after the walk."
    )
    max_red_s: Seconds | None = Field(None, description="Longest red of this movement; else that of the guard.")

    @model_validator(mode="after")
    def _can_discharge(self) -> Self:
        if self.kind is MovementKind.PEDESTRIAN:
            return self
        if self.saturation_flow_pcu_h is None and self.width_m is None:
            raise ValueError(
                said("movement {id} has no saturation flow: give saturation_flow_pcu_h or width_m", id=self.id)
            )
        return self


class StageIn(Part):
    """Movements that are green together. Stages run in the order given."""

    id: Name
    movements: Annotated[tuple[Name, ...], Field(min_length=1, max_length=64)]
    min_green_s: Seconds | None = Field(None, description="Least displayed green; else that of the junction.")
    max_green_s: Seconds | None = Field(None, description="Longest displayed green; else that of the junction.")


class IntergreenIn(Part):
    """Time from the end of green of `leaving` to the start of green of `entering`, instead of yellow + all-red."""

    leaving: Name
    entering: Name
    intergreen_s: Seconds


class LimitsIn(Part):
    min_green_s: Seconds = Field(7.0, description="Least displayed green of a stage.")
    max_green_s: Seconds | None = Field(None, description="Longest displayed green; null: bounded by the cycle alone.")
    min_cycle_s: Seconds = Field(30.0, description="Shortest cycle.")
    max_cycle_s: Seconds = Field(120.0, description="Longest cycle.")


class JunctionIn(Part):
    """Two movements conflict unless at least one stage runs both; every change between conflicting movements gets its
    whole intergreen."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] = "junction"
    movements: Annotated[tuple[MovementIn, ...], Field(min_length=1, max_length=64)]
    stages: Annotated[tuple[StageIn, ...], Field(min_length=1, max_length=16)]
    yellow_s: Annotated[float, Field(ge=2, le=10, allow_inf_nan=False)] | None = Field(
        None, description="Yellow after a green; else that of speed_kmh; else 3 s."
    )
    speed_kmh: Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)] | None = Field(
        None, description="Of the fastest approach: 3 s of yellow up to 50 km/h, 4 s up to 60, 5 s beyond."
    )
    all_red_s: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = Field(
        2.0, description="All red after yellow."
    )
    intergreens: Annotated[tuple[IntergreenIn, ...], Field(max_length=4096)] = ()
    conflicts: Annotated[tuple[tuple[Name, Name], ...], Field(max_length=4096)] = Field(
        (), description="Pairs that must never be green together: a stage that runs both is refused."
    )
    limits: LimitsIn = LimitsIn()

    @model_validator(mode="after")
    def _one_yellow(self) -> Self:
        if self.yellow_s is not None and self.speed_kmh is not None:
            raise ValueError(said("give yellow_s or speed_kmh, from which it follows; found both"))
        return self


class FlowIn(Part):
    """A stated flow: exactly one of pcu_h, veh_h, veh_h_by_kind, counts."""

    pcu_h: PerHour | None = Field(None, description="Units per hour, in the unit of the chosen table.")
    error_pcu_h: PerHour | None = Field(
        None, description="One standard deviation of pcu_h; null: that of 15 minutes of random arrivals."
    )
    veh_h: PerHour | None = Field(None, description="Vehicles per hour of unknown kind; each is taken as a car.")
    veh_h_by_kind: dict[VehicleName, PerHour] | None = Field(None, description="Vehicles per hour of each kind.")
    counts: dict[VehicleName, Vehicles] | None = Field(None, description="Vehicles of each kind in interval_s.")
    interval_s: Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)] | None = Field(
        None, description="Length of the interval of `counts`."
    )
    coverage: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        1.0, description="Share of interval_s in which traffic was really observed."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("pcu_h", "veh_h", "veh_h_by_kind", "counts")
        given = [way for way in ways if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(
                said(
                    "give exactly one of {ways}; found {given}",
                    ways=", ".join(ways),
                    given=", ".join(given) or said("none"),
                )
            )
        if (self.counts is None) != (self.interval_s is None):
            raise ValueError(said("counts and interval_s belong together: give both or neither"))
        if self.error_pcu_h is not None and self.pcu_h is None:
            raise ValueError(said("error_pcu_h belongs to pcu_h; counts bring their own error"))
        return self


class PlanIn(Part):
    """A fixed plan: displayed greens by stage, in whole seconds. Stages run in the junction's order, or in `order`."""

    greens_s: Annotated[dict[Name, Annotated[int, Field(ge=1, le=600)]], Field(min_length=1, max_length=16)]
    offset_s: Annotated[int, Field(ge=0, le=600)] = Field(0, description="Start of the cycle after the common zero.")
    order: Annotated[tuple[Name, ...], Field(min_length=2, max_length=16)] | None = Field(
        None, description="The stages that run, each once, in this order; others are skipped. Null: all, as they stand."
    )


LocalTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"})]
# JSON Schema's own format of a time wants seconds and a zone, and would mark "06:00" as wrong.
DayIn = Annotated[dict[LocalTime, Name], Field(min_length=1, max_length=96)]
"""Which plan runs from which local time of day on; the first entry is 00:00."""


class LineAt(Part):
    """A line of a camera and the direction in which vehicles come to the stop line over it."""

    camera: Name
    line: Name
    direction: Literal["left_to_right", "right_to_left"]


class UpstreamAt(LineAt):
    """A line before the stop line, over which vehicles are seen that will come to it."""

    drive_s: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Field(
        description="From there to the stop line, if nothing holds them up."
    )


class ApproachAt(Part):
    """The stop line of a camera at which a movement is measured."""

    camera: Name
    stop_line: Name
    sees_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = Field(
        10.0, description="How far ahead in time its detector sees who comes."
    )
    upstream: UpstreamAt | None = Field(None, description="A line before it that is watched too.")
    exits: Annotated[tuple[Name, ...], Field(max_length=16)] = Field(
        (),
        description="Lines over which this movement leaves. Needed where others share its stop line: its flow is then "
        "its share of those who turn.",
    )


class WayOn(Part):
    """Where those who leave by a movement come next: junctions that choose by traffic tell one another who comes."""

    leaving: Name
    junction: Name = Field(description="Short name of the next junction in this centre.")
    entering: Name = Field(description="Movement of the next junction.")
    share: Annotated[float, Field(gt=0, le=1)] = Field(1.0, description="Of those who leave.")
    drive_s: Annotated[float, Field(gt=0, le=300, allow_inf_nan=False)] = Field(
        description="From stop line to stop line."
    )


class LibraryIn(Part):
    """The plans of one junction and when each runs."""

    version: Literal[1]
    junction: JunctionIn
    plans: Annotated[dict[Name, PlanIn], Field(min_length=1, max_length=64)]
    days: Annotated[dict[Literal["workday", "saturday", "sunday", "holiday"], DayIn], Field(min_length=1)]
    dates: Annotated[dict[date, DayIn], Field(max_length=366)] = {}
    approaches: Annotated[dict[Name, ApproachAt], Field(max_length=64)] = Field(
        {}, description="By movement: where cameras measure its delay, arrivals on green and split failures."
    )
    control: Literal["plan", "actuated", "adaptive"] | None = Field(
        None, description="Who chooses the stages once this is approved; null: as before. The plans stand by always."
    )
    ways_on: Annotated[tuple[WayOn, ...], Field(max_length=64)] = ()

    @model_validator(mode="after")
    def _seen_by_somebody(self) -> Self:
        if self.control in {"actuated", "adaptive"} and not self.approaches:
            raise ValueError(
                said(
                    "control {control} chooses by traffic and needs approaches with a camera or detector; found none",
                    control=self.control,
                )
            )
        return self

    @model_validator(mode="after")
    def _left_by_its_own(self) -> Self:
        names = [movement.id for movement in self.junction.movements]
        for way in self.ways_on:
            if way.leaving not in names:
                known = ", ".join(names)
                raise ValueError(
                    said("ways_on names movement {name}, wanted one of {known}", name=way.leaving, known=known)
                )
        return self


class StopIn(Part):
    """A junction of a street with its traffic; `outbound` and `inbound` are the movements along the street."""

    junction: JunctionIn
    flows: Annotated[dict[Name, FlowIn], Field(min_length=1, max_length=64)]
    outbound: Name
    inbound: Name
    outbound_queue_s: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = 0.0
    inbound_queue_s: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = 0.0
    outbound_line: LineAt | None = Field(None, description="Where arrivals outbound are measured.")
    inbound_line: LineAt | None = Field(None, description="Where arrivals inbound are measured.")


class LinkIn(Part):
    """The way from one stop line to the next, and what platoons may drive there; inbound the same where not given."""

    length_m: Annotated[float, Field(gt=0, le=5000, allow_inf_nan=False)]
    slowest_kmh: Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]
    fastest_kmh: Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]
    inbound_length_m: Annotated[float, Field(gt=0, le=5000, allow_inf_nan=False)] | None = None


class StreetIn(Part):
    """A main street: its junctions in outbound order and the links between neighbours."""

    version: Literal[1]
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    pcu_table: Annotated[str, Field(max_length=80)] = Field(DEFAULT_TABLE, description="Units of all flows.")
    stops: Annotated[tuple[StopIn, ...], Field(min_length=2, max_length=24)]
    links: Annotated[tuple[LinkIn, ...], Field(min_length=1, max_length=23)]
