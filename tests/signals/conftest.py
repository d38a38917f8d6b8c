"""Junctions and demands the signal tests share."""

from collections.abc import Callable, Mapping

import pytest

from signals.demand.flows import Flow
from signals.demand.movements import MovementDemand
from signals.demand.saturation import Saturation
from signals.plan.junction import Junction, Limits, Movement, Stage

DemandMaker = Callable[[Mapping[str, tuple[float, float]]], tuple[MovementDemand, ...]]


@pytest.fixture
def crossroads() -> Junction:
    """Two stages, two movements each; yellow 3 s, all-red 2 s."""
    names = ("north", "south", "east", "west")
    return Junction(
        "crossroads",
        tuple(Movement(name) for name in names),
        (Stage("A", ("north", "south")), Stage("B", ("east", "west"))),
    )


@pytest.fixture(scope="session")
def make_demands() -> DemandMaker:
    """From {movement: (flow per hour, saturation flow per hour)}; every flow is known to ± 5 %."""

    def make(rates: Mapping[str, tuple[float, float]]) -> tuple[MovementDemand, ...]:
        return tuple(
            MovementDemand(Flow(name, flow, flow / 20, "given"), Saturation(name, saturation, "given"))
            for name, (flow, saturation) in rates.items()
        )

    return make


@pytest.fixture(scope="session")
def make_row() -> Callable[..., Junction]:
    """A junction of n stages with one movement each, named m0, m1 …; stages are S0, S1 …"""

    def make(count: int, limits: Limits | None = None, yellow_s: float = 3.0, all_red_s: float = 2.0) -> Junction:
        return Junction(
            "row",
            tuple(Movement(f"m{i}") for i in range(count)),
            tuple(Stage(f"S{i}", (f"m{i}",)) for i in range(count)),
            yellow_s,
            all_red_s,
            limits=limits or Limits(),
        )

    return make
