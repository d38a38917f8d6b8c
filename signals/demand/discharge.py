"""Saturation flow and start-up lost time of a stop line, measured in 4-second slices of its greens.

Motorbikes fill the space before the line and leave in a burst, so headways between vehicles say little there; slices
count units over the line instead. Errors are one standard deviation.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from signals.demand.saturation import Saturation
from signals.errors import DemandError, Fault
from vision.events.facts import GreenFacts

FEWEST_GREENS = 5
SLICE_S = 4.0


@dataclass(frozen=True, slots=True)
class Discharge:
    """units_h: per hour of green, in the unit of `table`. start_lost_s: green a standing queue loses at its start."""

    stop_line: str
    table: str
    units_h: float
    error_units_h: float
    greens: int
    start_lost_s: float
    start_lost_error_s: float

    def saturation(self, movement: str) -> Saturation:
        return Saturation(movement, self.units_h, f"measured in {self.greens} greens at {self.stop_line}")


@dataclass(frozen=True, slots=True)
class UnknownDischarge:
    """`why`: a sentence."""

    stop_line: str
    why: str


def measured_discharge(
    facts: Sequence[GreenFacts], fewest: int = FEWEST_GREENS
) -> tuple[tuple[Discharge, ...], tuple[UnknownDischarge, ...]]:
    """Per stop line, in order of name. Raises DemandError where a line's greens are told in different units."""
    by_line: dict[str, list[GreenFacts]] = defaultdict(list)
    for one in facts:
        by_line[one.stop_line].append(one)
    known: list[Discharge] = []
    unknown: list[UnknownDischarge] = []
    for line in sorted(by_line):
        tables = sorted({one.pcu_table for one in by_line[line]})
        if len(tables) > 1:
            sentence = f"Greens of {line} are told in different units ({', '.join(tables)}): use those of one table."
            raise DemandError(Fault("greens", sentence))
        usable = [one for one in by_line[line] if one.whole and not one.view_moved and _queued(one)]
        if len(usable) < fewest:
            why = f"At {line} only {len(usable)} whole greens had a queue long enough to measure; {fewest} are wanted."
            unknown.append(UnknownDischarge(line, why))
            continue
        known.append(_pooled(line, tables[0], usable))
    return tuple(known), tuple(unknown)


def _queued(green: GreenFacts) -> bool:
    return green.saturation_pcu_h.value is not None and green.saturation_pcu_h.value > 0


def _pooled(line: str, table: str, greens: Sequence[GreenFacts]) -> Discharge:
    """Each green's own error and how far greens differ from one another: the larger of the two counts."""
    rates = [green.saturation_pcu_h.value or 0.0 for green in greens]
    errors = [(green.saturation_pcu_h.error or 0.0) / 2 for green in greens]
    units_h = sum(rates) / len(rates)
    own = sqrt(sum(error**2 for error in errors)) / len(errors)
    between = _deviation(rates) / sqrt(len(rates))
    lost = [_lost_s(green, units_h) for green in greens]
    lost_s = sum(lost) / len(lost)
    return Discharge(line, table, units_h, max(own, between), len(greens), lost_s, _deviation(lost) / sqrt(len(lost)))


def _lost_s(green: GreenFacts, units_h: float) -> float:
    """What the first slice let through less than a saturated one, in seconds of saturated flow."""
    first = green.slices[0].vehicles_pcu.value or 0.0
    length_s = green.slices[0].until_s - green.slices[0].since_s
    return length_s - 3600 * first / units_h


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1))
