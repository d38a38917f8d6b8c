"""What the guard knows of a junction: who conflicts with whom and the times that must pass, as arrays.

Made once from the junction and never from a plan, so that no optimizer can have a say in it.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Self

import numpy as np

from signals.errors import Fault, JunctionError
from signals.plan.change import change_between
from signals.plan.junction import Junction
from signals.sentences import said
from vision.arrays import F64, I64, Bool

MAX_RED_S = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class SafetyTable:
    """m movements, k stages; rows of pairs are the movement that leaves, columns the one that enters.

    movements, stages   their names, in the order of the arrays
    conflict     (m, m) bool     must never be green together
    intergreen_s (m, m) float64  least time from the end of green to the start of green; 0 where no conflict
    yellow_s     float           length of every yellow
    min_green_s  (m,)   float64  least green of a movement: the shortest any of its stages asks for
    stage_min_s  (k,)   float64  least time for which a whole stage is green before another may be asked for
    runs         (k, m) bool     which movements a stage makes green
    duty         (m,)   int64    the stage that serves a movement whose red must end: the first that runs it
    turn_s       (k,)   float64  time that a stage takes at most: its least green and the longest change after it
    max_red_s    (m,)   float64  longest red of a movement: its own, and no more than that of all
    lap_s        float           time in which every movement can be served once, whatever is green now
    """

    movements: tuple[str, ...]
    stages: tuple[str, ...]
    conflict: Bool
    intergreen_s: F64
    yellow_s: float
    min_green_s: F64
    stage_min_s: F64
    runs: Bool
    duty: I64
    turn_s: F64
    max_red_s: F64
    lap_s: float

    @classmethod
    def of(cls, junction: Junction, max_red_s: float = MAX_RED_S) -> Self:
        """Raises JunctionError where the longest red is no time, or too short to serve every stage in."""
        names = [movement.name for movement in junction.movements]
        runs = np.array([[name in stage.movements for name in names] for stage in junction.stages])
        stage_min_s = np.array([junction.min_green_s(stage) for stage in junction.stages])
        round_s = lap_s(junction)
        _refuse_red("max_red_s", said("The longest red"), max_red_s, round_s)
        for i, movement in enumerate(junction.movements):
            if movement.max_red_s is not None:
                where = f"junction.movements.{i}.max_red_s"
                what = said("The longest red of movement {movement}", movement=movement.name)
                _refuse_red(where, what, movement.max_red_s, round_s)
        own_s = [max_red_s if movement.max_red_s is None else movement.max_red_s for movement in junction.movements]
        return cls(
            movements=tuple(names),
            stages=tuple(stage.name for stage in junction.stages),
            conflict=np.array([[junction.in_conflict(a, b) for b in names] for a in names]),
            intergreen_s=np.array([[junction.intergreen_s(a, b) for b in names] for a in names]),
            yellow_s=junction.yellow_s,
            min_green_s=np.where(runs, stage_min_s[:, None], np.inf).min(axis=0),
            stage_min_s=stage_min_s,
            runs=runs,
            duty=runs.argmax(axis=0),
            turn_s=_turn_s(junction),
            max_red_s=np.minimum(own_s, max_red_s),
            lap_s=round_s,
        )


def _refuse_red(where: str, what: str, max_red_s: float, round_s: float) -> None:
    if not (isfinite(max_red_s) and max_red_s >= 2 * round_s):
        sentence = said(
            "{what} must leave time to serve every movement twice: wanted {round_s:g} s or more, found {max_red_s} s.",
            what=what,
            round_s=2 * round_s,
            max_red_s=max_red_s,
        )
        raise JunctionError(Fault(where, sentence))


def lap_s(junction: Junction) -> float:
    """Time in which every movement can be served once: the stages that are the first to run one, and before them
    whichever other stage happens to be green."""
    turn_s, stages = _turn_s(junction), junction.stages
    first = {
        next(i for i, stage in enumerate(stages) if movement.name in stage.movements) for movement in junction.movements
    }
    others = [i for i in range(len(stages)) if i not in first]
    return float(turn_s[sorted(first)].sum() + max((turn_s[i] for i in others), default=0.0))


def _turn_s(junction: Junction) -> F64:
    """(k,) the least green of each stage with the longest change that may follow it."""
    return np.array(
        [
            junction.min_green_s(stage)
            + max(
                change_between(junction, stage, other).intergreen_s for other in junction.stages if other is not stage
            )
            for stage in junction.stages
        ]
    )
