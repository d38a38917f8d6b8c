"""How sure the lamp reader must be before it says a state: one temperature, then one threshold per state."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.datasets.lamp_regions import LAMPS
from vision.arrays import F32, F64, I64
from vision.events.lamps import Lamp

TARGETS = {Lamp.RED: 0.99, Lamp.YELLOW: 0.98, Lamp.GREEN: 0.98, Lamp.OFF: 0.90}
"""Share that must be right of what is given. Red accuses people, so it may least be wrong; off accuses nobody."""
FLOOR, CEILING = 0.6, 0.98
FEWEST = 20
"""Under so many answers a share says nothing."""

Held = Mapping[str, tuple[F32, I64]]
"""By name of the part: logits (n, states) and the true index of LAMPS (n,)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """thresholds: by state, on probabilities after the temperature."""

    temperature: float
    thresholds: Mapping[Lamp, float]


def calibrate(held: Held) -> Calibration:
    """Each threshold is the lowest that keeps its target in every part, real and drawn alike."""
    logits, truth = (np.concatenate(columns) for columns in zip(*held.values(), strict=True))
    temperature = min(np.geomspace(0.4, 3.0, 60).tolist(), key=lambda one: log_loss(logits, truth, one))
    parts = [(probabilities(one, temperature), states) for one, states in held.values()]
    thresholds = {
        state: max(lowest_sure(*_answers(chances, states, state), target) for chances, states in parts)
        for state, target in TARGETS.items()
    }
    return Calibration(temperature, thresholds)


def probabilities(logits: F32, temperature: float) -> F64:
    raised = np.exp((logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def log_loss(logits: F32, truth: I64, temperature: float) -> float:
    chances = probabilities(logits, temperature)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(chances, 1e-9)).mean())


def _answers(chances: F64, truth: I64, state: Lamp) -> tuple[F64, F64]:
    """How sure each answer `state` was, and whether (1 or 0) it was right."""
    number = LAMPS.index(state)
    said = chances.argmax(axis=1) == number
    return chances[said, number], (truth[said] == number).astype(np.float64)


def lowest_sure(chance: F64, right: F64, target: float) -> float:
    """The lowest threshold with at least `target` right of all that is given; CEILING where there is none."""
    order = np.argsort(-chance, kind="stable")
    chance, right = chance[order], right[order]
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    if len(chance) < FEWEST:
        return CEILING
    # Some truths are wrong themselves: one near the top must not forbid every answer below it.
    kept = np.flatnonzero(share[FEWEST - 1 :] >= target)
    if not len(kept):
        return CEILING
    return float(np.clip(chance[FEWEST - 1 + int(kept[-1])], FLOOR, CEILING))
