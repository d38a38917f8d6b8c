"""What each movement's lamp shows, and when it changes, as far as anybody can say."""

from dataclasses import dataclass

from signals.control.lamps import Aspect
from signals.control.table import SafetyTable
from signals.live.follower import Position

ASPECT_NAMES = {Aspect.RED: "red", Aspect.YELLOW: "yellow", Aspect.GREEN: "green", Aspect.UNKNOWN: "dark"}


@dataclass(frozen=True, slots=True)
class LampState:
    """One movement now. since_s: how long it has shown this. least_s, most_s: when it changes at the earliest and, by
    the plan, at the latest; None where nobody can say."""

    movement: str
    aspect: str
    since_s: float
    least_s: float | None
    most_s: float | None


def changes(
    table: SafetyTable, row: int, shown: Aspect, since_s: float, position: Position | None
) -> tuple[float | None, float | None]:
    """least_s and most_s of the movement in that row; position: of the plan that runs, None while none does."""
    if shown is Aspect.UNKNOWN:
        return None, None
    if shown is Aspect.YELLOW:
        left_s = max(table.yellow_s - since_s, 0.0)
        return left_s, left_s
    least_s = max(float(table.min_green_s[row]) - since_s, 0.0)
    if position is None:
        return (least_s if shown is Aspect.GREEN else None), None
    planned_s = _planned_change_s(table, row, shown, position)
    if shown is Aspect.GREEN:
        return min(least_s, planned_s), max(planned_s, least_s)
    return min(planned_s, table.yellow_s), planned_s


def _planned_change_s(table: SafetyTable, row: int, shown: Aspect, position: Position) -> float:
    """Until the plan next ends this movement's green, or begins one."""
    cycle = position.cycle
    runs = dict(zip(table.stages, table.runs[:, row].tolist(), strict=True))
    edges: list[float] = []
    stages = cycle.stages
    for i, stage in enumerate(stages):
        after = stages[(i + 1) % len(stages)]
        if shown is Aspect.GREEN and runs[stage.stage] and not runs[after.stage]:
            edges.append(stage.start_s + stage.green_s)
        if shown is Aspect.RED and runs[stage.stage] and not runs[stages[i - 1].stage]:
            edges.append(stage.start_s)
    return min(((edge - position.into_s) % cycle.cycle_s for edge in edges), default=cycle.cycle_s)
