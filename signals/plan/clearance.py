"""How long it takes to clear a junction: yellow by the speed of the approach, and the way of who walks.

Yellow of 3, 4 and 5 s at 50, 60 and 70 km/h allowed is the usual case of Germany's road traffic rules (VwV-StVO on
section 37, number 17) and of RiLSA, the guidelines they go with; beyond 70 km/h neither gives a value, and 5 s stays.
1.2 m/s is the speed of the MUTCD up to its edition of 2003 (4 ft/s) and the slowest that RiLSA is told to ask for (1.2
to 1.5 m/s, as Hamburg's road authority wrote in 2017). The MUTCD of 2009 clears at 3.5 ft/s, 1.07 m/s: where old people
cross, give a longer walk_s. No Vietnamese value was found.
"""

WALKING_MPS = 1.2
YELLOWS_S = ((14.0, 3.0), (16.8, 4.0))
FASTEST_YELLOW_S = 5.0


def yellow_of_speed_s(speed_mps: float) -> float:
    """3 s up to 50 km/h, 4 s up to 60 km/h (each with half a km/h to spare), 5 s beyond."""
    return next((yellow for limit, yellow in YELLOWS_S if speed_mps <= limit), FASTEST_YELLOW_S)


def walking_s(crossing_m: float) -> float:
    """Time to walk over a crossing."""
    return crossing_m / WALKING_MPS
