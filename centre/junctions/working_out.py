"""A plan worked out from flows for a junction that is here, with its reasons and what it does when flows are others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import yaml

from centre.junctions.desk import SignalDesk
from centre.junctions.drawing import StageDiagram, stage_diagram
from centre.junctions.flow_form import read_flows, read_number
from centre.junctions.flows import demands_for, driving, lately_measured
from signals.demand.movements import MovementDemand
from signals.library.described import LibraryIn, PlanIn
from signals.optimize.free_stages import free_stages_plan
from signals.optimize.least_delay import mean_delay_s, with_less_delay
from signals.optimize.performance import measure
from signals.optimize.proposal import LostTime, Performance, Proposal
from signals.optimize.reasons import assumptions
from signals.optimize.search import webster_cycle_s
from signals.optimize.sensitivity import Sensitivity, sensitivity
from signals.optimize.webster import webster_plan
from signals.plan.timing import TimingPlan

FREE = "free"
LEAST_GROWTH, MOST_GROWTH = -90.0, 200.0


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """name: under which it would stand in the library. webster: where the search for less delay began; None where the
    stages were chosen too. best_cycle_s:
    Webster's, before limits; infinite above capacity. present: what the plan of that name does under the same flows;
    None where there is none. text: the newest library with the plan in it."""

    name: str
    proposal: Proposal
    webster: Proposal | None
    demands: tuple[MovementDemand, ...]
    best_cycle_s: float
    told: Sensitivity
    present: tuple[TimingPlan, tuple[Performance, ...]] | None
    diagram: StageDiagram
    text: str

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of the proposal, but for assumed saturation flows: the table of movements marks them."""
        assumed = set(assumptions(self.demands))
        return tuple(one for one in self.proposal.warnings if one not in assumed)

    @property
    def mean_delay_s(self) -> float:
        return mean_delay_s(self.demands, self.proposal.performance)

    @property
    def webster_delay_s(self) -> float | None:
        return None if self.webster is None else mean_delay_s(self.demands, self.webster.performance)

    @property
    def present_delay_s(self) -> float | None:
        return None if self.present is None else mean_delay_s(self.demands, self.present[1])


def work_out(desk: SignalDesk, name: str, fields: Mapping[str, str]) -> WorkedOut:
    """fields: flow_0 and so on, growth (per cent, of every flow), plan, stages ("free": they may be skipped and come in
    another order). Raises SignalsError, NotANumberError."""
    shelf = desk.room.shelf
    newest = shelf.versions(name)[-1].number
    described, library = shelf.load(name, newest)
    junction = library.junction
    growth = read_number("growth", fields.get("growth") or "0", LEAST_GROWTH, MOST_GROWTH) / 100
    measured = lately_measured(desk.engine, junction, described.approaches, desk.now())
    stated = read_flows(fields, driving(junction))
    demands = tuple(_grown(one, growth) for one in demands_for(described, junction, stated, measured))
    if fields.get("stages") == FREE:
        webster, proposal = None, free_stages_plan(junction, demands)
    else:
        webster = webster_plan(junction, demands)
        proposal = with_less_delay(webster, junction, demands)
    wanted = fields.get("plan") or next(iter(library.plans))
    present = library.plans.get(wanted)
    return WorkedOut(
        name=wanted,
        proposal=proposal,
        webster=webster,
        demands=demands,
        best_cycle_s=webster_cycle_s(proposal.lost_s, proposal.flow_ratio_sum),
        told=sensitivity(proposal.plan, junction, demands, LostTime()),
        present=None if present is None else (present, measure(present, junction, demands, LostTime())),
        diagram=stage_diagram(proposal.plan, junction),
        text=library_with(described, wanted, proposal.plan),
    )


def library_with(described: LibraryIn, name: str, plan: TimingPlan) -> str:
    """The library as YAML with this plan in it, its offset that of the plan it replaces; comments are lost."""
    before = described.plans.get(name)
    offset_s = before.offset_s if before and before.offset_s < plan.cycle_s else 0
    ran = tuple(one.stage for one in plan.stages)
    as_always = ran == tuple(stage.id for stage in described.junction.stages)
    greens_s = {one.stage: round(one.green_s) for one in plan.stages}
    made = PlanIn(greens_s=greens_s, offset_s=offset_s, order=None if as_always else ran)
    changed = described.model_copy(update={"plans": {**described.plans, name: made}})
    document = changed.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def _grown(demand: MovementDemand, growth: float) -> MovementDemand:
    return replace(demand, flow=replace(demand.flow, units_h=demand.flow.units_h * (1 + growth)))
