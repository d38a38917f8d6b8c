"""What a client may send to `POST /api/signals/plan`. Units are in the names; nothing undescribed is accepted."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from signals.api.examples import COUNTED_FLOWS, STATED_FLOWS
from signals.demand.counted import MIN_COVERAGE
from signals.demand.pcu import DEFAULT_TABLE
from signals.demand.saturation import NARROWEST_M, WIDEST_M
from signals.optimize.proposal import OverCapacity
from vision.events.bodies import Counts, Direction, Name

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

    @model_validator(mode="after")
    def _can_discharge(self) -> Self:
        if self.saturation_flow_pcu_h is None and self.width_m is None:
            raise ValueError(f"movement {self.id} has no saturation flow: give saturation_flow_pcu_h or width_m")
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
    yellow_s: Annotated[float, Field(ge=2, le=10, allow_inf_nan=False)] = Field(
        3.0, description="Yellow after a green."
    )
    all_red_s: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = Field(
        2.0, description="All red after yellow."
    )
    intergreens: Annotated[tuple[IntergreenIn, ...], Field(max_length=4096)] = ()
    conflicts: Annotated[tuple[tuple[Name, Name], ...], Field(max_length=4096)] = Field(
        (), description="Pairs that must never be green together: a stage that runs both is refused."
    )
    limits: LimitsIn = LimitsIn()


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
            raise ValueError(f"give exactly one of {', '.join(ways)}; found {', '.join(given) or 'none'}")
        if (self.counts is None) != (self.interval_s is None):
            raise ValueError("counts and interval_s belong together: give both or neither")
        if self.error_pcu_h is not None and self.pcu_h is None:
            raise ValueError("error_pcu_h belongs to pcu_h; counts bring their own error")
        return self


class LineMovementIn(Part):
    """Vehicles over this line in this direction belong to the movement."""

    line: Name
    direction: Direction
    movement: Name
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = Field(
        1.0, description="Part of those vehicles, where the line feeds several movements."
    )


class PlanRequest(Part):
    """A junction and its traffic: stated (`flows`), counted by cameras (`counts` with `mapping`), or both.

    A stated flow replaces the counted one of the same movement.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [STATED_FLOWS, COUNTED_FLOWS]}
    )

    junction: JunctionIn
    flows: Annotated[dict[Name, FlowIn], Field(max_length=64)] = Field({}, description="Stated flow by movement id.")
    counts: Annotated[tuple[Counts, ...], Field(max_length=20_000)] = Field(
        (), description="Bodies of vn.ngatu.counts.v1 events. The same time of one line must not come twice."
    )
    mapping: Annotated[tuple[LineMovementIn, ...], Field(max_length=1024)] = ()
    min_coverage: Annotated[float, Field(ge=0.05, le=1)] = Field(
        MIN_COVERAGE, description="Counts that cover less of their time leave the movement's flow unknown."
    )
    pcu_table: Annotated[str, Field(max_length=80)] = Field(
        DEFAULT_TABLE, description="Name of a table of passenger-car or motorbike units, see GET /signals/pcu-tables."
    )
    start_lost_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        2.0, description="Green lost while a queue starts (HCM 2000: 2 s)."
    )
    yellow_used_s: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        2.0, description="Yellow that drivers still use (HCM 2000: 2 s)."
    )
    over_capacity: OverCapacity = Field(
        OverCapacity.REFUSE,
        description="refuse: 422 with what would make it possible; best_effort: plan with warnings.",
    )

    @model_validator(mode="before")
    @classmethod
    def _counts_need_mapping(cls, body: Any) -> Any:
        if isinstance(body, dict) and body.get("counts") and not body.get("mapping"):
            raise ValueError("counts need a mapping from line and direction to movement")
        return body
