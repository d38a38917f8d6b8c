import pytest

from signals.demand.flows import Flow, UnknownFlow
from signals.demand.movements import gather_demands
from signals.demand.saturation import Saturation
from signals.errors import DemandError

NAMES = ("north", "south", "east", "west")


def flows(**rates):
    return [Flow(name, rate, 10.0, "given") for name, rate in (dict.fromkeys(NAMES, 300.0) | rates).items()]


def saturations(**rates):
    return [Saturation(name, rate, "given") for name, rate in (dict.fromkeys(NAMES, 1800.0) | rates).items()]


def test_demands_come_in_the_order_of_the_junction(crossroads):
    demands = gather_demands(crossroads, flows()[::-1], [], saturations())
    assert tuple(demand.movement for demand in demands) == NAMES
    assert demands[0].ratio == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("demand", "where", "words"),
    [
        ((flows()[1:], [], saturations()), "flows.north", "Nobody counted it"),
        ((flows()[1:], [UnknownFlow("north", "x was blind.")], saturations()), "flows.north", "x was blind."),
        ((flows(), [], saturations()[1:]), "junction.movements.0", "no saturation flow"),
        ((flows(zoo=1.0), [], saturations()), "flows.zoo", "no movement here"),
        ((flows(east=-1.0), [], saturations()), "flows.east", "0 or more"),
        ((flows(east=float("nan")), [], saturations()), "flows.east", "nan"),
        ((flows(), [], saturations(east=0.0)), "junction.movements.east.saturation_flow_pcu_h", "above 0"),
        ((flows(**dict.fromkeys(NAMES, 0.0)), [], saturations()), "flows", "Every flow is 0"),
    ],
)
def test_demand_that_cannot_be_used_is_refused_and_named(crossroads, demand, where, words):
    with pytest.raises(DemandError) as caught:
        gather_demands(crossroads, *demand)
    assert [fault.where for fault in caught.value.faults] == [where]
    assert words in caught.value.faults[0].sentence
