"""A main street with signals: which junctions stand along it, how far apart, and how fast one drives between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from signals.demand.movements import MovementDemand
from signals.errors import Fault, JunctionError
from signals.plan.junction import Junction
from signals.sentences import said


@dataclass(frozen=True, slots=True)
class Stop:
    """A junction of the street. `outbound` and `inbound`: the movements that go straight on along it.

    queue_s: green that who already waits there needs before a platoon from the neighbour can pass.
    """

    junction: Junction
    demands: tuple[MovementDemand, ...]
    outbound: str
    inbound: str
    outbound_queue_s: float = 0.0
    inbound_queue_s: float = 0.0

    def flow_h(self, movement: str) -> float:
        return next(one.flow.units_h for one in self.demands if one.movement == movement)


@dataclass(frozen=True, slots=True)
class Link:
    """From one stop line to the next; speeds that a platoon may hold there."""

    length_m: float
    slowest_mps: float
    fastest_mps: float


@dataclass(frozen=True, slots=True)
class Street:
    """`outbound` links lead from each stop to the next one, `inbound` links back, both in order of the stops.

    Raises JunctionError, with every fault at once.
    """

    name: str
    stops: tuple[Stop, ...]
    outbound: tuple[Link, ...]
    inbound: tuple[Link, ...]

    def __post_init__(self) -> None:
        faults = [*_stop_faults(self), *_link_faults("outbound", self), *_link_faults("inbound", self)]
        if faults:
            raise JunctionError(*faults)

    def positions_m(self) -> tuple[float, ...]:
        """Each stop's way from the first, outbound."""
        places = [0.0]
        for link in self.outbound:
            places.append(places[-1] + link.length_m)
        return tuple(places)


def _stop_faults(street: Street) -> Iterator[Fault]:
    if len(street.stops) < 2:
        yield Fault(
            "street.stops", said("A green wave needs at least two junctions, found {stops}.", stops=len(street.stops))
        )
    names = [stop.junction.name for stop in street.stops]
    for i, stop in enumerate(street.stops):
        if names.index(stop.junction.name) != i:
            yield Fault(
                f"street.stops.{i}",
                said("Each junction stands once in a street: {junction} comes again.", junction=stop.junction.name),
            )
        known = [one.movement for one in stop.demands]
        for way, movement in (("outbound", stop.outbound), ("inbound", stop.inbound)):
            if movement not in known:
                yield Fault(
                    f"street.stops.{i}.{way}",
                    said(
                        "{junction} names {movement} as its {way} movement; known with a demand are: {known}.",
                        junction=stop.junction.name,
                        movement=movement,
                        way=said(way),
                        known=", ".join(known) or said("none"),
                    ),
                )
        for way, queue_s in (("outbound", stop.outbound_queue_s), ("inbound", stop.inbound_queue_s)):
            if not (isfinite(queue_s) and queue_s >= 0):
                yield Fault(
                    f"street.stops.{i}.{way}_queue_s",
                    said(
                        "The {way} queue of {junction} must take 0 or more seconds, found {queue_s}.",
                        way=said(way),
                        junction=stop.junction.name,
                        queue_s=queue_s,
                    ),
                )


def _link_faults(way: str, street: Street) -> Iterator[Fault]:
    links: tuple[Link, ...] = getattr(street, way)
    if len(links) != len(street.stops) - 1:
        yield Fault(
            f"street.{way}",
            said(
                "One {way} link between neighbours: wanted {stops}, found {links}.",
                way=said(way),
                stops=len(street.stops) - 1,
                links=len(links),
            ),
        )
    for i, link in enumerate(links):
        if not (isfinite(link.length_m) and link.length_m > 0):
            yield Fault(
                f"street.{way}.{i}.length_m",
                said("A link is longer than 0 m, found {length_m}.", length_m=link.length_m),
            )
        if not (isfinite(link.fastest_mps) and 0 < link.slowest_mps <= link.fastest_mps):
            yield Fault(
                f"street.{way}.{i}.slowest_mps",
                said(
                    "Speeds of a platoon: wanted 0 < slowest ≤ fastest, found {slowest_mps} and {fastest_mps} m/s.",
                    slowest_mps=link.slowest_mps,
                    fastest_mps=link.fastest_mps,
                ),
            )
