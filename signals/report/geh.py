"""The GEH statistic: how far two counts are apart, tolerant of percentages where flows are small.

    GEH = √( 2 (M − C)² / (M + C) )     M counted by the engine, C by hand, both in vehicles per hour

After Geoffrey E. Havers; acceptance as in the Department for Transport's TAG unit M3.1 "Highway assignment modelling",
earlier in the Design Manual for Roads and Bridges, volume 12: below 5 for more than 85 % of the flows compared. It is
meant for hourly flows. A shorter count scaled up to the hour keeps its own chance: GEH grows with √(3600 s / length),
so 10 s of traffic can fail with one vehicle too many, and a long count can pass with the same share of errors.
"""

from math import sqrt

GOOD = 5.0
GOOD_SHARE_WANTED = 0.85
HOUR_S = 3600.0


def geh(engine_h: float, manual_h: float) -> float:
    """Both flows in vehicles per hour, not negative; 0 where both are 0."""
    both = engine_h + manual_h
    return sqrt(2 * (engine_h - manual_h) ** 2 / both) if both else 0.0


def geh_of_counts(engine: int, manual: int, length_s: float) -> float:
    """Of two counts over the same `length_s` seconds, scaled to the hour."""
    return geh(engine * HOUR_S / length_s, manual * HOUR_S / length_s)
