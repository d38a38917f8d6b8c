"""Signal timing over HTTP. Nothing is stored and no signal is switched: these routes compute and answer."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from signals.api.answers import PcuTableOut, PlanAnswer, plan_answer, table_answer
from signals.api.convert import demands_of
from signals.api.diagram import stage_diagram
from signals.api.examples import COUNTED_FLOWS, STATED_FLOWS
from signals.api.problems import RESPONSES, ProblemRoute
from signals.api.schemas import PlanRequest
from signals.demand.movements import MovementDemand
from signals.demand.pcu import PcuTable, pcu_table, shipped_pcu_tables
from signals.library.convert import junction_of
from signals.optimize.proposal import LostTime, Proposal
from signals.optimize.webster import webster_plan
from signals.plan.junction import Junction

router = APIRouter(prefix="/signals", tags=["signals"], route_class=ProblemRoute)

PlanBody = Annotated[
    PlanRequest,
    Body(
        openapi_examples={
            "stated": {"summary": "Flows stated by an engineer", "value": STATED_FLOWS},
            "counted": {"summary": "Flows counted by cameras", "value": COUNTED_FLOWS},
        }
    ),
]


@router.post("/plan", summary="Propose a fixed-time plan from flows", responses=RESPONSES)
def propose_plan(request: PlanBody) -> PlanAnswer:
    """Webster's fixed-time plan (1958) from stated flows, camera counts, or both.

    Times are whole seconds. The plan has passed the check against conflicts, intergreens and limits. Each movement
    comes with degree of saturation and delay ± one standard deviation, and the answer says why it is as it is.
    Demand above capacity is refused with what would make it possible.
    """
    table = pcu_table(request.pcu_table)
    junction, demands, proposal, warnings = _propose(request, table)
    lost_time = LostTime(request.start_lost_s, request.yellow_used_s)
    return plan_answer(junction, demands, proposal, table, warnings, lost_time=lost_time)


@router.post(
    "/plan/diagram",
    summary="The same plan as a bar diagram (SVG)",
    response_class=Response,
    responses={
        200: {
            "description": "SVG, one row per movement.",
            "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        },
        **RESPONSES,
    },
)
def draw_plan(request: PlanBody) -> Response:
    """Takes the body of `POST /api/signals/plan`, draws the plan it answers: green, yellow and red over one cycle."""
    junction, _, proposal, _ = _propose(request, pcu_table(request.pcu_table))
    return Response(stage_diagram(proposal.plan, junction), media_type="image/svg+xml")


@router.get("/pcu-tables", summary="Tables of passenger-car and motorbike units")
def list_pcu_tables() -> list[PcuTableOut]:
    """Every table that may be named in `pcu_table`, with its source, date and certainty."""
    return [table_answer(table) for _, table in sorted(shipped_pcu_tables().items())]


def _propose(
    request: PlanRequest, table: PcuTable
) -> tuple[Junction, tuple[MovementDemand, ...], Proposal, tuple[str, ...]]:
    """The junction, its demand, the plan for it, and warnings about the demand. Raises SignalsError."""
    junction = junction_of(request.junction)
    demands, warnings = demands_of(request, junction, table)
    lost_time = LostTime(request.start_lost_s, request.yellow_used_s)
    return junction, demands, webster_plan(junction, demands, lost_time, request.over_capacity), warnings
