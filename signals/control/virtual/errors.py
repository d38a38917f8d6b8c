"""What a virtual controller raises on purpose, whatever protocol stands before it.

RefusedError (a SignalsError)   an order it will not follow; nothing was changed
"""

from signals.errors import Fault, SignalsError


class RefusedError(SignalsError):
    """reason: one sentence for whoever gave the order."""

    def __init__(self, reason: str) -> None:
        super().__init__(Fault("order", reason))
        self.reason = reason
