"""How long it takes to clear a junction: yellow by the speed of the approach, and the way of who walks.

The steps of the yellow and the walking speed are those of RiLSA 2015 (guidelines for traffic signals, FGSV), where they
stand for towns; HCM 7 walks at the same 4 ft/s.
"""

WALKING_MPS = 1.2
YELLOWS_S = ((14.0, 3.0), (16.8, 4.0))
FASTEST_YELLOW_S = 5.0


def yellow_of_speed_s(speed_mps: float) -> float:
    """3 s up to 50 km/h, 4 s up to 60 km/h, 5 s beyond."""
    return next((yellow for limit, yellow in YELLOWS_S if speed_mps <= limit), FASTEST_YELLOW_S)


def walking_s(crossing_m: float) -> float:
    """Time to walk over a crossing."""
    return crossing_m / WALKING_MPS
