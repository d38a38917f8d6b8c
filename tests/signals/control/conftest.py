"""Junctions the guard's tests share."""

import pytest

from signals.control.table import SafetyTable
from signals.plan.junction import Intergreen, Junction, Movement, Stage
from signals.plan.timing import TimingPlan, lay_out


@pytest.fixture(scope="session")
def junction() -> Junction:
    """Three stages that share movements, one pair with a long clearance."""
    return Junction(
        "ngã tư thử",
        tuple(Movement(name) for name in ("north", "south", "south_left", "east", "west")),
        (
            Stage("A", ("north", "south")),
            Stage("B", ("south", "south_left"), min_green_s=9.0),
            Stage("C", ("east", "west")),
        ),
        intergreens=(Intergreen("east", "north", 7.5),),
    )


@pytest.fixture(scope="session")
def table(junction: Junction) -> SafetyTable:
    return SafetyTable.of(junction)


@pytest.fixture(scope="session")
def stored(junction: Junction) -> TimingPlan:
    return lay_out(junction, (15, 12, 20))
