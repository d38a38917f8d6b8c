"""From what people describe to the pure model: junction, saturation flows, flows, plans, street."""

from collections.abc import Iterator
from datetime import time

from signals.demand.counted import MIN_COVERAGE
from signals.demand.flows import Flow, Tally, UnknownFlow, flow_from_tallies, stated_flow
from signals.demand.movements import gather_demands
from signals.demand.pcu import PcuTable, pcu_table
from signals.demand.saturation import Saturation, saturation_from_width
from signals.errors import Fault, PlanError
from signals.library.described import FlowIn, JunctionIn, LibraryIn, PlanIn, StopIn, StreetIn
from signals.optimize.corridor.street import Link, Stop, Street
from signals.plan.clearance import yellow_of_speed_s
from signals.plan.junction import Intergreen, Junction, Limits, Movement, Stage
from signals.plan.library import Day, DayKind, PlanLibrary, Since
from signals.plan.timing import TimingPlan, lay_out_stages
from signals.sentences import said
from vision.vehicles import KindName

KMH_PER_MPS = 3.6
USUAL_YELLOW_S = 3.0


def junction_of(body: JunctionIn) -> Junction:
    """Raises JunctionError."""
    return Junction(
        name=body.name,
        movements=tuple(Movement(m.id, m.width_m, m.kind, m.walk_s, m.crossing_m, m.max_red_s) for m in body.movements),
        stages=tuple(Stage(s.id, s.movements, s.min_green_s, s.max_green_s) for s in body.stages),
        yellow_s=_yellow_s(body),
        all_red_s=body.all_red_s,
        intergreens=tuple(Intergreen(i.leaving, i.entering, i.intergreen_s) for i in body.intergreens),
        conflicts=body.conflicts,
        limits=Limits(
            body.limits.min_green_s, body.limits.max_green_s, body.limits.min_cycle_s, body.limits.max_cycle_s
        ),
    )


def _yellow_s(body: JunctionIn) -> float:
    if body.yellow_s is not None:
        return body.yellow_s
    return USUAL_YELLOW_S if body.speed_kmh is None else yellow_of_speed_s(body.speed_kmh / KMH_PER_MPS)


def flow_of(name: str, flow: FlowIn, table: PcuTable, min_coverage: float) -> Flow | UnknownFlow:
    """The stated flow of the movement `name`, or why there is none."""
    if flow.counts is not None and flow.interval_s is not None:
        if flow.coverage < min_coverage:
            why = said(
                "It was observed for only {coverage:.0%} of the interval; at least {min_coverage:.0%} is wanted.",
                coverage=flow.coverage,
                min_coverage=min_coverage,
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


def saturations_of(junction: JunctionIn, table: PcuTable) -> Iterator[Saturation]:
    """Those that were measured, and estimates where only the width is known. Raises DemandError."""
    for movement in junction.movements:
        if movement.saturation_flow_pcu_h is not None:
            yield Saturation(movement.id, movement.saturation_flow_pcu_h, "measured")
        elif movement.width_m is not None:
            yield saturation_from_width(movement.id, movement.width_m, table)


def plan_of(name: str, body: PlanIn, junction: Junction) -> TimingPlan:
    """Raises PlanError unless every stage that runs has its green and no other is named. Whether the stages that run
    serve everybody is for the check of the whole plan."""
    wanted = [stage.name for stage in junction.stages]
    order = list(body.order or wanted)
    strangers = [stage for stage in order if stage not in wanted]
    if strangers or len(set(order)) < len(order):
        sentence = said(
            "Plan {name} may run each stage of {junction} ({wanted}) once, found the order {order}.",
            name=name,
            junction=junction.name,
            wanted=", ".join(wanted),
            order=", ".join(order),
        )
        raise PlanError(Fault(f"plans.{name}.order", sentence))
    if set(body.greens_s) != set(order):
        sentence = said(
            "Plan {name} must give a green to each stage that runs at {junction} ({order}), found {greens_s}.",
            name=name,
            junction=junction.name,
            order=", ".join(order),
            greens_s=", ".join(body.greens_s),
        )
        raise PlanError(Fault(f"plans.{name}.greens_s", sentence))
    stages = {stage.name: stage for stage in junction.stages}
    return lay_out_stages(
        junction, [(stages[stage], float(body.greens_s[stage])) for stage in order], float(body.offset_s)
    )


def library_of(body: LibraryIn) -> PlanLibrary:
    """Raises JunctionError, PlanError."""
    junction = junction_of(body.junction)
    return PlanLibrary(
        junction=junction,
        plans={name: plan_of(name, plan, junction) for name, plan in body.plans.items()},
        days={DayKind(kind): _day(entries) for kind, entries in body.days.items()},
        dates={day: _day(entries) for day, entries in body.dates.items()},
    )


def street_of(body: StreetIn) -> Street:
    """Raises JunctionError, DemandError, PcuTableError."""
    table = pcu_table(body.pcu_table)
    out = [Link(one.length_m, one.slowest_kmh / KMH_PER_MPS, one.fastest_kmh / KMH_PER_MPS) for one in body.links]
    back = [
        Link(one.inbound_length_m or one.length_m, one.slowest_kmh / KMH_PER_MPS, one.fastest_kmh / KMH_PER_MPS)
        for one in body.links
    ]
    return Street(body.name, tuple(_stop(stop, table) for stop in body.stops), tuple(out), tuple(back))


def _stop(body: StopIn, table: PcuTable) -> Stop:
    junction = junction_of(body.junction)
    told = [flow_of(name, flow, table, MIN_COVERAGE) for name, flow in body.flows.items()]
    flows = [one for one in told if isinstance(one, Flow)]
    unknown = [one for one in told if isinstance(one, UnknownFlow)]
    demands = gather_demands(junction, flows, unknown, list(saturations_of(body.junction, table)))
    return Stop(junction, demands, body.outbound, body.inbound, body.outbound_queue_s, body.inbound_queue_s)


def _day(entries: dict[time, str]) -> Day:
    return tuple(Since(at, plan) for at, plan in entries.items())
