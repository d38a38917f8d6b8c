"""What a client may send to `POST /api/signals/plan`. Units are in the names; nothing undescribed is accepted."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from signals.api.examples import COUNTED_FLOWS, STATED_FLOWS
from signals.demand.counted import MIN_COVERAGE
from signals.demand.pcu import DEFAULT_TABLE
from signals.library.described import FlowIn, JunctionIn, Part
from signals.optimize.proposal import OverCapacity
from vision.events.bodies import Counts, Direction, Name


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
