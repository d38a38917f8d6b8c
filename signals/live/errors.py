"""What may not be done to a live junction, and why."""

from signals.errors import Fault, SignalsError


class LiveError(SignalsError):
    """One sentence: the thing, the wanted, the found. `where`: which part of the request it is about."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(Fault(where, sentence))


class UnknownJunctionError(LiveError):
    """No junction of that name is run here."""


class ConflictError(LiveError):
    """Somebody else was quicker, or it is not this person's to do."""


class ElsewhereError(LiveError):
    """Another process of the same centre runs the junctions."""
