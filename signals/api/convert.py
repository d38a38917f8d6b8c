"""From the request to the demand of every movement: stated flows, counted flows, and what replaces what."""

from collections.abc import Iterator

from signals.api.schemas import PlanRequest
from signals.demand.counted import LineMovement, MeasuredFlows, flows_from_counts
from signals.demand.flows import Flow, UnknownFlow
from signals.demand.movements import MovementDemand, gather_demands
from signals.demand.pcu import PcuTable
from signals.errors import DemandError, Fault
from signals.library.convert import flow_of, saturations_of
from signals.plan.junction import Junction
from signals.sentences import said


def demands_of(
    request: PlanRequest, junction: Junction, table: PcuTable
) -> tuple[tuple[MovementDemand, ...], tuple[str, ...]]:
    """Demand of every movement, and warnings about it. Stated flows replace counted ones. Raises DemandError."""
    measured = _measured(request, junction, table)
    stated = [flow_of(name, flow, table, request.min_coverage) for name, flow in request.flows.items()]
    flows = [*measured.flows, *(flow for flow in stated if isinstance(flow, Flow))]
    unknown = [*measured.unknown, *(flow for flow in stated if isinstance(flow, UnknownFlow))]
    demands = gather_demands(junction, flows, unknown, list(saturations_of(request.junction, table)))
    return demands, (*measured.warnings, *_replaced(measured, stated), *_taken_as_cars(request))


def _measured(request: PlanRequest, junction: Junction, table: PcuTable) -> MeasuredFlows:
    names = [movement.name for movement in junction.movements]
    strangers = [
        Fault(
            f"mapping.{i}.movement",
            said(
                "Line {line} is mapped to {movement}, which is no movement here (these are: {names}).",
                line=entry.line,
                movement=entry.movement,
                names=", ".join(names),
            ),
        )
        for i, entry in enumerate(request.mapping)
        if entry.movement not in names
    ]
    if strangers:
        raise DemandError(*strangers)
    mapping = [LineMovement(e.line, e.direction, e.movement, e.share) for e in request.mapping]
    return flows_from_counts(request.counts, mapping, table, request.min_coverage)


def _replaced(measured: MeasuredFlows, stated: list[Flow | UnknownFlow]) -> Iterator[str]:
    counted = {flow.movement: flow for flow in measured.flows}
    for flow in stated:
        if isinstance(flow, Flow) and flow.movement in counted:
            before = f"{counted[flow.movement].units_h:.0f} per hour"
            yield f"The stated flow of {flow.movement}, {flow.units_h:.0f}, replaces the counted one, {before}."


def _taken_as_cars(request: PlanRequest) -> Iterator[str]:
    for name, flow in request.flows.items():
        if flow.veh_h is not None:
            yield f"The vehicles of {name} have no kind and are taken as cars: in mixed traffic give veh_h_by_kind."
