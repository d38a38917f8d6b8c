"""Which movements set the timing: the flow ratio each stage has to carry."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from signals.demand.movements import MovementDemand
from signals.plan.junction import Junction

TOLERANCE = 1e-9


def stage_flow_ratios(junction: Junction, demands: Sequence[MovementDemand]) -> tuple[float, ...]:
    """Smallest ratios, one per stage, that give every movement its flow ratio over all stages it runs in.

    Where each movement runs in one stage this is Webster's largest ratio of the stage. Movements of several stages
    make it a small linear programme: least Σ y_stage with Σ y_stage(m) ≥ y_m for every movement m.
    """
    runs = np.array([[d.movement in stage.movements for stage in junction.stages] for d in demands], dtype=np.float64)
    ratios = np.array([demand.ratio for demand in demands])
    if np.all(runs.sum(axis=1) == 1):
        return tuple(float(column.max()) for column in (runs * ratios[:, None]).T)
    answer = linprog(np.ones(len(junction.stages)), A_ub=-runs, b_ub=-ratios, method="highs")
    return tuple(float(ratio) for ratio in answer.x)


def critical_movements(
    junction: Junction, demands: Sequence[MovementDemand], stage_ratios: Sequence[float]
) -> tuple[str, ...]:
    """Movements that get exactly what they need: any more of their flow lengthens the cycle."""
    given = {stage.name: ratio for stage, ratio in zip(junction.stages, stage_ratios, strict=True)}
    return tuple(
        demand.movement
        for demand in demands
        if demand.ratio > 0
        and sum(given[stage.name] for stage in junction.stages if demand.movement in stage.movements)
        <= demand.ratio + TOLERANCE
    )
