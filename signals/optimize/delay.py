"""Delay at a fixed-time signal: the Highway Capacity Manual's formula, and Webster's for comparison.

Flows and saturation flows are in pcu/h (or mcu/h): the random part then reads units as vehicles, which overstates the
evenness of a stream of small units a little and is the field's usual practice.
"""

from math import cbrt, sqrt

PERIOD_H = 0.25


def uniform_delay_s(cycle_s: float, green_s: float, flow_h: float, saturation_h: float) -> float:
    """Seconds per vehicle for even arrivals (first term of Webster 1958; d1 of HCM 2000, equation 16-11)."""
    green_share = green_s / cycle_s
    degree = min(1.0, flow_h / (saturation_h * green_share))
    return 0.5 * cycle_s * (1 - green_share) ** 2 / (1 - degree * green_share)


def incremental_delay_s(capacity_h: float, degree: float, period_h: float = PERIOD_H) -> float:
    """Seconds per vehicle for chance and overflow (d2 of HCM 2000, equation 16-12; pre-timed k 0.5, isolated I 1)."""
    excess = degree - 1
    return 900 * period_h * (excess + sqrt(excess**2 + 4 * degree / (capacity_h * period_h)))


def control_delay_s(cycle_s: float, green_s: float, flow_h: float, saturation_h: float) -> float:
    """d1 + d2 over 15 minutes without an initial queue; holds above capacity too."""
    capacity_h = saturation_h * green_s / cycle_s
    uniform_s = uniform_delay_s(cycle_s, green_s, flow_h, saturation_h)
    return uniform_s + incremental_delay_s(capacity_h, flow_h / capacity_h)


def webster_delay_s(cycle_s: float, green_s: float, flow_h: float, saturation_h: float) -> float:
    """Webster's own mean delay (1958), all three terms; only for 0 < flow below capacity, else ValueError."""
    green_share = green_s / cycle_s
    degree = flow_h / (saturation_h * green_share)
    if not 0 < degree < 1:
        raise ValueError(f"Webster's delay wants a degree of saturation above 0 and below 1, found {degree:g}")
    flow_s = flow_h / 3600
    random_s = degree**2 / (2 * flow_s * (1 - degree))
    correction_s = 0.65 * cbrt(cycle_s / flow_s**2) * float(degree ** (2 + 5 * green_share))
    return uniform_delay_s(cycle_s, green_s, flow_h, saturation_h) + random_s - correction_s
