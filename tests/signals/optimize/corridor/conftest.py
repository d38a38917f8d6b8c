"""Streets whose best bands are known."""

import pytest

from signals.optimize.corridor.street import Link, Stop, Street
from signals.plan.junction import Junction, Limits, Movement, Stage


def crossing(name, limits=None, lefts=False):
    """Both directions of the street in one stage and the side street in another; with `lefts` a stage for each way."""
    stages = (
        (Stage("out", ("out",)), Stage("side", ("side",)), Stage("back", ("back",)))
        if lefts
        else (Stage("main", ("out", "back")), Stage("side", ("side",)))
    )
    names = ("out", "back", "side")
    return Junction(name, tuple(Movement(one) for one in names), stages, limits=limits or Limits())


@pytest.fixture(scope="session")
def make_street(make_demands):
    """make(lengths_m, flows=(out, back, side), mps=…, limits=…, lefts=…)"""

    def make(lengths_m, flows=(900.0, 900.0, 500.0), mps=10.0, slowest_mps=None, limits=None, lefts=False):
        rates = {"out": (flows[0], 3600.0), "back": (flows[1], 3600.0), "side": (flows[2], 1800.0)}
        stops = tuple(
            Stop(crossing(f"J{i}", limits, lefts), make_demands(rates), "out", "back")
            for i in range(len(lengths_m) + 1)
        )
        links = tuple(Link(length_m, slowest_mps or mps, mps) for length_m in lengths_m)
        return Street("street", stops, links, links)

    return make
