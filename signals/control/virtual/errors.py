"""What a virtual controller raises on purpose, whatever protocol stands before it.

RefusedError (a SignalsError)     an order it will not follow; nothing was changed
FaultFileError (a SignalsError)   a file of faults with a line that says nothing known
"""

from signals.errors import Fault, SignalsError


class RefusedError(SignalsError):
    """reason: one sentence for whoever gave the order."""

    def __init__(self, reason: str) -> None:
        super().__init__(Fault("order", reason))
        self.reason = reason


class FaultFileError(SignalsError):
    """A file of faults that cannot be read as one; what was broken before stays so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Fault("faults", sentence))
