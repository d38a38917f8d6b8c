"""How queues discharge: all greens of one stop line laid over one another, in slices of four seconds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signals.report.number import Number, of_figure, total
from vision.events.envelope import Event
from vision.events.facts import GreenFacts, GreenSlice
from vision.pcu import PcuUnit

HOUR_S = 3600.0
EVEN_S = 1e-6


@dataclass(frozen=True, slots=True)
class Slice:
    """[since_s, until_s) after the start of green, over the `greens` that lasted into it; watched_s: of all together.

    vehicles, vehicles_pcu: all that passed then. The errors of one camera add up as they are, so that they do not
    shrink with the number of greens.
    """

    since_s: float
    until_s: float
    greens: int
    watched_s: float
    vehicles: Number
    vehicles_pcu: Number

    @property
    def per_green(self) -> Number:
        """Vehicles in the slice, mean of its greens."""
        return self.vehicles.scaled(1 / self.greens)

    @property
    def flow_pcu_h(self) -> Number:
        return self.vehicles_pcu.scaled(HOUR_S / self.watched_s)


@dataclass(frozen=True, slots=True)
class Discharge:
    """One stop line over the whole report.

    whole       greens of which both ends were seen, of `greens` in all
    queue_veh   stood at the start of green, mean of the greens of which that is known
    saturation_pcu_h  mean of the greens of which it is known; both Numbers have n = such greens
    """

    camera: str
    stop_line: str
    signal_group: str
    greens: int
    whole: int
    pcu_table: str
    pcu_unit: PcuUnit
    slices: tuple[Slice, ...]
    queue_veh: Number
    saturation_pcu_h: Number


def discharges(events: Sequence[Event]) -> list[Discharge]:
    """By camera and stop line, in order of name; greens told in units of another table than the first are left out."""
    found = defaultdict[tuple[str, str, str], list[GreenFacts]](list)
    for event in events:
        body = event.data
        if isinstance(body, GreenFacts):
            found[event.camera, body.stop_line, body.signal_group].append(body)
    return [_discharge(*place, bodies) for place, bodies in sorted(found.items())]


def _discharge(camera: str, stop_line: str, group: str, told: Sequence[GreenFacts]) -> Discharge:
    bodies = [body for body in told if body.pcu_table == told[0].pcu_table]
    slices = defaultdict[float, list[GreenSlice]](list)
    for body in bodies:
        for part in body.slices:
            slices[part.since_s].append(part)
    return Discharge(
        camera,
        stop_line,
        group,
        greens=len(bodies),
        whole=sum(body.whole for body in bodies),
        pcu_table=bodies[0].pcu_table,
        pcu_unit=bodies[0].pcu_unit,
        slices=tuple(_slice(since_s, parts) for since_s, parts in sorted(slices.items())),
        queue_veh=_mean(of_figure(body.queue_veh) for body in bodies),
        saturation_pcu_h=_mean(of_figure(body.saturation_pcu_h) for body in bodies),
    )


def _slice(since_s: float, parts: Sequence[GreenSlice]) -> Slice:
    return Slice(
        since_s,
        max(part.until_s for part in parts),
        len(parts),
        max(sum(part.until_s - part.since_s for part in parts), EVEN_S),
        total(of_figure(part.vehicles) for part in parts),
        total(of_figure(part.vehicles_pcu) for part in parts),
    )


def _mean(numbers: Iterable[Number]) -> Number:
    """Of those that are known; n: how many."""
    known = [number for number in numbers if number.value is not None]
    if not known:
        return Number(None)
    mean = total(known).scaled(1 / len(known))
    return Number(mean.value, mean.error, len(known))
