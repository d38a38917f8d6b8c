"""What a controller may do and see, so that figures can be compared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """
    decision_s   a stage may be chosen every so many seconds; reference_s: for max-pressure and longest queue
    reach_m      sensors on every lane see so far before the stop line, and never a vehicle's name
    missed       share of vehicles that a lane's sensor never sees; late_s: how old what it tells is
    """

    name: str
    yellow_s: float
    all_red_s: float
    min_green_s: float
    max_red_s: float
    decision_s: float
    reference_s: float
    reach_m: float
    missed: float
    late_s: float


PAPERS = Rules("papers", 3.0, 0.0, 5.0, 600.0, 10.0, 10.0, 200.0, 0.0, 0.0)
DEPLOYABLE = Rules("deployable", 3.0, 2.0, 7.0, 120.0, 1.0, 10.0, 200.0, 0.1, 1.0)
RULES = {rules.name: rules for rules in (PAPERS, DEPLOYABLE)}
