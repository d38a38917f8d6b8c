"""From the request to the pure model: junction, saturation flows, flows."""

from collections.abc import Iterator

from signals.api.schemas import FlowIn, PlanRequest
from signals.demand.counted import LineMovement, MeasuredFlows, flows_from_counts
from signals.demand.flows import Flow, Tally, UnknownFlow, flow_from_tallies, stated_flow
from signals.demand.movements import MovementDemand, gather_demands
from signals.demand.pcu import PcuTable
from signals.demand.saturation import Saturation, saturation_from_width
from signals.errors import DemandError, Fault
from signals.plan.junction import Intergreen, Junction, Limits, Movement, Stage
from vision.vehicles import KindName


def junction_of(request: PlanRequest) -> Junction:
    """Raises JunctionError."""
    body = request.junction
    return Junction(
        name=body.name,
        movements=tuple(Movement(movement.id, movement.width_m) for movement in body.movements),
        stages=tuple(Stage(s.id, s.movements, s.min_green_s, s.max_green_s) for s in body.stages),
        yellow_s=body.yellow_s,
        all_red_s=body.all_red_s,
        intergreens=tuple(Intergreen(i.leaving, i.entering, i.intergreen_s) for i in body.intergreens),
        conflicts=body.conflicts,
        limits=Limits(
            body.limits.min_green_s, body.limits.max_green_s, body.limits.min_cycle_s, body.limits.max_cycle_s
        ),
    )


def demands_of(
    request: PlanRequest, junction: Junction, table: PcuTable
) -> tuple[tuple[MovementDemand, ...], tuple[str, ...]]:
    """Demand of every movement, and warnings about it. Stated flows replace counted ones. Raises DemandError."""
    measured = _measured(request, junction, table)
    stated = [_stated(name, flow, table, request.min_coverage) for name, flow in request.flows.items()]
    flows = [*measured.flows, *(flow for flow in stated if isinstance(flow, Flow))]
    unknown = [*measured.unknown, *(flow for flow in stated if isinstance(flow, UnknownFlow))]
    demands = gather_demands(junction, flows, unknown, list(_saturations(request, table)))
    return demands, (*measured.warnings, *_replaced(measured, stated), *_taken_as_cars(request))


def _measured(request: PlanRequest, junction: Junction, table: PcuTable) -> MeasuredFlows:
    names = [movement.name for movement in junction.movements]
    strangers = [
        Fault(
            f"mapping.{i}.movement",
            f"Line {entry.line} is mapped to {entry.movement}, which is no movement here (these are: "
            f"{', '.join(names)}).",
        )
        for i, entry in enumerate(request.mapping)
        if entry.movement not in names
    ]
    if strangers:
        raise DemandError(*strangers)
    mapping = [LineMovement(e.line, e.direction, e.movement, e.share) for e in request.mapping]
    return flows_from_counts(request.counts, mapping, table, request.min_coverage)


def _stated(name: str, flow: FlowIn, table: PcuTable, min_coverage: float) -> Flow | UnknownFlow:
    if flow.counts is not None and flow.interval_s is not None:
        if flow.coverage < min_coverage:
            why = (
                f"It was observed for only {flow.coverage:.0%} of the interval; at least {min_coverage:.0%} is wanted."
            )
            return UnknownFlow(name, why)
        counts: dict[KindName, int] = dict(flow.counts.items())
        origin = f"counted for {flow.interval_s:g} s, coverage {flow.coverage:.0%}"
        return flow_from_tallies(name, [Tally(counts, flow.interval_s * flow.coverage)], table, origin)
    if flow.veh_h_by_kind is not None:
        units_h = sum(table.factors[kind] * rate for kind, rate in flow.veh_h_by_kind.items())
        return stated_flow(name, units_h, None, table)
    if flow.veh_h is not None:
        return stated_flow(name, flow.veh_h * table.units_per_car, None, table)
    return stated_flow(name, flow.pcu_h or 0.0, flow.error_pcu_h, table)


def _saturations(request: PlanRequest, table: PcuTable) -> Iterator[Saturation]:
    for movement in request.junction.movements:
        if movement.saturation_flow_pcu_h is not None:
            yield Saturation(movement.id, movement.saturation_flow_pcu_h, "measured")
        elif movement.width_m is not None:
            yield saturation_from_width(movement.id, movement.width_m, table)


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
