"""What `POST /api/signals/plan` answers. Every ± is one standard deviation, from the error of the flow alone."""

from math import isfinite
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from signals.demand.movements import MovementDemand
from signals.demand.pcu import PcuTable
from signals.optimize.proposal import LostTime, Performance, Proposal
from signals.optimize.sensitivity import Sensitivity, sensitivity
from signals.plan.junction import Junction


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageOut(Answer):
    id: str
    movements: tuple[str, ...]
    start_s: float = Field(description="Start of green, from the start of the cycle.")
    green_s: float
    yellow_s: float
    all_red_s: float
    flow_ratio: float = Field(description="Share of time the stage's critical movement needs green.")


class MovementOut(Answer):
    id: str
    flow_pcu_h: float
    flow_error_pcu_h: float
    flow_origin: str
    saturation_flow_pcu_h: float
    saturation_flow_assumed: bool = Field(description="True: estimated from the width, not measured.")
    effective_green_s: float
    degree_of_saturation: float = Field(description="Flow divided by capacity; above 0.95 queues get very long.")
    degree_of_saturation_error: float
    delay_s: float = Field(description="Mean control delay of a vehicle (HCM 2000, d1 + d2, 15 minutes).")
    delay_error_s: float


class PcuTableOut(Answer):
    name: str
    title: str
    unit: Literal["pcu", "mcu"]
    source: str
    certainty: str
    dated: str
    factors: dict[str, float]
    assumed: tuple[str, ...] = Field(description="Kinds whose factor the source does not give as it stands.")
    notes: str


class OutcomeOut(Answer):
    """The same plan with every flow changed by `change`."""

    change: float = Field(description="Share, 0.1 for a tenth more.")
    mean_delay_s: float
    worst_movement: str = Field(description="That of the highest degree of saturation.")
    degree_of_saturation: float


class ReserveOut(Answer):
    id: str
    growth: float | None = Field(description="By this share its flow alone may grow up to 0.95; null: nothing flows.")


class SensitivityOut(Answer):
    outcomes: tuple[OutcomeOut, ...]
    reserves: tuple[ReserveOut, ...]
    first_to_break: str = Field(description="The movement with the least reserve.")


class PlanAnswer(Answer):
    """A proposal. It has passed the check against conflicts and limits; nobody has put it into service."""

    junction: str
    method: str
    cycle_s: float
    offset_s: float
    lost_time_s: float = Field(description="Lost per cycle, all stages together.")
    flow_ratio_sum: float = Field(description="Webster's Y.")
    stages: tuple[StageOut, ...]
    movements: tuple[MovementOut, ...]
    critical_movements: tuple[str, ...] = Field(description="Movements that set the timing.")
    mean_delay_s: float = Field(description="Delay of all movements, weighted by flow.")
    sensitivity: SensitivityOut
    pcu_table: PcuTableOut
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def table_answer(table: PcuTable) -> PcuTableOut:
    return PcuTableOut(**table.model_dump(exclude={"dated"}), dated=table.dated.isoformat())


def plan_answer(
    junction: Junction,
    demands: tuple[MovementDemand, ...],
    proposal: Proposal,
    table: PcuTable,
    warnings: tuple[str, ...],
    *,
    lost_time: LostTime,
) -> PlanAnswer:
    """`warnings`: of the demand; those of the proposal follow."""
    flow_sum = sum(demand.flow.units_h for demand in demands)
    pairs = list(zip(demands, proposal.performance, strict=True))
    return PlanAnswer(
        junction=junction.name,
        method=proposal.method,
        cycle_s=proposal.plan.cycle_s,
        offset_s=proposal.plan.offset_s,
        lost_time_s=round(proposal.lost_s, 3),
        flow_ratio_sum=round(proposal.flow_ratio_sum, 4),
        stages=_stages(junction, proposal),
        movements=tuple(_movement(demand, performance) for demand, performance in pairs),
        critical_movements=proposal.critical,
        mean_delay_s=round(sum(d.flow.units_h * p.delay_s for d, p in pairs) / flow_sum, 1),
        sensitivity=_sensitivity(sensitivity(proposal.plan, junction, demands, lost_time)),
        pcu_table=table_answer(table),
        reasons=(*_table_reasons(table), *proposal.reasons),
        warnings=(*warnings, *proposal.warnings),
    )


def _sensitivity(told: Sensitivity) -> SensitivityOut:
    return SensitivityOut(
        outcomes=tuple(
            OutcomeOut(
                change=one.change,
                mean_delay_s=round(one.delay_s, 1),
                worst_movement=one.worst,
                degree_of_saturation=round(one.degree, 3),
            )
            for one in told.outcomes
        ),
        reserves=tuple(
            ReserveOut(id=one.movement, growth=round(one.growth, 3) if isfinite(one.growth) else None)
            for one in told.reserves
        ),
        first_to_break=told.first_to_break,
    )


def _stages(junction: Junction, proposal: Proposal) -> tuple[StageOut, ...]:
    rows = zip(junction.stages, proposal.plan.stages, proposal.stage_flow_ratios, strict=True)
    return tuple(
        StageOut(
            id=stage.name,
            movements=stage.movements,
            start_s=timing.start_s,
            green_s=timing.green_s,
            yellow_s=timing.yellow_s,
            all_red_s=timing.all_red_s,
            flow_ratio=round(ratio, 4),
        )
        for stage, timing, ratio in rows
    )


def _movement(demand: MovementDemand, performance: Performance) -> MovementOut:
    return MovementOut(
        id=demand.movement,
        flow_pcu_h=round(demand.flow.units_h, 1),
        flow_error_pcu_h=round(demand.flow.error_units_h, 1),
        flow_origin=demand.flow.origin,
        saturation_flow_pcu_h=round(demand.saturation.units_h, 1),
        saturation_flow_assumed=demand.saturation.assumed,
        effective_green_s=round(performance.green_s, 3),
        degree_of_saturation=round(performance.saturation_degree, 3),
        degree_of_saturation_error=round(performance.saturation_degree_error, 3),
        delay_s=round(performance.delay_s, 1),
        delay_error_s=round(performance.delay_error_s, 1),
    )


def _table_reasons(table: PcuTable) -> tuple[str, ...]:
    certainty = table.certainty.replace("_", " ")
    sentence = f"Flows are in {table.unit} per hour by table {table.name} ({table.title}; certainty: {certainty})."
    if not table.assumed:
        return (sentence,)
    return sentence, f"Our own reading of that table: the factors of {' and '.join(table.assumed)}."
