"""Saturation flow: what an approach discharges in an hour of unbroken green.

Where nobody measured it, it is estimated from the width of the approach by Webster's rule (Webster, F. V.: Traffic
Signal Settings, Road Research Technical Paper 39, 1958; Webster and Cobbe, Technical Paper 56, 1966): 160 units per
foot (525 per metre) from 18 to 60 ft, and his table from 10 to 17 ft. It was found for British car traffic without
vehicles turning across the opposing stream: for Vietnamese mixed traffic it is an assumption, and is marked as one.
In motorbike units of the Hanoi table it gives 12,500, 18,700 and 25,000 for 7, 10.5 and 14 m, where road sections of
two, three and four lanes in Hanoi were found to carry 13,358, 21,725 and 24,335 (ASCE 2012).
"""

from dataclasses import dataclass
from itertools import pairwise

from signals.demand.pcu import PcuTable
from signals.errors import DemandError, Fault
from signals.sentences import said

FOOT_M = 0.3048
UNITS_PER_FOOT = 160.0
NARROW_PCU_H = (
    (10, 1850.0),
    (11, 1875.0),
    (12, 1900.0),
    (13, 1950.0),
    (14, 2075.0),
    (15, 2250.0),
    (16, 2475.0),
    (17, 2700.0),
    (18, 18 * UNITS_PER_FOOT),
)
NARROWEST_M = 2.5
WIDEST_M = 60 * FOOT_M


@dataclass(frozen=True, slots=True)
class Saturation:
    """`units_h`: pcu or mcu per hour of green, in the unit of the flows. `assumed`: estimated, not measured."""

    movement: str
    units_h: float
    origin: str
    assumed: bool = False


def saturation_from_width(movement: str, width_m: float, table: PcuTable) -> Saturation:
    """Webster's estimate, in the table's unit (cars per hour × units per car).

    Approaches narrower than 10 ft are taken in proportion to the 10 ft value. Raises DemandError for a width
    outside 2.5 m … 60 ft (18.3 m), the widest approach the rule was tested on.
    """
    if not NARROWEST_M <= width_m <= WIDEST_M:
        raise DemandError(
            Fault(
                f"junction.movements.{movement}.width_m",
                said(
                    "Saturation flow can be estimated for widths of {narrowest_m} to {widest_m:.1f} m; "
                    "movement {movement} has {width_m} m: measure its saturation flow and give "
                    "saturation_flow_pcu_h.",
                    narrowest_m=NARROWEST_M,
                    widest_m=WIDEST_M,
                    movement=movement,
                    width_m=width_m,
                ),
            )
        )
    units_h = cars_per_hour(width_m) * table.units_per_car
    origin = f"estimated from {width_m:g} m of width by Webster's rule (1958), an assumption in motorbike traffic"
    return Saturation(movement, units_h, origin, assumed=True)


def cars_per_hour(width_m: float) -> float:
    """Webster's saturation flow in passenger cars per hour of green; straight lines between his table's widths."""
    width_ft = width_m / FOOT_M
    narrowest_ft, narrowest_pcu_h = NARROW_PCU_H[0]
    if width_ft <= narrowest_ft:
        return narrowest_pcu_h * width_ft / narrowest_ft
    for (low_ft, low), (high_ft, high) in pairwise(NARROW_PCU_H):
        if width_ft <= high_ft:
            return low + (high - low) * (width_ft - low_ft) / (high_ft - low_ft)
    return UNITS_PER_FOOT * width_ft
