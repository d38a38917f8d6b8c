"""What other days and the last hours say of a junction's approaches: usual flows, and saturation flows as measured."""

from datetime import datetime, timedelta
from statistics import median

import numpy as np
from sqlalchemy import Engine

from signals.live.approaches import Approaches
from violations.store.facts import FactsWanted, list_facts
from vision.arrays import F64
from vision.events.facts import ApproachFacts
from vision.pcu import DEFAULT_TABLE

QUARTER_S = 900.0
DAYS, FEWEST_DAYS = 7, 3
LATELY, FEWEST_GREENS = timedelta(hours=2), 5


def usual_flows(engine: Engine, approaches: Approaches, now: datetime) -> F64:
    """(m,) vehicles a second at this time of the last seven days, the median; NaN with fewer than FEWEST_DAYS."""
    quarter = timedelta(seconds=QUARTER_S)
    found = np.full(len(approaches.names), np.nan)
    for row, name in enumerate(approaches.names):
        days = [now - timedelta(days=n) for n in range(1, DAYS + 1)] if name in approaches.at else []
        flows = [
            one.vehicles.value / (one.until_s - one.since_s)
            for day in days
            for one in _facts(engine, approaches, name, day - quarter, day)[:1]
            if one.vehicles.value is not None
        ]
        if len(flows) >= FEWEST_DAYS:
            found[row] = median(flows)
    return found


def saturations_measured(engine: Engine, approaches: Approaches, now: datetime) -> F64:
    """(m,) units per second of green as the last two hours' greens had it; NaN where too few could be measured."""
    found = np.full(len(approaches.names), np.nan)
    for row, name in enumerate(approaches.names):
        rows = _facts(engine, approaches, name, now - LATELY, now) if name in approaches.at else []
        told = [
            (one.saturation_pcu_h.value, one.greens)
            for one in rows
            if one.saturation_pcu_h.value and one.pcu_table == DEFAULT_TABLE
        ]
        greens = sum(count for _, count in told)
        if greens >= FEWEST_GREENS:
            found[row] = sum(units_h * count for units_h, count in told) / greens / 3600
    return found


def _facts(engine: Engine, approaches: Approaches, name: str, since: datetime, until: datetime) -> list[ApproachFacts]:
    at = approaches.at[name]
    wanted = FactsWanted(at.camera, "vn.ngatu.approach_facts.v1", at.stop_line, since, until, QUARTER_S)
    return [one.facts for one in list_facts(engine, wanted).records if isinstance(one.facts, ApproachFacts)]
