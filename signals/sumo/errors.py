"""What `signals.sumo` raises beside the errors of junctions."""

from signals.errors import SignalsError


class SumoError(SignalsError):
    """There is no SUMO to simulate with, or a simulation failed."""
