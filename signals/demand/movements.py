"""Everything an optimizer needs to know of each movement: flow, its error, and saturation flow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from signals.demand.flows import Flow, UnknownFlow
from signals.demand.saturation import Saturation
from signals.errors import DemandError, Fault
from signals.plan.junction import Junction, MovementKind
from signals.sentences import said


@dataclass(frozen=True, slots=True)
class MovementDemand:
    """Flow and saturation flow in the same unit (pcu/h or mcu/h)."""

    flow: Flow
    saturation: Saturation

    @property
    def movement(self) -> str:
        return self.flow.movement

    @property
    def ratio(self) -> float:
        """Flow ratio y = q / s: the share of time the movement needs green."""
        return self.flow.units_h / self.saturation.units_h


def gather_demands(
    junction: Junction, flows: Sequence[Flow], unknown: Sequence[UnknownFlow], saturations: Sequence[Saturation]
) -> tuple[MovementDemand, ...]:
    """One demand per movement that drives, in the junction's order. A flow given twice counts as given last.

    Raises DemandError naming every movement without flow or saturation flow, every number that cannot be one, and
    a junction where nothing flows at all.
    """
    known = {flow.movement: flow for flow in flows}
    rates = {saturation.movement: saturation for saturation in saturations}
    reasons = {entry.movement: entry.why for entry in unknown}
    names = {m.name: i for i, m in enumerate(junction.movements) if m.kind is not MovementKind.PEDESTRIAN}
    faults = [*_missing(names, known, reasons, rates), *_impossible(known, rates)]
    if not faults and not any(known[name].units_h for name in names):
        faults.append(
            Fault("flows", said("Every flow is 0: there is no traffic to time. Give at least one flow above 0."))
        )
    if faults:
        raise DemandError(*faults)
    return tuple(MovementDemand(known[name], rates[name]) for name in names)


def _missing(
    names: dict[str, int], known: dict[str, Flow], reasons: dict[str, str], rates: dict[str, Saturation]
) -> Iterator[Fault]:
    """names: with their places among all movements of the junction."""
    for name, i in names.items():
        if name not in known:
            why = reasons.get(name, said("Nobody counted it or stated it."))
            remedy = said("Count it longer, map a line to it, or state flows.{name}.", name=name)
            yield Fault(
                f"flows.{name}",
                said("The flow of movement {name} is unknown. {why} {remedy}", name=name, why=why, remedy=remedy),
            )
        if name not in rates:
            yield Fault(
                f"junction.movements.{i}",
                said(
                    "Movement {name} has no saturation flow: give saturation_flow_pcu_h, or width_m to estimate it.",
                    name=name,
                ),
            )
    for name in known:
        if name not in names:
            wanted = ", ".join(names)
            yield Fault(
                f"flows.{name}",
                said(
                    "A flow is given for {name}, which is no movement here (these are: {wanted}).",
                    name=name,
                    wanted=wanted,
                ),
            )


def _impossible(known: dict[str, Flow], rates: dict[str, Saturation]) -> Iterator[Fault]:
    for name, flow in known.items():
        if not all(isfinite(value) and value >= 0 for value in (flow.units_h, flow.error_units_h)):
            found = f"{flow.units_h} ± {flow.error_units_h}"
            yield Fault(
                f"flows.{name}",
                said("A flow is 0 or more units per hour; movement {name} has {found}.", name=name, found=found),
            )
    for name, rate in rates.items():
        if not (isfinite(rate.units_h) and rate.units_h > 0):
            yield Fault(
                f"junction.movements.{name}.saturation_flow_pcu_h",
                said(
                    "A saturation flow is above 0 units per hour; movement {name} has {units_h}.",
                    name=name,
                    units_h=rate.units_h,
                ),
            )
